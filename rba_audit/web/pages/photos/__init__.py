"""Photos, and which of them everybody may see."""
