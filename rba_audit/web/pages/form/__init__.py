"""The audit form of one site, online and on a phone.

Public modules: `context`, `item_messages`, `measurements`, `night_checks`, `routes`, `settled_answers`, `stages`.
"""
