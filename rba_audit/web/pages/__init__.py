"""The pages, one package or module per topic: routes, query (parsed parameters) and view (data of the template)."""
