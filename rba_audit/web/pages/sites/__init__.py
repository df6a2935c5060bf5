"""The page of one site.

Public modules: `position_notes`, `routes`, `sketches`.
"""
