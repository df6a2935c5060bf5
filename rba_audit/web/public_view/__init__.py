"""Public view: the fields that readers without an account may see, and the records, findings and register reduced to them."""
