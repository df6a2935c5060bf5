"""Papers for people outside the program: PDF reports and letters, set by Typst.

Public modules: `typesetting`.
"""
