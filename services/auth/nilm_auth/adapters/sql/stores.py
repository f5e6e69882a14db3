"""All stores of one SQL database."""

from nilm_auth.adapters.sql.appliance_store import SqlApplianceStore
from nilm_auth.adapters.sql.building_store import SqlBuildingStore
from nilm_auth.adapters.sql.database import Database
from nilm_auth.adapters.sql.member_store import SqlMemberStore
from nilm_auth.adapters.sql.meter_store import SqlMeterStore
from nilm_auth.adapters.sql.session_store import SqlResetStore, SqlSessionStore
from nilm_auth.adapters.sql.tariff_store import SqlTariffStore
from nilm_auth.adapters.sql.user_store import SqlUserStore
from nilm_auth.ports.stores import FullStores


def sql_stores(database: Database) -> FullStores:
    """Returns the stores of a migrated database."""
    return FullStores(
        users=SqlUserStore(database),
        sessions=SqlSessionStore(database),
        resets=SqlResetStore(database),
        buildings=SqlBuildingStore(database),
        members=SqlMemberStore(database),
        meters=SqlMeterStore(database),
        appliances=SqlApplianceStore(database),
        tariffs=SqlTariffStore(database),
    )
