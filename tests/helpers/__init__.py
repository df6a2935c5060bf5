"""What several test files share: registers, servers, browsers, documents, and small worlds to measure."""
