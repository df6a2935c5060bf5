"""Coverage: the people who have an active site within reach."""
