-- Buildings and who belongs to them, in the roles of the system: a viewer and a warden read what
-- this store holds of a building, a manager changes it and its members. An administrator may all.

create domain nilm.resource_id as text collate "C" check (value ~ '^[a-z0-9][a-z0-9_-]{0,62}$');

create table public.buildings (
    building_id nilm.resource_id primary key,
    display_name text collate "C" not null check (char_length(display_name) between 1 and 100),
    time_zone text not null check (char_length(time_zone) between 1 and 63),
    address text not null default '' check (char_length(address) <= 500),
    is_simulated boolean not null default false,
    create_time timestamptz not null default now(),
    update_time timestamptz not null default now(),
    carbon_intensity_g_per_kwh double precision
        check (carbon_intensity_g_per_kwh between 0 and 5000),
    version bigint not null default 1
);
comment on column public.buildings.time_zone is 'IANA time zone in which its days are counted.';
comment on column public.buildings.carbon_intensity_g_per_kwh is
    'Greenhouse gas emitted for its electricity, g CO2e/kWh; null where not configured.';
create index ix_buildings_display_name_building_id
    on public.buildings (display_name, building_id);

create table public.building_members (
    building_id nilm.resource_id not null
        references public.buildings (building_id) on delete cascade,
    user_id uuid not null references public.profiles (user_id) on delete cascade,
    role text not null check (role in ('viewer', 'warden', 'manager')),
    create_time timestamptz not null default now(),
    primary key (building_id, user_id)
);
create index ix_building_members_user_id on public.building_members (user_id, role);

create trigger count_change before update on public.buildings
    for each row execute function nilm.count_change();

-- The caller's buildings. They look past row-level security, or the policy of building_members
-- would ask itself; an account that is disabled has none.

create function nilm.buildings_seen() returns setof text
language sql stable security definer set search_path = '' as $$
    select member.building_id::text
    from public.building_members as member
    where member.user_id = auth.uid() and nilm.caller_is_active()
$$;

create function nilm.buildings_managed() returns setof text
language sql stable security definer set search_path = '' as $$
    select member.building_id::text
    from public.building_members as member
    where member.user_id = auth.uid() and member.role = 'manager' and nilm.caller_is_active()
$$;

create function nilm.people_managed() returns setof uuid
language sql stable security definer set search_path = '' as $$
    select member.user_id
    from public.building_members as member
    where member.building_id in (select nilm.buildings_managed())
$$;

grant execute on function nilm.buildings_seen(), nilm.buildings_managed(), nilm.people_managed()
    to authenticated, service_role;

create function nilm.keep_a_manager() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    -- Held until the end: of two managers who leave at once the second sees that the first has.
    perform from public.buildings where building_id = old.building_id for no key update;
    if not found then
        return null; -- the building itself is going, and its members with it
    end if;
    if not exists (
        select from public.building_members
        where building_id = old.building_id and role = 'manager'
    ) then
        raise exception using
            errcode = 'PT409', message = 'LAST_MANAGER', detail = old.building_id;
    end if;
    return null;
end $$;

create trigger keep_a_manager_on_update after update of role on public.building_members
    for each row when (old.role = 'manager' and new.role <> 'manager')
    execute function nilm.keep_a_manager();

create trigger keep_a_manager_on_delete after delete on public.building_members
    for each row when (old.role = 'manager')
    execute function nilm.keep_a_manager();

create view public.building_people with (security_invoker = true) as
    select
        member.building_id,
        member.user_id,
        profile.email,
        profile.display_name,
        member.role,
        member.create_time
    from public.building_members as member
    join public.profiles as profile on profile.user_id = member.user_id;
comment on view public.building_people is
    'Members with their names, of those whom the caller may see.';

-- What takes several rows at once.

create function public.create_building(building public.buildings, manager_id uuid)
returns void
language plpgsql security definer set search_path = '' as $$
begin
    if not nilm.caller_is_service()
        and (manager_id is distinct from auth.uid() or not nilm.caller_is_active()) then
        raise exception using
            errcode = '42501', message = 'a person makes buildings for himself alone';
    end if;
    building.version := 1;
    insert into public.buildings select building.*;
    insert into public.building_members (building_id, user_id, role, create_time)
    values (building.building_id, manager_id, 'manager', building.create_time);
end $$;
comment on function public.create_building is
    'Makes a building together with its first manager: the caller, or anybody for the services.';

create function public.delete_account(account_id uuid) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
    alone text;
begin
    if not (nilm.caller_is_service() or nilm.caller_is_admin()) then
        raise exception using errcode = '42501', message = 'only administrators delete accounts';
    end if;
    select string_agg(mine.building_id, ', ' order by mine.building_id)
    into alone
    from public.building_members as mine
    where mine.user_id = account_id and mine.role = 'manager'
        and not exists (
            select from public.building_members as other
            where other.building_id = mine.building_id
                and other.role = 'manager' and other.user_id <> account_id
        );
    if alone is not null then
        raise exception using errcode = 'PT409', message = 'LAST_MANAGER', detail = alone;
    end if;
    delete from auth.users where id = account_id;
    return found;
end $$;
comment on function public.delete_account is
    'Deletes an account with its sign-ins and memberships; false where there is none.';

create function public.find_account(address text) returns setof public.profiles
language sql stable security definer set search_path = '' rows 1 as $$
    select profile.*
    from public.profiles as profile
    where profile.email = address
        and (
            profile.user_id = auth.uid()
            or nilm.caller_is_service()
            or nilm.caller_is_admin()
            or exists (select nilm.buildings_managed())
        )
$$;
comment on function public.find_account is
    'The account of an address: a manager names whom he adds by it, so managers are answered.';

create function public.list_buildings(
    member_id uuid, after_name text, after_id text, max_rows integer
)
returns setof public.buildings
language sql stable set search_path = '' as $$
    select building.*
    from public.buildings as building
    where (
            member_id is null
            or building.building_id in (
                select member.building_id
                from public.building_members as member
                where member.user_id = list_buildings.member_id
            )
        )
        and (after_name is null or (building.display_name, building.building_id::text)
            > (after_name collate "C", after_id collate "C"))
    order by building.display_name, building.building_id
    limit max_rows
$$;
comment on function public.list_buildings is
    'Buildings by name and id, of those that the caller may see; of one member, or all for null.';
