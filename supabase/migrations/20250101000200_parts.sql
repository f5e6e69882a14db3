-- What belongs to a building: meters, appliances and tariffs; and the catalogue of appliances.

create table public.meters (
    meter_id nilm.resource_id primary key,
    building_id nilm.resource_id not null
        references public.buildings (building_id) on delete cascade,
    display_name text collate "C" not null check (char_length(display_name) between 1 and 100),
    kind text not null check (kind in ('MAINS', 'APPLIANCE', 'SIMULATED_TRUTH')),
    appliance_id text not null default '' check (char_length(appliance_id) <= 63),
    create_time timestamptz not null default now(),
    check ((kind = 'MAINS') = (appliance_id = ''))
);
create unique index uq_meters_mains on public.meters (building_id) where kind = 'MAINS';
create index ix_meters_building_id on public.meters (building_id, display_name, meter_id);

create table public.building_appliances (
    building_id nilm.resource_id not null
        references public.buildings (building_id) on delete cascade,
    appliance_id nilm.resource_id not null,
    display_name text not null check (char_length(display_name) between 1 and 100),
    rated_power_w double precision not null default 0 check (rated_power_w between 0 and 100000),
    create_time timestamptz not null default now(),
    version bigint not null default 1,
    primary key (building_id, appliance_id)
);
comment on column public.building_appliances.rated_power_w is
    'Power on its rating plate, W; 0 where unknown.';

create function nilm.is_rates(rates jsonb) returns boolean
language sql immutable set search_path = '' as $$
    select jsonb_typeof(rates) = 'array'
        and jsonb_array_length(rates) <= 100
        and coalesce(
            (
                select bool_and(
                    jsonb_typeof(rate -> 'weekdays') = 'array'
                    and (rate ->> 'start_minute')::integer between 0 and 1425
                    and (rate ->> 'end_minute')::integer between 15 and 1440
                    and (rate ->> 'price_per_kwh')::double precision >= 0
                )
                from jsonb_array_elements(rates) as rate
            ),
            true
        )
$$;
grant execute on function nilm.is_rates(jsonb) to authenticated, service_role;

create table public.tariffs (
    tariff_id nilm.resource_id primary key,
    building_id nilm.resource_id not null
        references public.buildings (building_id) on delete cascade,
    display_name text not null check (char_length(display_name) between 1 and 100),
    effective_date date not null,
    currency_code text not null check (currency_code ~ '^[A-Z]{3}$'),
    price_per_kwh double precision not null check (price_per_kwh >= 0),
    standing_charge_per_day double precision not null default 0
        check (standing_charge_per_day >= 0),
    rates jsonb not null default '[]' check (nilm.is_rates(rates)),
    create_time timestamptz not null default now(),
    version bigint not null default 1,
    unique (building_id, effective_date)
);
comment on column public.tariffs.rates is
    'Prices at certain times, the first that matches applies: a list of {weekdays: ISO weekdays, '
    'empty for all; start_minute, end_minute: local minutes of the day; price_per_kwh}. With its '
    'tariff in one row, so that both change in one step.';

create trigger count_change before update on public.building_appliances
    for each row execute function nilm.count_change();
create trigger count_change before update on public.tariffs
    for each row execute function nilm.count_change();

create function public.list_meters(
    of_building text, after_name text, after_id text, max_rows integer
)
returns setof public.meters
language sql stable set search_path = '' as $$
    select meter.*
    from public.meters as meter
    where meter.building_id = of_building
        and (after_name is null or (meter.display_name, meter.meter_id::text)
            > (after_name collate "C", after_id collate "C"))
    order by meter.display_name, meter.meter_id
    limit max_rows
$$;
comment on function public.list_meters is
    'Meters by name and id, of a building that the caller may see; all without a limit.';

-- The catalogue: what appliances the installation knows, and which model serves each.

create table public.org_appliances (
    appliance_id nilm.resource_id primary key,
    display_name text not null check (char_length(display_name) between 1 and 100),
    create_time timestamptz not null default now()
);
comment on table public.org_appliances is
    'Kinds of appliance that the installation knows, kept by its administrators.';

create table public.appliance_models (
    appliance_id nilm.resource_id not null
        references public.org_appliances (appliance_id) on delete cascade,
    model_id text not null check (char_length(model_id) between 1 and 128),
    model_version text not null check (char_length(model_version) between 1 and 64),
    is_active boolean not null default false,
    create_time timestamptz not null default now(),
    primary key (appliance_id, model_id, model_version)
);
comment on table public.appliance_models is
    'Models of each kind of appliance; at most one is active.';
create unique index uq_appliance_models_active
    on public.appliance_models (appliance_id) where is_active;
