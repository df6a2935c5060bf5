"""Places: proposals, new places, changes and history.

Public modules: `change_routes`, `drawing`, `field_form`, `field_messages`, `history`, `routes`, `status_messages`.
"""
