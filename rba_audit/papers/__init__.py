"""Papers for people outside the program: PDF reports and letters, set by Typst.

Public modules: `issue`, `pictures`, `site_record`, `site_report`, `sketches`, `typesetting`.
"""
