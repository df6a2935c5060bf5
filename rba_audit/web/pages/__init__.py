"""The pages, one package or module per topic: routes, query (what was asked) and view (what the template gets).

Public modules: `standards`.
"""
