"""Coverage: who has a place within reach."""
