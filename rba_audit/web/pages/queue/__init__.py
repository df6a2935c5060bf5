"""A surveyor's work, and what a phone keeps to go on without a network.

Public modules: `routes`.
"""
