"""Pages of imports: bring a list of sites as a file, say what its columns mean, look at what would change, take it, and undo it."""
