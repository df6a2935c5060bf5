"""Evidence packs: make one, download it, and note to whom it went."""
