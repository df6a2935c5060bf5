"""Papers for people outside the program: PDF reports and letters, set by Typst.

Public modules: `agency_letters`, `agency_lists`, `agency_package`, `agency_workbooks`, `letter_wording`, `typesetting`.
"""
