"""Photos, and which of them everybody may see.

Public modules: `clearances`, `routes`.
"""
