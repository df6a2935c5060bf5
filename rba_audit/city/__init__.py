"""Audit backlog: the play spaces of a map extract or a register, in the order of the children or people whom an audit would reach.

Tags of OpenStreetMap are evidence of their own: they say where a place is and what is drawn in it, and never answer a question.

Public modules: `backlog`, `backlog_tables`, `city_tables`, `play_spaces`.
"""

from rba_audit.city.areas import CityArea, find_area
from rba_audit.city.backlog import Backlog, BacklogRow, backlog_of
from rba_audit.city.backlog_tables import backlog_columns, backlog_csv, backlog_workbook, reach_unit, row_reason
from rba_audit.city.city_files import write_city
from rba_audit.city.extracts import read_extract
from rba_audit.city.play_spaces import City, MapSource, city_of_extract

__all__ = [
    "Backlog",
    "BacklogRow",
    "City",
    "CityArea",
    "MapSource",
    "backlog_columns",
    "backlog_csv",
    "backlog_of",
    "backlog_workbook",
    "city_of_extract",
    "find_area",
    "reach_unit",
    "read_extract",
    "row_reason",
    "write_city",
]
