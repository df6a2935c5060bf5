"""The folder for the child-friendly-city award (KLA): its calendar, what is missing from it, and what goes out with it.

Nothing that is not public is assumed: points and question lists are settings of the user.

Public modules: `calendar`, `city_position`, `city_score`, `document_chains`, `document_files`, `documents`, `folder`,
`kha_drafts`, `kha_erasure`, `kha_files`, `kha_lists`, `kha_people`, `kha_reach`, `kha_table`, `nomination_order`,
`nomination_trail`, `point_ranges`, `rehearsal_results`, `rehearsals`, `round_folder`, `score_bands`, `uploads`,
`what_if`.
"""
