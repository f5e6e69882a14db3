"""All stores of one Supabase project."""

from nilm_auth.adapters.supabase.appliance_store import SupabaseApplianceStore
from nilm_auth.adapters.supabase.building_store import SupabaseBuildingStore
from nilm_auth.adapters.supabase.member_store import SupabaseMemberStore
from nilm_auth.adapters.supabase.meter_store import SupabaseMeterStore
from nilm_auth.adapters.supabase.rest import SupabaseRest
from nilm_auth.adapters.supabase.tariff_store import SupabaseTariffStore
from nilm_auth.adapters.supabase.user_store import SupabaseUserStore
from nilm_auth.ports.stores import Stores


def supabase_stores(rest: SupabaseRest) -> Stores:
    """Returns the stores of a project that has the migrations."""
    return Stores(
        users=SupabaseUserStore(rest),
        buildings=SupabaseBuildingStore(rest),
        members=SupabaseMemberStore(rest),
        meters=SupabaseMeterStore(rest),
        appliances=SupabaseApplianceStore(rest),
        tariffs=SupabaseTariffStore(rest),
        follow_identity=True,
    )
