"""The map and the ground under it.

Public modules: `routes`.
"""
