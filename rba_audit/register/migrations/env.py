"""Alembic environment: runs the migrations on the connection that the caller passes in."""

from alembic import context

from rba_audit.register.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
