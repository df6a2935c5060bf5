"""Coverage: who has a place within reach.

Public modules: `query`, `routes`.
"""
