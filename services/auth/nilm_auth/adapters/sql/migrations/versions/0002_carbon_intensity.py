"""The greenhouse gas that a building's electricity stands for."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_COLUMN = "carbon_intensity_g_per_kwh"


def upgrade() -> None:
    """Adds the column; what was there has none configured."""
    op.add_column("buildings", sa.Column(_COLUMN, sa.Float(53)))


def downgrade() -> None:
    """Drops the column."""
    op.drop_column("buildings", _COLUMN)
