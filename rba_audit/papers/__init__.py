"""Papers for people outside the program: PDF reports and letters, set by Typst.

Public modules: `agency_letters`, `agency_lists`, `agency_package`, `agency_workbooks`, `city_report`, `issue`, `letter_wording`, `pictures`,
`plan_paper`, `site_bundle`, `site_record`, `site_report`, `sketches`, `typesetting`.
"""
