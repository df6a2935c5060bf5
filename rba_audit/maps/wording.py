"""Texts of the map, in the language that is current when it is built.

The map's scripts contain no texts; they fill in the `{placeholders}` that are left here.
"""

from __future__ import annotations

from typing import Final

from rba_audit.messages import Message, say

_WORDS: Final[dict[str, Message]] = {
    "estimate": say("Readiness estimate, not an official score"),
    "map": say("Map of the sites"),
    "panel": say("Legend, filters and list of sites"),
    "skip": say("Skip to the map"),
    "no_script": say("The map needs JavaScript; switch it on, or use the list of sites."),
    "shown": say("{shown} of {total} sites"),
    "legend": say("Show or hide by status"),
    "toggle": say("List and filters"),
    "search": say("Search by name"),
    "kind": say("Kind"),
    "all": say("All"),
    "kecamatan": say("Kecamatan"),
    "due": say("Due or overdue"),
    "not_stated": say("not stated"),
    "reset": say("Clear filters"),
    "in_view": say("Sites in view"),
    "results": say("Search results"),
    "none_in_view": say("No site in this part of the map. Zoom out or move the map."),
    "none_match": say("No site matches. Clear a filter or change the search."),
    "more": say("Show {count} more"),
    "not_located": say("Not located yet"),
    "not_located_why": say("These sites have no position yet, so they are not on the map."),
    "score": say("Score"),
    "score_range": say("{low}–{high} of {max}"),
    "score_one": say("{low} of {max}"),
    "no_score": say("No score yet"),
    "rank": say("Rank"),
    "rank_range": say("{low} to {high}"),
    "no_rank": say("below the first rank"),
    "red": say("Mandatory requirements not met"),
    "must_fix": say("Must be fixed first"),
    "before_audit": say("Asked by auditors"),
    "and_more": say("and {count} more"),
    "accuracy": say("Position known to about {metres} m"),
    "page": say("Open the site's page"),
    "close": say("Close"),
    "here": say("{count} sites at this place"),
    "zoom_in": say("Zoom in"),
    "zoom_out": say("Zoom out"),
    "show_all": say("Show all sites"),
    "areas": say("Areas"),
    "perhaps": say("Hatched: perhaps a darker shade, since some places are not known well enough"),
    "nobody": say("Nobody lives here"),
    "nothing_located": say("No site has a position yet."),
    "north": say("{degrees} N"),
    "south": say("{degrees} S"),
    "east": say("{degrees} E"),
    "west": say("{degrees} W"),
}

DEFAULT_TITLE: Final = say("Compliance map of play spaces")
COVERAGE_TITLE: Final = say("Who has a play space within reach")


def words_of_the_map() -> dict[str, str]:
    """Return the texts of the map by key, in the current language."""
    return {key: message.template for key, message in _WORDS.items()}
