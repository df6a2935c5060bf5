"""Two visits of one site beside each other: self-assessment and auditor, and how far two auditors agree.

The figures come from `reviewing`; here they are only put into words, rows and files.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from flask import Response, render_template

from rba_audit.agreement import Agreement, least_agreement, read_differently
from rba_audit.findings import outcome_words
from rba_audit.reports import plain
from rba_audit.reviewing import DoubleAudits, double_audits, stages
from rba_audit.web.access import READERS, open_to, person
from rba_audit.web.exporting import note_content
from rba_audit.web.judged import judged
from rba_audit.web.review_pages import site_name
from rba_audit.web.visits_shown import which_visits
from rba_audit.words import amount, say

_COLUMNS: Final = (
    "requirement",
    "title_id",
    "title_en",
    "questions_id",
    "questions_en",
    "pairs",
    "undetermined_pairs",
    "observed_agreement",
    "kappa",
    "standard_error",
    "read_differently",
    "edition",
)


@open_to(READERS)
def two_stages(site_id: str) -> str:
    """The newest self-assessment of a site beside the newest auditor's visit."""
    now, someone = judged(), person()
    return render_template(
        "reviewers/stages.html",
        known=someone is not None,  # the public is told what was found, not who found it
        page="sites",
        site_id=site_id,
        site=site_name(site_id),
        stages=stages(now.register, now.standard, site_id, which_visits()),
    )


@open_to("reviewer", "planner", "administrator")
def agreement() -> str:
    """How far two auditors of one site agree, requirement by requirement."""
    found = _double_audits()
    differently = read_differently(found.found, found.bounds)
    listed = {each.requirement.id for each in differently}
    return render_template(
        "reviewers/agreement.html",
        page="agreement",
        audits=found,
        differently=differently,
        least=[each for each in least_agreement(found.found, found.bounds) if each.requirement.id not in listed],
        compared=[each for each in found.found if each.pairs],
        kappa_words=kappa_words,
        share_words=share_words,
        met=met,
    )


@open_to("reviewer", "planner", "administrator")
def agreement_file() -> Response:
    """The agreement about every requirement, as a file for a spreadsheet."""
    found = _double_audits()
    differently = {each.requirement.id for each in read_differently(found.found, found.bounds)}
    text = io.StringIO(newline="")
    text.write("\ufeff")  # else a spreadsheet takes the letters for another alphabet's
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for each in found.found:
        requirement = each.requirement
        writer.writerow(
            [
                requirement.id,
                plain(requirement.title.id),
                plain(requirement.title.en),
                plain(" / ".join(question.ask.id for question in requirement.questions)),
                plain(" / ".join(question.ask.en for question in requirement.questions)),
                each.pairs,
                each.open,
                "" if each.observed is None else round(each.observed, 4),
                "" if each.kappa is None else round(each.kappa, 4),
                "" if each.error is None else round(each.error, 4),
                "yes" if requirement.id in differently else "no",
                judged().standard.edition,
            ]
        )
    note_content(len(found.found))
    day = datetime.now(UTC).astimezone().date().isoformat()
    response = Response(text.getvalue(), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=f"agreement-{day}.csv")
    return response


def kappa_words(found: Agreement) -> str:
    """Return kappa with its standard error, or why there is none."""
    if not found.pairs:
        return str(say("no pair"))
    if found.kappa is None or found.error is None:
        return str(say("undefined: no variation"))
    return f"{amount(found.kappa, 2)} ± {amount(found.error, 2)}"


def share_words(found: Agreement) -> str:
    """Return the share of pairs with the same outcome, in percent."""
    return "–" if found.observed is None else f"{amount(100 * found.observed, 0)} %"


def met(found: Agreement) -> Iterator[str]:
    """Yield which outcomes met that differ, and how often."""
    for one, other, count in found.differing:
        yield str(
            say("{one} – {other}: {count}×", one=outcome_words(one), other=outcome_words(other), count=amount(count, 0))
        )


def _double_audits() -> DoubleAudits:
    now = judged()
    return double_audits(now.register, now.standard)
