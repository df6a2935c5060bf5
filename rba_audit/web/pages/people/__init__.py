"""Administration: people, personal data, exports, areas and the state of the server."""
