"""Overview of the register.

Public modules: `routes`, `summary`.
"""
