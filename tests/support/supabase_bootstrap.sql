-- What a Supabase project has before the first migration: its roles, its defaults, and of its Auth
-- the table and the functions that the migrations build on, with the privileges that the owner of
-- migrations has there. The roles belong to the cluster, so another database may have made them.

do $$
declare
    name text;
begin
    foreach name in array array['anon', 'authenticated', 'service_role', 'authenticator',
        'supabase_auth_admin', 'supabase_owner'] loop
        if not exists (select from pg_roles where rolname = name) then
            execute format('create role %I noinherit', name);
        end if;
    end loop;
end $$;
alter role authenticator login;
alter role service_role bypassrls;
alter role supabase_auth_admin login;
alter role supabase_owner createrole bypassrls;
grant anon, authenticated, service_role to authenticator;

grant usage on schema public to anon, authenticated, service_role, supabase_auth_admin;
grant all on schema public to supabase_owner;
do $$
begin
    execute format('grant create on database %I to supabase_owner', current_database());
end $$;
alter default privileges for role supabase_owner in schema public
    grant all on tables to anon, authenticated, service_role;
alter default privileges for role supabase_owner in schema public
    grant all on functions to anon, authenticated, service_role;

create schema auth authorization supabase_auth_admin;
grant usage on schema auth to anon, authenticated, service_role, supabase_owner;

create table auth.users (
    id uuid primary key,
    email varchar(255),
    raw_app_meta_data jsonb,
    raw_user_meta_data jsonb,
    is_sso_user boolean not null default false
);
create unique index users_email_partial_key on auth.users (email) where not is_sso_user;
alter table auth.users owner to supabase_auth_admin;
grant all on auth.users to supabase_owner;

create function auth.jwt() returns jsonb language sql stable as $$
    select coalesce(
        nullif(current_setting('request.jwt.claim', true), ''),
        nullif(current_setting('request.jwt.claims', true), '')
    )::jsonb
$$;
create function auth.uid() returns uuid language sql stable as $$
    select coalesce(
        nullif(current_setting('request.jwt.claim.sub', true), ''),
        (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')
    )::uuid
$$;
