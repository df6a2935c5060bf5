"""Papers for people outside the program: PDF reports and letters, set by Typst.

Public modules: `city_report`, `issue`, `pictures`, `plan_paper`, `site_bundle`, `site_record`, `site_report`, `sketches`.
"""
