"""Accounts, sessions, buildings and what belongs to them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_ID = sa.String(63)
_HASH = sa.String(64)
_TIME = sa.DateTime(timezone=True)
_FLOAT = sa.Float(53)
_TABLES = (
    "users",
    "sessions",
    "refresh_tokens",
    "reset_tokens",
    "buildings",
    "members",
    "meters",
    "appliances",
    "tariffs",
    "tariff_rates",
)


def upgrade() -> None:
    """Makes all tables."""
    _make_accounts()
    _make_buildings()
    _make_tariffs()


def downgrade() -> None:
    """Drops all tables."""
    for table in reversed(_TABLES):
        op.drop_table(table)


def _parent(table: str, column: str, parent: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{parent}.{column}"], name=f"fk_{table}_{column}", ondelete="CASCADE"
    )


def _make_accounts() -> None:
    op.create_table(
        "users",
        sa.Column("user_id", _ID, nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("display_name", sa.String(100), nullable=False),
        sa.Column("password_hash", sa.String(255), nullable=False),
        sa.Column("is_admin", sa.Boolean, nullable=False),
        sa.Column("is_disabled", sa.Boolean, nullable=False),
        sa.Column("create_time", _TIME, nullable=False),
        sa.Column("update_time", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_users"),
        sa.UniqueConstraint("email", name="uq_users_email"),
    )
    op.create_table(
        "sessions",
        sa.Column("session_id", _ID, nullable=False),
        sa.Column("user_id", _ID, nullable=False),
        sa.PrimaryKeyConstraint("session_id", name="pk_sessions"),
        _parent("sessions", "user_id", "users"),
    )
    op.create_index("ix_sessions_user_id", "sessions", ["user_id"])
    op.create_table(
        "refresh_tokens",
        sa.Column("token_hash", _HASH, nullable=False),
        sa.Column("session_id", _ID, nullable=False),
        sa.Column("issue_time", _TIME, nullable=False),
        sa.Column("expire_time", _TIME, nullable=False),
        sa.Column("spend_time", _TIME),
        sa.PrimaryKeyConstraint("token_hash", name="pk_refresh_tokens"),
        _parent("refresh_tokens", "session_id", "sessions"),
    )
    op.create_index("ix_refresh_tokens_session_id", "refresh_tokens", ["session_id"])
    op.create_table(
        "reset_tokens",
        sa.Column("token_hash", _HASH, nullable=False),
        sa.Column("user_id", _ID, nullable=False),
        sa.Column("issue_time", _TIME, nullable=False),
        sa.Column("expire_time", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_reset_tokens"),
        _parent("reset_tokens", "user_id", "users"),
    )
    op.create_index("ix_reset_tokens_user_id", "reset_tokens", ["user_id"])


def _make_buildings() -> None:
    op.create_table(
        "buildings",
        sa.Column("building_id", _ID, nullable=False),
        sa.Column("display_name", sa.String(100), nullable=False),
        sa.Column("time_zone", sa.String(63), nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("is_simulated", sa.Boolean, nullable=False),
        sa.Column("create_time", _TIME, nullable=False),
        sa.Column("update_time", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("building_id", name="pk_buildings"),
    )
    op.create_index(
        "ix_buildings_display_name_building_id", "buildings", ["display_name", "building_id"]
    )
    op.create_table(
        "members",
        sa.Column("building_id", _ID, nullable=False),
        sa.Column("user_id", _ID, nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("create_time", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("building_id", "user_id", name="pk_members"),
        _parent("members", "building_id", "buildings"),
        _parent("members", "user_id", "users"),
    )
    op.create_index("ix_members_user_id", "members", ["user_id"])
    op.create_table(
        "meters",
        sa.Column("meter_id", _ID, nullable=False),
        sa.Column("building_id", _ID, nullable=False),
        sa.Column("display_name", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("appliance_id", _ID, nullable=False),
        sa.Column("create_time", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("meter_id", name="pk_meters"),
        _parent("meters", "building_id", "buildings"),
    )
    op.create_index("ix_meters_building_id", "meters", ["building_id"])
    op.create_index(
        "uq_meters_mains",
        "meters",
        ["building_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'MAINS'"),
        postgresql_where=sa.text("kind = 'MAINS'"),
    )
    op.create_table(
        "appliances",
        sa.Column("building_id", _ID, nullable=False),
        sa.Column("appliance_id", _ID, nullable=False),
        sa.Column("display_name", sa.String(100), nullable=False),
        sa.Column("rated_power_w", _FLOAT, nullable=False),
        sa.Column("create_time", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("building_id", "appliance_id", name="pk_appliances"),
        _parent("appliances", "building_id", "buildings"),
    )


def _make_tariffs() -> None:
    op.create_table(
        "tariffs",
        sa.Column("tariff_id", _ID, nullable=False),
        sa.Column("building_id", _ID, nullable=False),
        sa.Column("display_name", sa.String(100), nullable=False),
        sa.Column("effective_date", sa.Date, nullable=False),
        sa.Column("currency_code", sa.String(3), nullable=False),
        sa.Column("price_per_kwh", _FLOAT, nullable=False),
        sa.Column("standing_charge_per_day", _FLOAT, nullable=False),
        sa.Column("create_time", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("tariff_id", name="pk_tariffs"),
        sa.UniqueConstraint(
            "building_id", "effective_date", name="uq_tariffs_building_id_effective_date"
        ),
        _parent("tariffs", "building_id", "buildings"),
    )
    op.create_table(
        "tariff_rates",
        sa.Column("tariff_id", _ID, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("weekdays", sa.String(7), nullable=False),
        sa.Column("start_minute", sa.Integer, nullable=False),
        sa.Column("end_minute", sa.Integer, nullable=False),
        sa.Column("price_per_kwh", _FLOAT, nullable=False),
        sa.PrimaryKeyConstraint("tariff_id", "position", name="pk_tariff_rates"),
        _parent("tariff_rates", "tariff_id", "tariffs"),
    )
