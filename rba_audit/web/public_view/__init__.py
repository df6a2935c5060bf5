"""What somebody who is not signed in may read while the public view is on: fields, records, findings and the register.

Public modules: `fields`, `findings`, `records`, `register`.
"""
