"""Alembic migrations of the register's schema: one revision for each release that changed it."""
