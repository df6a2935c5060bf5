"""The children's audit (Forum Anak).

Public modules: `outcomes`, `routes`.
"""
