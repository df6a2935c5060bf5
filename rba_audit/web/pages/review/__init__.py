"""Review pages: the queue, one visit, comparisons and disagreements.

Public modules: `decisions`, `routes`, `view`.
"""
