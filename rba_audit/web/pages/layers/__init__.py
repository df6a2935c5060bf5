"""Map layers of the city: list, upload, end, undo and download."""
