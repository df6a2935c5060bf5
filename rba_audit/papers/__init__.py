"""Papers for people outside the program: PDF reports and letters, set by Typst.

Public modules: `agency_letters`, `agency_lists`, `agency_package`, `agency_workbooks`, `city_report`, `cover_letter`,
`evidence_pack`, `issue`, `letter_wording`, `pack_archive`, `pack_contents`, `pack_entries`, `pack_index`, `pack_manifest`,
`pack_papers`, `pack_plan`, `pack_verification`, `photo_sheet`, `pictures`, `plan_paper`, `site_bundle`, `site_dossier`,
`site_profile`, `site_record`, `site_report`, `sketches`, `typesetting`.
"""
