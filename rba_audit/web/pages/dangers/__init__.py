"""Immediate dangers: reports, telephone numbers, and the messages of phones about them."""
