"""The compliance map.

Public modules: `routes`.
"""
