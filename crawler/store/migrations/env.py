"""How the database of a campaign is brought to the version of this program."""

from alembic import context

with context.begin_transaction():
    context.configure(connection=context.config.attributes["connection"])
    context.run_migrations()
