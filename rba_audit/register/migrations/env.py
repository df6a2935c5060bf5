"""What Alembic runs to take the steps, on the connection it is given."""

from alembic import context

from rba_audit.register.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
