"""Index of an evidence pack: first what is missing, then each file with its pages and hash, as a PDF file and as a page.

Links are relative to the index, so that they work wherever the pack is unpacked; the page has no script and loads nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from rba_audit.messages import format_number, language, say
from rba_audit.papers.issue import Issue
from rba_audit.papers.pack_manifest import WrittenEntry
from rba_audit.papers.typesetting import typeset

_TEMPLATE: Final = "pack.typ"
_STYLE: Final = (
    "body{font:16px/1.5 sans-serif;margin:1rem auto;max-width:60rem;padding:0 1rem;color:#1b1928;background:#fff}"
    "table{border-collapse:collapse;width:100%}th,td{border:1px solid #b9bdc0;padding:.25rem .4rem;text-align:left;"
    "vertical-align:top;overflow-wrap:anywhere}code{font-size:.75rem}.links a{display:inline-block;padding:.3rem .5rem}"
)


@dataclass(frozen=True, slots=True)
class LackingRow:
    """A document that is missing, in words: what, where, its state, who holds it, by when, and since when it is asked for."""

    state: str
    document: str
    site: str
    holder: str
    due: str
    asked: str

    @property
    def cells(self) -> list[str]:
        """The cells of its row, in the order of `_lacking_headings`."""
        return [self.state, self.document, self.site, self.holder, self.due, self.asked]


@dataclass(frozen=True, slots=True)
class SitePhotos:
    """Photos of a site: the path of its sheet, the page of each requirement with its title, and how many have none."""

    site: str
    path: str
    pages: Mapping[str, tuple[int, str]]
    without: int


@dataclass(frozen=True, slots=True)
class IndexContents:
    """Contents of an index: what is missing, the files, what is only linked, photos by site, and remarks about the pack."""

    year: int
    lacking: Sequence[LackingRow]
    files: Sequence[WrittenEntry]
    linked: Sequence[tuple[str, str]]
    photos: Sequence[SitePhotos]
    remarks: Sequence[str]


def index_pdf(issue: Issue, contents: IndexContents) -> bytes:
    """Return the index as a PDF file in the current language; its first page begins with what is missing."""
    data = {
        **issue.frame(_title(contents)),
        "missing": {
            "title": _missing_title(contents),
            "headings": _lacking_headings(),
            "rows": [row.cells for row in contents.lacking],
        },
        "remarks": list(contents.remarks),
        "files": {
            "title": str(say("The files")),
            "headings": _file_headings(),
            "rows": [{"path": file.entry.path, "cells": _file_cells(file)} for file in contents.files],
        },
        "linked": {
            "title": str(say("Kept elsewhere, by its address only")),
            "headings": [str(say("Document")), str(say("Address"))],
            "rows": [list(row) for row in contents.linked],
        },
        "photos": {
            "title": str(say("Photos by site and requirement")),
            "rows": [
                {
                    "site": each.site,
                    "path": each.path,
                    "links": [{"id": id, "to": f"{each.path}#page={page}"} for id, (page, _) in each.pages.items()],
                    "without": _without(each),
                }
                for each in contents.photos
            ],
        },
    }
    return typeset(_TEMPLATE, data, at=issue.at)


def index_html(issue: Issue, contents: IndexContents) -> bytes:
    """Return the same index as a page, for readers whose PDF reader does not follow links between files."""
    frame = issue.frame(_title(contents))
    lacking = _table(_lacking_headings(), [list(map(escape, row.cells)) for row in contents.lacking])
    files = _table(
        _file_headings(),
        [
            [f'<a href="{escape(file.entry.path)}">{escape(path)}</a>', *map(escape, cells), f"<code>{hash}</code>"]
            for file in contents.files
            for path, *cells, hash in [_file_cells(file)]
        ],
    )
    linked = "".join(f"<li>{escape(name)}: {escape(address)}</li>" for name, address in contents.linked)
    photos = "".join(
        f'<h3><a href="{escape(each.path)}">{escape(each.site)}</a></h3><p class="links">'
        + " ".join(
            f'<a href="{escape(each.path)}#page={page}" title="{escape(title, quote=True)}">{escape(id)}</a>'
            for id, (page, title) in each.pages.items()
        )
        + f"</p><p>{escape(_without(each))}</p>"
        for each in contents.photos
    )
    parts = [
        f"<h1>{escape(_title(contents))}</h1><p>{escape(str(frame['office']))} {escape(str(frame['day']))}. {escape(str(frame['note']))}.</p>",
        f"<h2>{escape(_missing_title(contents))}</h2>{lacking if contents.lacking else ''}",
        *(f"<p>{escape(remark)}</p>" for remark in contents.remarks),
        f"<h2>{escape(str(say('Photos by site and requirement')))}</h2>{photos}",
        f"<h2>{escape(str(say('The files')))}</h2>{files}",
        f"<h2>{escape(str(say('Kept elsewhere, by its address only')))}</h2><ul>{linked}</ul>" if linked else "",
    ]
    return (
        f'<!doctype html>\n<html lang="{language()}"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(_title(contents))}</title><style>{_STYLE}</style></head><body>{''.join(parts)}</body></html>\n"
    ).encode("utf-8", "replace")


def _title(contents: IndexContents) -> str:
    return str(say("Evidence pack, round {year}", year=str(contents.year)))


def _missing_title(contents: IndexContents) -> str:
    if not contents.lacking:
        return str(say("Nothing is missing"))
    return str(say("Missing: {count}", count=len(contents.lacking)))


def _lacking_headings() -> list[str]:
    words = (say("State"), say("Document"), say("Site"), say("Holder"), say("Deadline"), say("Asked since"))
    return list(map(str, words))


def _file_headings() -> list[str]:
    return list(map(str, (say("File"), say("Content"), say("Pages"), say("Bytes"), say("SHA-256"))))


def _file_cells(file: WrittenEntry) -> list[str]:
    pages = file.entry.pages
    return [
        file.entry.path,
        file.entry.title,
        "?" if pages is None else format_number(pages, 0),
        format_number(file.bytes, 0),
        file.sha256,
    ]


def _without(photos: SitePhotos) -> str:
    return str(say("Requirements without a cleared photo: {count}.", count=photos.without))


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table; the cells of `rows` are HTML already."""
    head = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in headings)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def lacking_json(items: Sequence[Any]) -> list[dict[str, Any]]:
    """Return the items that are missing as the manifest states them."""
    return [
        {
            "kind": item.kind.name,
            "site": item.site_id or None,
            "agency": item.agency,
            "due": item.due.isoformat(),
            "state": item.state,
        }
        for item in items
    ]
