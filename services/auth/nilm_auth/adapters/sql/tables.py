"""The tables. Columns are named as the fields of the domain; migrations make the same."""

from datetime import UTC, datetime

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Enum,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeDecorator

from nilm_auth.domain.role import Role
from nilm_core.access import MeterKind


class UtcTime(TypeDecorator[datetime]):
    """A UTC-aware time; where the database knows no zones it holds UTC without saying so."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 # the base class's signature
        """Converts to UTC on the way in."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 # the base class's signature
        """Says that it is UTC on the way out."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_ID = String(63)
_HASH = String(64)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _parent(column: str) -> ForeignKey:
    return ForeignKey(column, ondelete="CASCADE")


users = Table(
    "users",
    metadata,
    Column("user_id", _ID, primary_key=True),
    Column("email", String(254), nullable=False, unique=True),
    Column("display_name", String(100), nullable=False),
    Column("password_hash", String(255), nullable=False),
    Column("is_admin", Boolean, nullable=False),
    Column("is_disabled", Boolean, nullable=False),
    Column("create_time", UtcTime, nullable=False),
    Column("update_time", UtcTime, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("session_id", _ID, primary_key=True),
    Column("user_id", _ID, _parent("users.user_id"), nullable=False, index=True),
)

refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("token_hash", _HASH, primary_key=True),
    Column("session_id", _ID, _parent("sessions.session_id"), nullable=False, index=True),
    Column("issue_time", UtcTime, nullable=False),
    Column("expire_time", UtcTime, nullable=False),
    Column("spend_time", UtcTime),
)

reset_tokens = Table(
    "reset_tokens",
    metadata,
    Column("token_hash", _HASH, primary_key=True),
    Column("user_id", _ID, _parent("users.user_id"), nullable=False, index=True),
    Column("issue_time", UtcTime, nullable=False),
    Column("expire_time", UtcTime, nullable=False),
)

buildings = Table(
    "buildings",
    metadata,
    Column("building_id", _ID, primary_key=True),
    Column("display_name", String(100), nullable=False),
    Column("time_zone", String(63), nullable=False),
    Column("address", Text, nullable=False),
    Column("is_simulated", Boolean, nullable=False),
    Column("create_time", UtcTime, nullable=False),
    Column("update_time", UtcTime, nullable=False),
    Column("carbon_intensity_g_per_kwh", Float(53)),
    Index(None, "display_name", "building_id"),
)

members = Table(
    "members",
    metadata,
    Column("building_id", _ID, _parent("buildings.building_id"), primary_key=True),
    Column("user_id", _ID, _parent("users.user_id"), primary_key=True, index=True),
    Column("role", Enum(Role, native_enum=False, length=16), nullable=False),
    Column("create_time", UtcTime, nullable=False),
)

meters = Table(
    "meters",
    metadata,
    Column("meter_id", _ID, primary_key=True),
    Column("building_id", _ID, _parent("buildings.building_id"), nullable=False, index=True),
    Column("display_name", String(100), nullable=False),
    Column("kind", Enum(MeterKind, native_enum=False, length=16), nullable=False),
    Column("appliance_id", _ID, nullable=False),
    Column("create_time", UtcTime, nullable=False),
    Index(
        "uq_meters_mains",
        "building_id",
        unique=True,
        sqlite_where=text("kind = 'MAINS'"),
        postgresql_where=text("kind = 'MAINS'"),
    ),
)

appliances = Table(
    "appliances",
    metadata,
    Column("building_id", _ID, _parent("buildings.building_id"), primary_key=True),
    Column("appliance_id", _ID, primary_key=True),
    Column("display_name", String(100), nullable=False),
    Column("rated_power_w", Float(53), nullable=False),
    Column("create_time", UtcTime, nullable=False),
)

tariffs = Table(
    "tariffs",
    metadata,
    Column("tariff_id", _ID, primary_key=True),
    Column("building_id", _ID, _parent("buildings.building_id"), nullable=False),
    Column("display_name", String(100), nullable=False),
    Column("effective_date", Date, nullable=False),
    Column("currency_code", String(3), nullable=False),
    Column("price_per_kwh", Float(53), nullable=False),
    Column("standing_charge_per_day", Float(53), nullable=False),
    Column("create_time", UtcTime, nullable=False),
    UniqueConstraint("building_id", "effective_date"),
)

tariff_rates = Table(
    "tariff_rates",
    metadata,
    Column("tariff_id", _ID, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("weekdays", String(7), nullable=False),
    Column("start_minute", Integer, nullable=False),
    Column("end_minute", Integer, nullable=False),
    Column("price_per_kwh", Float(53), nullable=False),
    ForeignKeyConstraint(["tariff_id"], ["tariffs.tariff_id"], ondelete="CASCADE"),
)
