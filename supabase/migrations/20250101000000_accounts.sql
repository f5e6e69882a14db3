-- Accounts: what the system knows of each person whom Supabase Auth signs in.
--
-- The schema `nilm` holds what policies and triggers need; it is not among the exposed schemas, so
-- nobody calls it over REST. Each of its functions pins its search path, and those that look past
-- row-level security answer about the caller alone.

create schema nilm;
revoke all on schema nilm from public;
grant usage on schema nilm to authenticated, service_role;

create table public.profiles (
    user_id uuid primary key references auth.users (id) on delete cascade,
    email text collate "C" not null unique check (char_length(email) between 1 and 254),
    display_name text collate "C" not null check (char_length(display_name) between 1 and 100),
    is_admin boolean not null default false,
    is_disabled boolean not null default false,
    create_time timestamptz not null default now(),
    update_time timestamptz not null default now(),
    version bigint not null default 1
);
comment on table public.profiles is
    'One row an account; made with the account, and gone with it.';
comment on column public.profiles.email is
    'Address in lower case, kept level with auth.users; orders lists, so by bytes.';
comment on column public.profiles.is_admin is
    'Whether the account administers the whole system; kept level with app_metadata.admin.';
comment on column public.profiles.version is
    'Counts the changes: a writer names the version that it read, and of two at once one wins.';

-- Answers whether somebody administers, and who: few rows of many.
create index ix_profiles_admins on public.profiles (user_id) where is_admin and not is_disabled;

create function nilm.count_change() returns trigger
language plpgsql set search_path = '' as $$
begin
    new.version := old.version + 1;
    return new;
end $$;

create trigger count_change before update on public.profiles
    for each row execute function nilm.count_change();

-- Who calls. The service role passes row-level security by itself; functions that write for it ask.

create function nilm.caller_is_service() returns boolean
language sql stable set search_path = '' as $$
    select coalesce(auth.jwt() ->> 'role' = 'service_role', false)
$$;

create function nilm.caller_is_active() returns boolean
language sql stable security definer set search_path = '' as $$
    select exists (
        select from public.profiles where user_id = auth.uid() and not is_disabled
    )
$$;

create function nilm.caller_is_admin() returns boolean
language sql stable security definer set search_path = '' as $$
    select exists (
        select from public.profiles where user_id = auth.uid() and is_admin and not is_disabled
    )
$$;

grant execute on function
    nilm.caller_is_service(), nilm.caller_is_active(), nilm.caller_is_admin()
    to authenticated, service_role;

-- Supabase Auth makes, renames and promotes accounts; the profile follows.

create function nilm.name_to_show(metadata jsonb, address text) returns text
language sql immutable set search_path = '' as $$
    select left(
        coalesce(nullif(btrim(metadata ->> 'display_name'), ''), split_part(address, '@', 1)), 100
    )
$$;

create function nilm.follow_account() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
    address text := lower(new.email);
    administers boolean := coalesce(new.raw_app_meta_data -> 'admin' = 'true'::jsonb, false);
begin
    if address is null or address = '' then
        return new; -- anonymous, or known by a telephone number alone: no account of this system
    end if;
    insert into public.profiles as profile (user_id, email, display_name, is_admin)
    values (
        new.id, address, nilm.name_to_show(new.raw_user_meta_data, address), administers
    )
    on conflict (user_id) do update
        set email = excluded.email, is_admin = excluded.is_admin, update_time = now()
        where (profile.email, profile.is_admin)
            is distinct from (excluded.email, excluded.is_admin);
    if tg_op = 'UPDATE' and new.raw_user_meta_data ->> 'display_name'
        is distinct from old.raw_user_meta_data ->> 'display_name' then
        update public.profiles
        set display_name = nilm.name_to_show(new.raw_user_meta_data, address), update_time = now()
        where user_id = new.id
            and display_name <> nilm.name_to_show(new.raw_user_meta_data, address);
    end if;
    return new;
end $$;

create trigger nilm_follow_account
    after insert or update of email, raw_app_meta_data, raw_user_meta_data on auth.users
    for each row execute function nilm.follow_account();

-- Accounts that were there before this migration.
insert into public.profiles (user_id, email, display_name, is_admin)
select
    account.id,
    lower(account.email),
    nilm.name_to_show(account.raw_user_meta_data, lower(account.email)),
    coalesce(account.raw_app_meta_data -> 'admin' = 'true'::jsonb, false)
from auth.users as account
where account.email <> ''
on conflict do nothing;

-- And Supabase Auth follows the profile: the token of a person tells out of app_metadata whether he
-- administers, and user_metadata his name. What is level already is left, so neither chases the other.

create function nilm.tell_auth() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    update auth.users
    set raw_app_meta_data =
        coalesce(raw_app_meta_data, '{}') || jsonb_build_object('admin', new.is_admin)
    where id = new.user_id
        and coalesce(raw_app_meta_data -> 'admin' = 'true'::jsonb, false) <> new.is_admin;
    update auth.users
    set raw_user_meta_data =
        coalesce(raw_user_meta_data, '{}') || jsonb_build_object('display_name', new.display_name)
    where id = new.user_id
        and nilm.name_to_show(raw_user_meta_data, new.email) <> new.display_name;
    return new;
end $$;

create trigger tell_auth after insert or update of is_admin, display_name on public.profiles
    for each row execute function nilm.tell_auth();

-- What a person may change of himself is his name; the rights of accounts are the administrators'.
create function nilm.guard_rights() returns trigger
language plpgsql set search_path = '' as $$
begin
    if current_user = 'authenticated' and not nilm.caller_is_admin() then
        raise exception using
            errcode = '42501', message = 'only administrators change the rights of accounts';
    end if;
    return new;
end $$;

create trigger guard_rights before update on public.profiles
    for each row
    when ((old.is_admin, old.is_disabled) is distinct from (new.is_admin, new.is_disabled))
    execute function nilm.guard_rights();

create function nilm.keep_an_admin() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    -- Held until the end: of two who step down at once the second sees that the first has.
    perform pg_advisory_xact_lock(hashtext('nilm.keep_an_admin'));
    if not exists (select from public.profiles where is_admin and not is_disabled) then
        raise exception using errcode = 'PT409', message = 'LAST_ADMIN';
    end if;
    return null;
end $$;

create trigger keep_an_admin_on_update after update of is_admin, is_disabled on public.profiles
    for each row
    when (old.is_admin and not old.is_disabled and (new.is_disabled or not new.is_admin))
    execute function nilm.keep_an_admin();

create trigger keep_an_admin_on_delete after delete on public.profiles
    for each row when (old.is_admin and not old.is_disabled)
    execute function nilm.keep_an_admin();

create function public.list_accounts(email_contains text, after_email text, max_rows integer)
returns setof public.profiles
language sql stable set search_path = '' as $$
    select profile.*
    from public.profiles as profile
    where (after_email is null or profile.email > after_email)
        and strpos(profile.email, email_contains) > 0
    order by profile.email
    limit max_rows
$$;
comment on function public.list_accounts is
    'Accounts by email, of those that the caller may see; the position is the last email seen.';
