"""The first version of the database: rounds, visits, reasons, observations, findings."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the five tables."""
    op.create_table(
        "rounds",
        sa.Column("id", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("campaign", "name", "state", "opened_at")),
        *(sa.Column(name, sa.Text) for name in ("closed_at", "as_of")),
        sa.Column("seed", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("plan", "versions")),
        sa.UniqueConstraint("campaign", "name"),
    )
    op.create_table(
        "visits",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("round", sa.Integer, sa.ForeignKey("rounds.id"), nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("city", "site", "url", "way", "method", "state")),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("priority", "depth", "attempts")),
        sa.Column("next_try", sa.Float, nullable=False),
        *(sa.Column(name, sa.Text) for name in ("outcome", "cause", "vendor", "detail")),
        sa.Column("status", sa.Integer),
        *(sa.Column(name, sa.Text) for name in ("final_url", "redirected_to", "started_at", "fetched_at")),
        *(sa.Column(name, sa.Integer) for name in ("elapsed_ms", "size_bytes")),
        *(sa.Column(name, sa.Text) for name in ("archive", "screenshot")),
        sa.UniqueConstraint("round", "url", "way"),
    )
    op.create_index("visits_by_state", "visits", ["round", "state"])
    op.create_table(
        "reasons",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("visit", sa.Integer, sa.ForeignKey("visits.id"), nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("city", "role", "why")),
        sa.Column("found_on", sa.Text),
        sa.UniqueConstraint("visit", "city", "role"),
    )
    op.create_table(
        "observations",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("visit", sa.Integer, sa.ForeignKey("visits.id"), nullable=False),
        sa.Column("probe", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("cause", sa.Text),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("elapsed_ms", sa.Integer, nullable=False),
        sa.Column("seen", sa.Text),
    )
    op.create_index("observations_by_visit", "observations", ["visit", "probe"])
    op.create_table(
        "findings",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("round", sa.Integer, sa.ForeignKey("rounds.id"), nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("city", "feature", "finding")),
        sa.UniqueConstraint("round", "city", "feature"),
    )


def downgrade() -> None:
    """Going back would lose a campaign's work, so it is not offered."""
    raise RuntimeError("a campaign's database is only ever brought forward")
