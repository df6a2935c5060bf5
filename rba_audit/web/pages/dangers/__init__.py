"""Immediate dangers: reports, telephone numbers, and what phones say about them."""
