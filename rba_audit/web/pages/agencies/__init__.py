"""Repairs by the agency that leads them: a page, letters, workbooks, and all of them in one file."""
