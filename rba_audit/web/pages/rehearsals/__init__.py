"""Pages of rehearsals: the office begins them and reads their results, a verifier goes through the items."""
