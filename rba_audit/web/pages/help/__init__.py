"""Help: what each page is for, and what to do there."""
