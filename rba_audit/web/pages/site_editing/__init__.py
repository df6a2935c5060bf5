"""Pages to edit sites: proposals, new sites, changes and history."""
