"""Coverage: the people who have an active site within reach.

Public modules: `query`, `routes`.
"""
