"""Helpers shared by several test files: registers, servers, browsers, documents, and small maps to measure."""
