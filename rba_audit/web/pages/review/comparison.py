"""Comparison of self-assessment and audit of a site, and the agreement of auditors.

The figures come from `rba_audit.review`; here they only become words, rows and files.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Response, render_template

from rba_audit.agreement import AuditorAgreement, least_agreement, read_differently
from rba_audit.days import today
from rba_audit.findings import outcome_words
from rba_audit.messages import Message, format_number, say
from rba_audit.reports import Column
from rba_audit.reports.spreadsheets import csv_text
from rba_audit.review import DoubleAuditSummary, compare_stages, summarize_double_audits
from rba_audit.web.http.access import READERS, open_to, person, require_readable
from rba_audit.web.http.downloads import download, name_of
from rba_audit.web.http.export_log import describe_export
from rba_audit.web.http.services import services
from rba_audit.web.http.visit_filter import counted_states


@dataclass(frozen=True, slots=True)
class AgreementLine:
    """A requirement in the file.

    Attributes:
        every: The agreement over all pairs.
        apart: The agreement over pairs that share no visit.
        differently: Whether auditors read it differently by the policy's limits.
    """

    every: AuditorAgreement
    apart: AuditorAgreement
    differently: bool

    @property
    def questions(self) -> str:
        """Its questions as text, separated by slashes."""
        return " / ".join(str(question.ask) for question in self.every.requirement.questions)


@open_to(READERS)
def two_stages(site_id: str) -> str:
    """Show the newest self-assessment of a site next to the newest auditor's visit."""
    now, someone = services(), person()
    site = require_readable(someone, site_id)
    return render_template(
        "review/stages.html",
        known=someone is not None,  # the public sees what was found, but not by whom
        page="sites",
        site_id=site_id,
        site=site.name,
        stages=compare_stages(now.register, now.standard, site_id, counted_states()),
    )


@open_to("read_results")
def agreement() -> str:
    """Show the agreement of auditors per requirement, over all double audits."""
    audits = _double_audits()
    differently = read_differently(audits.found, audits.policy)
    listed = {row.requirement.id for row in differently}
    return render_template(
        "review/agreement.html",
        page="agreement",
        audits=audits,
        differently=differently,
        least=[row for row in least_agreement(audits.found, audits.policy) if row.requirement.id not in listed],
        compared=[pair for pair in zip(audits.found, audits.apart, strict=True) if pair[0].pairs],
        basis=basis_words(audits),
        kappa_words=kappa_words,
        share_words=share_words,
        met=met,
    )


@open_to("read_results")
def agreement_file() -> Response:
    """Serve the agreement about every requirement as CSV."""
    audits = _double_audits()
    differently = {row.requirement.id for row in read_differently(audits.found, audits.policy)}
    lines = [
        AgreementLine(every, apart, every.requirement.id in differently)
        for every, apart in zip(audits.found, audits.apart, strict=True)
    ]
    yes, no, basis = str(say("yes")), str(say("no")), " ".join(map(str, basis_words(audits)))
    columns: list[Column[AgreementLine]] = [
        Column(say("Requirement"), lambda line: line.every.requirement.id),
        Column(say("Title"), lambda line: str(line.every.requirement.title)),
        Column(say("Questions"), lambda line: line.questions),
        Column(say("Pairs"), lambda line: line.every.pairs),
        Column(say("Pairs where it is not known in one"), lambda line: line.every.open),
        Column(say("Share with the same outcome"), lambda line: _rounded(line.every.observed)),
        Column(say("Kappa"), lambda line: _rounded(line.every.kappa)),
        Column(say("Standard error of kappa"), lambda line: _rounded(line.every.error)),
        Column(say("Pairs, no visit twice"), lambda line: line.apart.pairs),
        Column(say("Share with the same outcome, no visit twice"), lambda line: _rounded(line.apart.observed)),
        Column(say("Kappa, no visit twice"), lambda line: _rounded(line.apart.kappa)),
        Column(say("Standard error of kappa, no visit twice"), lambda line: _rounded(line.apart.error)),
        Column(say("Read differently"), lambda line: yes if line.differently else no),
        Column(say("What the figures rest on"), lambda _line: basis),
        Column(say("As of"), lambda _line: today().isoformat()),
        Column(say("Edition"), lambda _line: services().standard.edition),
    ]
    describe_export(len(lines))
    return download(Response(csv_text(columns, lines), mimetype="text/csv"), name_of("agreement", "csv"))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def basis_words(summary: DoubleAuditSummary) -> list[Message]:
    """Return the basis of the figures: how many pairs, visits and sites, and how many pairs are not independent."""
    messages = [
        say(
            "Double audits: {pairs}; visits in them: {visits}; sites: {sites}.",
            pairs=summary.pairs,
            visits=summary.visits,
            sites=summary.sites,
        )
    ]
    if summary.sharing:
        messages += [
            say("Of these, {count} share a visit with another and are not independent of it.", count=summary.sharing),
            say(
                "The ± treats all as independent, so it is too small; the figures with no visit twice rest on {count} double audits.",
                count=summary.apart_pairs,
            ),
        ]
    return messages


def kappa_words(agreement: AuditorAgreement) -> str:
    """Return kappa and its standard error as text, or why there is none."""
    if not agreement.pairs:
        return str(say("no pair"))
    if agreement.kappa is None or agreement.error is None:
        return str(say("undefined: no variation"))
    return f"{format_number(agreement.kappa, 2)} ± {format_number(agreement.error, 2)}"


def share_words(agreement: AuditorAgreement) -> str:
    """Return the share of pairs with the same outcome as text, in percent; a dash without a pair."""
    return "–" if agreement.observed is None else f"{format_number(100 * agreement.observed, 0)} %"


def met(agreement: AuditorAgreement) -> Iterator[str]:
    """Yield the pairs of different outcomes as text, with their counts."""
    for one, other, count in agreement.differing:
        yield str(
            say(
                "{one} – {other}: {count}×",
                one=outcome_words(one),
                other=outcome_words(other),
                count=format_number(count, 0),
            )
        )


def _double_audits() -> DoubleAuditSummary:
    now = services()
    return summarize_double_audits(now.register, now.standard, policy=now.policies.agreement)
