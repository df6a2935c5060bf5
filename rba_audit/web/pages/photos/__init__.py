"""Photos, and their clearance for the public."""
