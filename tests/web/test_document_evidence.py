"""A document as evidence on pages and papers: named with its expiry for the office, not named for the public, new each day."""

import io
from contextlib import closing
from datetime import datetime, timedelta

import pypdfium2
import pytest

from helpers.actions import approved
from helpers.kla_documents import accepted
from rba_audit.days import CITY, now_utc, today
from rba_audit.review_states import COUNTED
from rba_audit.web.http.services import services_of
from rba_audit.web.pages.form.settled_answers import requirements_lost_by
from rba_audit.web.public_view.findings import public_findings

SITE, UNVISITED = "taman-sari", "benteng-speelwijk"
NAME = "DPA <script>"
DAY = timedelta(days=1)


@pytest.fixture
def register(app):
    register = services_of(app).whole
    approved(register, {"KLL-07": "none", "KLL-01": "none", "MAN-06": "yes"}, today() - 30 * DAY)
    proving = {"KLL-07": "budget_line"}, {"KLL-01": "in_force"}
    for answers, name, until in zip(proving, (NAME, "SK lama"), (today(), today() - DAY), strict=True):
        accepted(
            register,
            "budget",
            at=now_utc() - 9 * DAY,
            title=name,
            dated=today() - 20 * DAY,
            valid_until=until,
            sites=(SITE, UNVISITED),
            requirements=tuple(answers),
            answers=answers,
        )
    return register


def text_of(pdf):
    with closing(pypdfium2.PdfDocument(io.BytesIO(pdf))) as document:
        return " ".join("".join(page.get_textpage().get_text_range() for page in document).split())


@pytest.mark.usefixtures("register")
def test_the_page_and_the_report_of_a_site_name_documents_and_their_expiry(client):
    page = client.get(f"/sites/{SITE}").get_data(as_text=True)

    until, past = (f"{day.day} {day:%b %Y}" for day in (today(), today() - DAY))
    assert "document “DPA &lt;script&gt;” of" in page
    assert f"valid until {until}" in page
    assert "no document is valid any more" in page
    assert f"the document “SK lama” expired; it was valid until {past}" in page
    assert "Document expired" in page
    assert NAME not in page
    assert "documents alone make no audit" in client.get(f"/sites/{UNVISITED}").get_data(as_text=True)
    report = text_of(client.get(f"/sites/{SITE}.pdf").data)
    assert f"{NAME} " in report
    assert f"{past}, expired" in report


def test_at_midnight_the_findings_are_those_of_the_new_day_without_a_change_of_the_register(app, register, monkeypatch):
    def outcome(at):
        monkeypatch.setattr("rba_audit.days.now_utc", lambda: datetime.combine(at, datetime.min.time(), CITY))
        with app.app_context():
            found = services_of(app).audited(COUNTED)
            assert services_of(app).audited(COUNTED) is found
            return found.findings.explain(SITE, "KLL-07").outcome

    now, version = today(), register.version()

    assert [outcome(at) for at in (now, now + DAY, now)] == ["conforms", "undetermined", "conforms"]
    assert register.version() == version


@pytest.mark.usefixtures("register")
def test_the_public_reads_that_a_document_gives_the_answer_and_not_which(app):
    with app.app_context():
        found = public_findings(services_of(app).audited(COUNTED).findings)
    traces = {trace.requirement.id: trace for trace in found.explain(SITE)}
    assert (traces["KLL-07"].outcome, traces["KLL-07"].evidence_source) == ("conforms", "document")
    assert "DPA" not in str(traces["KLL-07"]) + traces["KLL-07"].observed
    assert (traces["KLL-01"].outcome, traces["KLL-01"].evidence_source) == ("undetermined", "")
    assert "SK lama" not in str(traces["KLL-01"])


def test_a_full_visit_leaves_open_nothing_that_a_document_answers(app, register, standard):
    approved(register, {"KLL-07": "none", "MAN-06": "yes"}, today() - 30 * DAY, site=UNVISITED)
    visit = {"site": UNVISITED, "scope": "full", "stage": "auditor", "answers": {"LOK-03": 10}}
    with app.test_request_context():
        lost = {requirement.id for requirement in requirements_lost_by(register, visit, standard)}
        assert "MAN-06" in lost
        assert "KLL-07" not in lost
