"""Papers for people outside the program: PDF reports and letters, set by Typst.

Public modules: `agency_letters`, `agency_lists`, `agency_package`, `agency_workbooks`, `city_report`,
`document_letters`, `evidence_pack`, `issue`, `letter_wording`, `owed_documents`, `pack_archive`, `pack_contents`,
`pack_plan`, `pack_verification`, `pictures`, `plan_paper`, `site_bundle`, `site_record`, `site_report`, `sketches`,
`typesetting`.
"""
