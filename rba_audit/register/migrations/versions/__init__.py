"""Migrations of the schema, numbered by `revision`, oldest first."""
