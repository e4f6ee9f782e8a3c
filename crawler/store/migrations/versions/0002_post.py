"""Queries by POST: their body is kept, and tells apart what is asked of one address."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the body (empty for all that was asked by GET), and make it part of what is asked once a round."""
    op.add_column("visits", sa.Column("post", sa.Text, nullable=False, server_default=""))
    once = ("visits_asked_once", ["round", "url", "way", "post"])
    if op.get_bind().dialect.name == "sqlite":
        # SQLite cannot drop a constraint, so the table is written anew under the same name.
        names = {"uq": "uq_%(table_name)s_%(column_0_name)s"}
        with op.batch_alter_table("visits", naming_convention=names) as table:
            table.drop_constraint("uq_visits_round", type_="unique")
            table.create_unique_constraint(*once)
    else:
        op.drop_constraint("visits_round_url_way_key", "visits", type_="unique")
        op.create_unique_constraint(once[0], "visits", once[1])
