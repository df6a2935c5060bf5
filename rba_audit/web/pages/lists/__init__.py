"""Lists of sites and their files.

Public modules: `query`, `routes`.
"""
