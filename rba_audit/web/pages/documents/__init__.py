"""Pages of the documents of the KLA folder: the list, one document with its versions, and the forms."""
