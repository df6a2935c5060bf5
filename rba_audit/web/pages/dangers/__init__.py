"""Immediate dangers: reports, telephone numbers, and what phones say about them.

Public modules: `messages`, `routes`, `telephones`.
"""
