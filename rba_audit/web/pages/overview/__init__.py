"""Overview of the register."""
