"""The overview of a whole register.

Public modules: `routes`, `summary`.
"""
