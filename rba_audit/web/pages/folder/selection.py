"""The folder that a request asks for: the round, its items as lines for the reader, and the filters of the address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from flask import request

from rba_audit.days import CITY, today
from rba_audit.kla.calendar import KlaRound, round_in, round_of
from rba_audit.kla.folder import FOLDER_STATES, WHOLE_CITY, FolderItem, FolderState
from rba_audit.kla.round_folder import RoundFolder, read_folder
from rba_audit.messages import Message, say
from rba_audit.papers.owed_documents import OwedDocument
from rba_audit.sites import Site
from rba_audit.web.http.services import services
from rba_audit.web.pages.lists.query import FilterOption

STATE_WORDS: Final[Mapping[FolderState, Message]] = {
    "missing": say("missing"),
    "expired": say("expired"),
    "refused": say("refused"),
    "unsigned": say("signer not stated"),
    "expiring": say("ends before the deadline"),
    "waiting": say("waits for a decision"),
    "present": say("present"),
}
OUTSTANDING: Final = "outstanding"
"""The state of the query that stands for all that are not present."""
EVERY_STATE: Final = "all"
"""The state of the query that stands for all lines; the page begins with what is left to do."""
CITY_ONLY: Final = "-"
"""The value of the site filter that stands for documents of the whole city."""
_FILTERS: Final = ("agency", "kecamatan", "kelurahan", "site", "state")
_LONGEST_VALUE: Final = 200
_YEARS_BACK: Final = 20
_YEARS_AHEAD: Final = 5


@dataclass(frozen=True, slots=True)
class FolderLine:
    """An item of the folder as words for the reader.

    Attributes:
        key: Its value in a form.
        site: The name of its site; empty for the whole city.
        asked: The day on which it was first asked for; None if it was not.
    """

    item: FolderItem
    key: str
    kind: str
    about: str
    site: str
    kelurahan: str
    kecamatan: str
    agency: str
    state: str
    asked: date | None

    @property
    def outstanding(self) -> bool:
        """Whether something is left to do about it."""
        return self.item.state != "present"

    def owed(self, link: str = "", until: date | None = None) -> OwedDocument:
        """Return it for a paper, with the link by which it can be sent."""
        return OwedDocument(
            kind=self.kind,
            about=self.about,
            site=self.site,
            area=", ".join(filter(None, (self.kelurahan, self.kecamatan))),
            agency=self.agency,
            due=self.item.due,
            step=self.item.kind.due_step,
            state=self.state,
            asked=self.asked,
            link=link,
            link_until=until,
        )


@dataclass(frozen=True, slots=True)
class FolderSelection:
    """The folder of a round, and the lines that the address asks for.

    Attributes:
        all: The lines of the whole folder.
        chosen: The filters that are set, by name.
        unknown: The filters of the address that no line has, by name.
        year_chosen: Whether the address names the year.
    """

    folder: RoundFolder
    all: Sequence[FolderLine]
    chosen: Mapping[str, str]
    unknown: Mapping[str, str]
    year_chosen: bool

    @property
    def round(self) -> KlaRound:
        """The round of the folder."""
        return self.folder.round

    @property
    def site_names(self) -> Mapping[str, str]:
        """The names of the sites of the folder, by id."""
        return {line.item.site_id: line.site for line in self.all if line.item.site_id}

    def lines(self, **changed: str) -> list[FolderLine]:
        """Return the lines under the filters, some of them changed."""
        chosen = {**self.chosen, **changed}
        return [line for line in self.all if all(_matches(line, name, chosen.get(name, "")) for name in _FILTERS)]

    def query(self, **changed: str) -> dict[str, str]:
        """Return the parameters of the address with some filters changed; empty ones are left out."""
        year = {"year": str(self.round.year)} if self.year_chosen else {}
        return {name: text for name, text in {**year, **self.chosen, **changed}.items() if text}

    def words(self) -> list[tuple[Message, str]]:
        """Return heading and value of each filter that is set."""
        headings = {
            "agency": say("Agency"),
            "kecamatan": say("Kecamatan"),
            "kelurahan": say("Kelurahan"),
            "site": say("Site"),
            "state": say("State"),
        }
        options = self.options()
        return [
            (headings[name], next(option.words for option in options[name] if option.chosen))
            for name in self.chosen
            if self.chosen[name] != EVERY_STATE or name != "state"
        ]

    def with_what_is_left(self) -> FolderSelection:
        """Return it with only what is left to do, if the address names no state and something is left."""
        if {*self.chosen, *self.unknown}.isdisjoint({"state"}) and any(line.outstanding for line in self.lines()):
            return replace(self, chosen={**self.chosen, "state": OUTSTANDING})
        return self

    def options(self) -> dict[str, list[FilterOption]]:
        """Return the options of each filter."""
        lines = self.all
        return {
            "agency": self._options("agency", {line.item.agency: line.agency for line in lines}),
            "kecamatan": self._options("kecamatan", {line.kecamatan: line.kecamatan for line in lines}),
            "kelurahan": self._options("kelurahan", {line.kelurahan: line.kelurahan for line in lines}),
            "site": [
                FilterOption(CITY_ONLY, str(say("the whole city")), self.chosen.get("site") == CITY_ONLY),
                *self._options("site", self.site_names),
            ],
            "state": [
                FilterOption(state, words, self.chosen.get("state") == state) for state, words in state_options()
            ],
        }

    def _options(self, name: str, words: Mapping[str, str]) -> list[FilterOption]:
        ordered = sorted(words.items(), key=lambda pair: pair[1].casefold())
        return [FilterOption(value, text, value == self.chosen.get(name)) for value, text in ordered if value]


def state_options() -> list[tuple[str, str]]:
    """Return value and words of the options of the filter by state."""
    return [
        (EVERY_STATE, str(say("All"))),
        (OUTSTANDING, str(say("all that is left to do"))),
        *((state, str(STATE_WORDS[state])) for state in FOLDER_STATES),
    ]


def selected_folder(parameters: Mapping[str, str] | None = None) -> FolderSelection:
    """Return the folder that the parameters of the address ask for; values that nothing has are left out and listed in `unknown`."""
    texts = request.args if parameters is None else parameters
    round, year_chosen = round_of_query(texts.get("year", ""))
    folder = read_folder(services().register, services().policies.kla, round, today())
    lines = folder_lines(folder.items)
    given = {name: texts.get(name, "")[:_LONGEST_VALUE] for name in _FILTERS}
    selection = FolderSelection(folder, lines, {}, {}, year_chosen)
    known = {name: {option.value for option in options} for name, options in selection.options().items()}
    return replace(
        selection,
        chosen={name: text for name, text in given.items() if text and text in known[name]},
        unknown={name: text for name, text in given.items() if text and text not in known[name]},
    )


def round_of_query(text: str) -> tuple[KlaRound, bool]:
    """Return the round of a year, and whether the text names one; without one it is the round that is under way."""
    register, policy, day = services().register, services().policies.kla, today()
    year = int(text) if text.isascii() and text.isdecimal() and len(text) == len("2026") else 0
    if day.year - _YEARS_BACK <= year <= day.year + _YEARS_AHEAD:
        return round_in(register, policy, year), True
    return round_of(register, policy, day), False


def agency_words(key: str) -> str:
    """Return the name of an agency of the edition; the key itself if the edition does not have it."""
    names = services().standard.agencies
    return str(names[key]) if key in names else key


def folder_lines(items: Iterable[FolderItem]) -> list[FolderLine]:
    """Return items as lines, in their order."""
    sites: Mapping[str, Site] = {site.id: site for site in services().findings().source}
    return [_line(item, sites.get(item.site_id)) for item in items]


def _line(item: FolderItem, site: Site | None) -> FolderLine:
    return FolderLine(
        item=item,
        key=f"{item.kind.name}/{item.site_id}",
        kind=str(item.kind.words),
        about=str(item.kind.about or ""),
        site=site.name if site else item.site_id,
        kelurahan=site.kelurahan if site else "",
        kecamatan=site.kecamatan if site else "",
        agency=agency_words(item.agency),
        state=str(STATE_WORDS[item.state]),
        asked=item.asked_at.astimezone(CITY).date() if item.asked_at else None,
    )


def _matches(line: FolderLine, name: str, wanted: str) -> bool:
    if not wanted:
        return True
    if name == "state":
        return wanted == EVERY_STATE or (line.outstanding if wanted == OUTSTANDING else line.item.state == wanted)
    if name == "site":
        return line.item.site_id == (WHOLE_CITY if wanted == CITY_ONLY else wanted)
    return bool((line.item.agency if name == "agency" else getattr(line, name)) == wanted)
