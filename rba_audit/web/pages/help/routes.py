"""The help page, with a section for each page that the reader may open, and the link to it on every page."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, url_for

from rba_audit.messages import Message, say
from rba_audit.web.http.access import EVERYONE, may_open, open_to
from rba_audit.web.http.navigation import WORK, menu_entries
from rba_audit.web.pages.help.topics import FORM, HELP, HelpTopic

pages = Blueprint("help", __name__)


@dataclass(frozen=True, slots=True)
class HelpSection:
    """The help about one page, with the URL of the page; None for a page that is opened from another."""

    name: str
    title: Message
    href: str | None
    topic: HelpTopic


@pages.app_template_global()
def help_address(page: object) -> str:
    """Return the URL of the help about a page, by the name that marks it in the menu; of the whole help for any other."""
    return url_for("help.page", _anchor=page if isinstance(page, str) and page in HELP else None)


@pages.get("/help")
@open_to(EVERYONE)
def page() -> str:
    """The help about the pages of this reader."""
    sections = [
        HelpSection(link.name, link.text, link.href, HELP[link.name])
        for entry in menu_entries()
        for link in entry.links
        if link.name in HELP
    ]
    if may_open("surveyors.audit"):
        after = next((index for index, section in enumerate(sections, 1) if section.name == WORK.name), 0)
        sections.insert(after, HelpSection(FORM, say("Audit"), None, HELP[FORM]))
    return render_template("help/help.html", page="help", help_sections=sections)
