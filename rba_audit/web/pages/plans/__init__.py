"""Plans for one site and for a city.

Public modules: `routes`.
"""
