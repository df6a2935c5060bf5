"""The KLA folder: what is missing from it, requests to agencies, and the page by which an agency sends a document."""
