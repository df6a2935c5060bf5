"""How the register's tables came to be what they are: one step for each release that changed them."""
