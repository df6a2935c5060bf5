"""Lists of sites and their files."""
