"""Administration: people, personal data, exports, areas and the state of the server.

Public modules: `areas`, `exports`, `personal_data`, `routes`.
"""
