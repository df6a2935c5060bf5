"""Plans for one site and for a city."""
