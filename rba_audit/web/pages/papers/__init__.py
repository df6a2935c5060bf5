"""Papers: reports as PDF files."""
