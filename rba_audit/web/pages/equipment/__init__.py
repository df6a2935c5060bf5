"""Equipment of a site: items, labels and QR codes."""
