"""Photos, and their clearance for the public.

Public modules: `clearances`, `routes`.
"""
