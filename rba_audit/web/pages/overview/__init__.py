"""The overview of a whole register."""
