"""The children's audit (Forum Anak)."""
