"""Places: proposals, new places, changes and history."""
