"""Surveyor's queue, and the files that a phone caches to work offline."""
