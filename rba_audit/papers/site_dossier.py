"""Tables of a site's profile: its certificates, its trail in the round, and its documents in the pack."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from rba_audit.kla.nomination_trail import STEP_STATE_WORDS, KnownOfSite, NominationTrail, nomination_trail
from rba_audit.messages import format_day, say
from rba_audit.papers.pack_plan import PackPlan, PackSource
from rba_audit.papers.site_profile import ProfileTable
from rba_audit.register import Register
from rba_audit.register.kla.nomination_trails import newest_entries
from rba_audit.reports import SiteRow
from rba_audit.review_states import COUNTED


def site_tables(source: PackSource, plan: PackPlan, row: SiteRow) -> tuple[list[ProfileTable], Decimal | None]:
    """Return the tables of the profile of a site, and the score of its audit as it was recorded; None if it is not."""
    entries = newest_entries(source.register.kla.nomination_trails.of_site(row.id, source.year)).values()
    known = _known(source.register, plan, row)
    trail = nomination_trail(source.audited.policies.kla.trail, entries, known, plan.round, source.day)
    return [_certificates(plan, row), _trail(trail, plan), _documents(plan, row)], trail.score


def _known(register: Register, plan: PackPlan, row: SiteRow) -> KnownOfSite:
    assessments = (
        visit.day
        for visit in register.visits.for_site(row.id)
        if visit.stage == "self" and visit.scope == "full" and register.reviews.status(visit.root).state in COUNTED
    )
    newest = next(iter(plan.certificates[row.id]), None)
    return KnownOfSite(max(assessments, default=None), newest.certificate if newest else None)


def _certificates(plan: PackPlan, row: SiteRow) -> ProfileTable:
    headings = (say("Number"), say("Rank"), say("Issuer"), say("Issued"), say("Valid until"), say("Scan"))
    return ProfileTable(
        str(say("Certificates valid on this day")),
        tuple(map(str, headings)),
        tuple(
            (
                each.certificate.number,
                each.certificate.rank,
                each.certificate.issuer,
                format_day(each.certificate.issued),
                format_day(each.certificate.valid_until),
                str(say("in the pack") if each.scan else say("none")),
            )
            for each in plan.certificates[row.id]
        ),
        str(say("No certificate is recorded that is valid on this day.")),
    )


def _trail(trail: NominationTrail, plan: PackPlan) -> ProfileTable:
    headings = (say("Step"), say("State"), say("Day"), say("Due"))
    return ProfileTable(
        str(say("The way of this site in the round {year}", year=str(plan.round.year))),
        tuple(map(str, headings)),
        tuple(
            (
                str(progress.step.words),
                str(STEP_STATE_WORDS[progress.state]),
                format_day(progress.day) if progress.day else "–",
                format_day(progress.due) if progress.due else "–",
            )
            for progress in trail.steps
        ),
        str(say("No step is recorded.")),
    )


def _documents(plan: PackPlan, row: SiteRow) -> ProfileTable:
    headings = (say("Document"), say("Number"), say("Date"), say("Signer"), say("Valid until"), say("Requirements"))
    return ProfileTable(
        str(say("Documents about this site in the pack")),
        tuple(map(str, headings)),
        tuple(_document_rows(plan, row)),
        str(say("No accepted document that is valid on this day is about this site.")),
    )


def _document_rows(plan: PackPlan, row: SiteRow) -> Iterator[tuple[str, ...]]:
    for document in plan.documents:
        body = document.version.body
        if row.id in body.sites:
            yield (
                document.words,
                body.number or "–",
                format_day(body.dated) if body.dated else "–",
                body.signer or str(say("not signed") if document.unsigned else say("none")),
                format_day(body.valid_until) if body.valid_until else "–",
                ", ".join(body.requirements) or "–",
            )
