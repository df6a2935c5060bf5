"""Read-only links: the list of them, and the one page that a link opens."""
