"""Shared parts of the pages of KHA training: the blueprint, the policy, and what forms offer and carry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from flask import Blueprint, request

from rba_audit.errors import EvidenceError
from rba_audit.kla.kha_people import certificate_of, plain_text, read_day
from rba_audit.messages import format_day, say
from rba_audit.register.kla.trainings import KhaCertificate, KhaTraining
from rba_audit.standard.policies.kha import KhaPolicy
from rba_audit.web.http.services import services

pages = Blueprint("kha", __name__)
pages.add_app_template_filter(format_day, "kha_day")

SEE_OTHER: Final = 303
_LONGEST_FIELD: Final = 1000


def kha_policy() -> KhaPolicy:
    """Return the articles, sectors and columns that the application was started with."""
    return services().policies.kla.kha


def article_sentences(numbers: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return articles of the convention with their sentences, for a template; each once."""
    return kha_policy().articles_named(numbers)


pages.add_app_template_global(article_sentences, "kha_articles")


def site_names() -> dict[str, str]:
    """Return the name of each site by its id, in the order of names."""
    names = {site.id: site.name for site in services().register.sites()}
    return dict(sorted(names.items(), key=lambda pair: (pair[1].casefold(), pair[0])))


def trainings() -> dict[str, KhaTraining]:
    """Return all trainings by id, newest first."""
    return {training.id: training for training in services().register.kla.trainings.all()}


def titles() -> Mapping[str, str]:
    """Return the title of each training with its day, by id."""
    return {id: f"{training.title} ({format_day(training.day)})" for id, training in trainings().items()}


def field(name: str) -> str:
    """Return a field of the form."""
    return request.form.get(name, "")[:_LONGEST_FIELD]


def chosen_sector() -> str:
    """Return the sector that the form names; empty for none, or one that the rules do not have."""
    name = field("sector")
    return name if kha_policy().sector(name) else ""


def chosen_training() -> str:
    """Return the id of the training that the form names; empty for none, or one that is not recorded."""
    id = field("training")
    return id if id in trainings() else ""


def chosen_sites() -> list[str]:
    """Return the ids of the sites that the form names and the register has."""
    names = site_names()
    return [id for id in dict.fromkeys(request.form.getlist("site")) if id in names]


def form_certificate() -> KhaCertificate | None:
    """Return the certificate that the form states; None if it states none.

    Raises:
        EvidenceError: a day is none, or the number cannot be stored.
    """
    dated = form_day("dated")
    if dated is None and not field("number").strip() and not field("valid_until").strip():
        return None
    number = plain_text(field("number"), say("Certificate number"))
    return certificate_of(number, dated, form_day("valid_until"), chosen_training())


def form_day(name: str) -> date | None:
    """Return the day in a field of the form; None if it is empty.

    Raises:
        EvidenceError: it is no day.
    """
    words = {"dated": say("Date of certificate"), "valid_until": say("Valid until"), "day": say("Date")}
    return read_day(field(name), words[name])


def form_hours() -> int | None:
    """Return the hours in the form; None if the field is empty.

    Raises:
        EvidenceError: it is no whole number.
    """
    text = field("hours").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= len("999")):
        raise EvidenceError(say("Hours are a whole number from 1 to {most}.", most=999))
    return int(text)
