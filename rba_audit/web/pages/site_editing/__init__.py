"""Pages to edit sites: proposals, new sites, changes and history.

Public modules: `change_routes`, `drawing`, `field_form`, `field_messages`, `history`, `routes`, `status_messages`.
"""
