"""Openings of home pages between rounds, and a quicker way from a city to its visits."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the table of openings, and the index over reasons."""
    op.create_table(
        "openings",
        sa.Column("id", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("campaign", "city", "site", "url", "at", "outcome")),
        sa.Column("cause", sa.Text),
        *(sa.Column(name, sa.Integer) for name in ("status", "elapsed_ms")),
        sa.Column("retry_after_s", sa.Float),
        sa.Column("robots", sa.Text),
    )
    op.create_index("openings_by_city", "openings", ["campaign", "city", "at"])
    op.create_index("reasons_by_city", "reasons", ["city", "role"])
