"""The office that issues papers: what its letters say and who signs them."""
