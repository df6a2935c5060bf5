"""The map and the ground under it."""
