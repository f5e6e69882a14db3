-- Who reaches which row: the roles of the system as policies, and the least grants they need.
--
-- A function in a policy stands in a subselect, so that it is asked once a statement rather than
-- once a row. Each table is closed to all but the service role first: a Supabase project grants
-- everything in `public` to `anon` and `authenticated` by default.

alter table public.profiles enable row level security;
alter table public.buildings enable row level security;
alter table public.building_members enable row level security;
alter table public.meters enable row level security;
alter table public.building_appliances enable row level security;
alter table public.tariffs enable row level security;
alter table public.org_appliances enable row level security;
alter table public.appliance_models enable row level security;

revoke all on
    public.profiles, public.buildings, public.building_members, public.building_people,
    public.meters, public.building_appliances, public.tariffs, public.org_appliances,
    public.appliance_models
    from public, anon, authenticated;
grant all on
    public.profiles, public.buildings, public.building_members, public.building_people,
    public.meters, public.building_appliances, public.tariffs, public.org_appliances,
    public.appliance_models
    to service_role;

revoke execute on all functions in schema nilm from public;
revoke all on function
    public.list_accounts(text, text, integer),
    public.create_building(public.buildings, uuid),
    public.delete_account(uuid),
    public.find_account(text),
    public.list_buildings(uuid, text, text, integer),
    public.list_meters(text, text, text, integer)
    from public, anon, authenticated;
grant execute on function
    public.list_accounts(text, text, integer),
    public.create_building(public.buildings, uuid),
    public.delete_account(uuid),
    public.find_account(text),
    public.list_buildings(uuid, text, text, integer),
    public.list_meters(text, text, text, integer)
    to authenticated, service_role;

-- Accounts: one's own, those of a manager's people, all for an administrator. They are made and
-- deleted with the account at Supabase Auth, and their address is changed there. Who is disabled
-- may read that he is.

grant select on public.profiles to authenticated;
grant update (display_name, is_admin, is_disabled, update_time) on public.profiles
    to authenticated;

create policy profiles_select on public.profiles for select to authenticated using (
    user_id = (select auth.uid())
    or user_id in (select nilm.people_managed())
    or (select nilm.caller_is_admin())
);
create policy profiles_update on public.profiles for update to authenticated using (
    (user_id = (select auth.uid()) and (select nilm.caller_is_active()))
    or (select nilm.caller_is_admin())
);

-- Buildings: made by create_building alone, together with their manager.

grant select, delete on public.buildings to authenticated;
grant update (
    display_name, time_zone, address, is_simulated, update_time, carbon_intensity_g_per_kwh
) on public.buildings to authenticated;

create policy buildings_select on public.buildings for select to authenticated using (
    building_id in (select nilm.buildings_seen()) or (select nilm.caller_is_admin())
);
create policy buildings_update on public.buildings for update to authenticated using (
    building_id in (select nilm.buildings_managed()) or (select nilm.caller_is_admin())
);
create policy buildings_delete on public.buildings for delete to authenticated using (
    building_id in (select nilm.buildings_managed()) or (select nilm.caller_is_admin())
);

-- Members: everybody sees his own memberships, managers see and change those of their buildings.

grant select, delete on public.building_members to authenticated;
grant insert (building_id, user_id, role, create_time) on public.building_members
    to authenticated;
grant update (role) on public.building_members to authenticated;
grant select on public.building_people to authenticated;

create policy building_members_select on public.building_members for select to authenticated
using (
    (user_id = (select auth.uid()) and (select nilm.caller_is_active()))
    or building_id in (select nilm.buildings_managed())
    or (select nilm.caller_is_admin())
);
create policy building_members_insert on public.building_members for insert to authenticated
with check (
    building_id in (select nilm.buildings_managed()) or (select nilm.caller_is_admin())
);
create policy building_members_update on public.building_members for update to authenticated
using (
    building_id in (select nilm.buildings_managed()) or (select nilm.caller_is_admin())
);
create policy building_members_delete on public.building_members for delete to authenticated
using (
    building_id in (select nilm.buildings_managed()) or (select nilm.caller_is_admin())
);

-- What belongs to a building: read by its members, changed by its managers.

grant select, delete on public.meters, public.building_appliances, public.tariffs
    to authenticated;
grant insert (meter_id, building_id, display_name, kind, appliance_id, create_time)
    on public.meters to authenticated;
grant update (display_name) on public.meters to authenticated;
grant insert (building_id, appliance_id, display_name, rated_power_w, create_time)
    on public.building_appliances to authenticated;
grant update (display_name, rated_power_w) on public.building_appliances to authenticated;
grant insert (
    tariff_id, building_id, display_name, effective_date, currency_code, price_per_kwh,
    standing_charge_per_day, rates, create_time
) on public.tariffs to authenticated;
grant update (
    display_name, effective_date, currency_code, price_per_kwh, standing_charge_per_day, rates
) on public.tariffs to authenticated;

do $$
declare
    part text;
begin
    foreach part in array array['meters', 'building_appliances', 'tariffs'] loop
        execute format(
            'create policy %1$s_select on public.%1$I for select to authenticated using ('
            'building_id in (select nilm.buildings_seen()) or (select nilm.caller_is_admin()))',
            part
        );
        execute format(
            'create policy %1$s_insert on public.%1$I for insert to authenticated with check ('
            'building_id in (select nilm.buildings_managed()) or (select nilm.caller_is_admin()))',
            part
        );
        execute format(
            'create policy %1$s_update on public.%1$I for update to authenticated using ('
            'building_id in (select nilm.buildings_managed()) or (select nilm.caller_is_admin()))',
            part
        );
        execute format(
            'create policy %1$s_delete on public.%1$I for delete to authenticated using ('
            'building_id in (select nilm.buildings_managed()) or (select nilm.caller_is_admin()))',
            part
        );
    end loop;
end $$;

-- The catalogue: read by every account that is not disabled, kept by administrators.

grant select, insert, update, delete on public.org_appliances, public.appliance_models
    to authenticated;

do $$
declare
    part text;
begin
    foreach part in array array['org_appliances', 'appliance_models'] loop
        execute format(
            'create policy %1$s_select on public.%1$I for select to authenticated using ('
            '(select nilm.caller_is_active()))',
            part
        );
        execute format(
            'create policy %1$s_write on public.%1$I for all to authenticated using ('
            '(select nilm.caller_is_admin())) with check ((select nilm.caller_is_admin()))',
            part
        );
    end loop;
end $$;

notify pgrst, 'reload schema';
