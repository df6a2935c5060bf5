"""Papers of the office: what fails stands there with its source, what is unknown does not, and no photo that is not cleared."""

import io
import re
import zipfile
from contextlib import closing
from datetime import timedelta
from threading import Event

import pypdfium2
import pypdfium2.raw
import pytest

from helpers.registers import filled_register, sample_features
from helpers.reviews import ADE, RINA, SITE
from helpers.whole_register import whole_register
from rba_audit.accounts import begin_session
from rba_audit.errors import NotInRegister, Unavailable
from rba_audit.messages import using_language
from rba_audit.papers.issue import Issue
from rba_audit.review import decide_clearance
from rba_audit.site_editing import retire_site
from rba_audit.standard import OUTCOMES
from rba_audit.standard.citations import citations
from rba_audit.web import create_app
from rba_audit.web.http import jobs
from rba_audit.web.http.jobs import Job, JobCancellation, Jobs
from rba_audit.web.http.services import services_of

HOSTILE = '#read("/etc/passwd") <script>alert(1)</script> $x$ *b* ' + "x" * 60


@pytest.fixture(scope="module")
def whole(tmp_path_factory, standard):
    made = whole_register(tmp_path_factory.mktemp("papers"), standard)
    yield made
    made.register.close()


def text_of(pdf):
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        return flat("".join(page.get_textpage().get_text_range() for page in document))


def pages_of(pdf):
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        return len(document)


def images_of(pdf):
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        kind = pypdfium2.raw.FPDF_PAGEOBJ_IMAGE
        return sum(len(list(page.get_objects(filter=[kind], max_depth=15))) for page in document)


def flat(text):
    """Return a text without spaces and line ends, which a PDF file places anew."""
    return "".join(str(text).replace("\ufffe", "").replace("\u200b", "").split())


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_site_report_has_every_failing_requirement_with_its_source_and_no_undetermined_one(whole, language):
    client = whole.client(ADE)
    client.set_cookie("lang", language)
    with whole.app.app_context():
        findings = services_of(whole.app).whole_findings({"approved"})
    seen = dict.fromkeys(OUTCOMES, 0)
    for site, name in enumerate(findings.source.ids):
        pdf = client.get(f"/sites/{name}.pdf").get_data()
        with using_language(language):
            text = text_of(pdf)
            assert b"<pdfaid:part>2" in pdf
            for trace in findings.traces(site):
                requirement = trace.requirement
                if requirement.tier != "core":
                    continue
                seen[trace.outcome] += 1
                if trace.outcome in ("does_not_conform", "partial"):
                    block = text.partition(flat(f"{requirement.title}{requirement.id}"))[2]
                    assert block, (name, requirement.id)
                    sources = "; ".join(map(str, citations(findings.standard, requirement.sources)))
                    for part in (sources, requirement.remedy.what, trace.expected):
                        assert flat(part) in block, (name, requirement.id, part)
                else:
                    assert requirement.id not in text, (name, requirement.id, trace.outcome)
    assert seen["does_not_conform"] > 100
    assert seen["undetermined"] > 100


def test_a_retired_site_is_in_no_paper(tmp_path, standard):
    own = whole_register(tmp_path, standard, sites=(SITE, "alun-alun-barat"))
    try:
        client, events = own.client(ADE), own.register.site_events
        retire_site(own.register, SITE, ADE.id, "built over", events.snapshot(SITE).seen)

        assert client.get(f"/sites/{SITE}.pdf").status_code == 404
        assert f"/sites/{SITE}.pdf" not in client.get(f"/sites/{SITE}").get_data(as_text=True)
        assert "/sites/alun-alun-barat.pdf" in client.get("/sites/alun-alun-barat").get_data(as_text=True)
        assert flat("Taman Sari") not in text_of(client.get("/report.pdf").get_data())
    finally:
        own.register.close()


def test_only_a_cleared_photo_is_in_a_report(tmp_path, standard):
    own = whole_register(tmp_path, standard, sites=(SITE,))
    try:
        client = own.client(ADE)
        assert images_of(client.get(f"/sites/{SITE}.pdf").get_data()) == 0

        decide_clearance(own.register, RINA, own.photo, "no_children", seq=0)
        assert images_of(client.get(f"/sites/{SITE}.pdf").get_data()) == 1

        decide_clearance(own.register, RINA, own.photo, "withdrawn", seq=1)
        assert images_of(client.get(f"/sites/{SITE}.pdf").get_data()) == 0
    finally:
        own.register.close()


def test_nobody_without_an_account_gets_a_paper_although_the_results_are_public(whole):
    for address in (f"/sites/{SITE}", f"/sites/{SITE}.pdf", "/report.pdf", "/mayor.pdf", "/papers"):
        answer = whole.client().get(address)
        assert (answer.status_code == 200) == (not address.endswith(("pdf", "papers"))), address


def test_an_unknown_site_has_no_report(whole):
    assert whole.client(ADE).get("/sites/nowhere.pdf").status_code == 404


def test_the_visit_stands_in_the_report_without_the_name_of_the_surveyor(whole):
    text = text_of(whole.client(ADE).get(f"/sites/{SITE}.pdf").get_data())
    assert flat("auditor's visit") in text
    assert "Budi" not in text


@pytest.mark.parametrize("language", ["id", "en"])
def test_names_stay_text_and_the_page_for_the_mayor_stays_one_page(tmp_path, standard, language):
    features = sample_features()
    for number, feature in enumerate(features):
        if not feature["properties"].get("part_of"):
            feature["properties"] |= {"name": f"{number} {HOSTILE}", "kecamatan": f"{HOSTILE}{number}"}
    with closing(filled_register(tmp_path, features, people=False)) as register:
        register.people.add(ADE, None, jobs.now_utc(), None)
        client = create_app(register, standard).test_client()
        client.set_cookie("rba", begin_session(register, ADE))
        client.set_cookie("lang", language)
        mayor, city = (client.get(address).get_data() for address in ("/mayor.pdf", "/report.pdf"))
        one = client.get(f"/sites/{SITE}.pdf").get_data()

    assert pages_of(mayor) == 1
    assert len(mayor) <= 1_000_000
    assert all(b"<pdfaid:part>2" in pdf and b"<pdfuaid:part>1" in pdf for pdf in (mayor, city, one))
    assert flat('#read("/etc/passwd")<script>') in text_of(mayor)
    assert flat(HOSTILE) in text_of(city)
    assert flat(HOSTILE) in text_of(one)
    assert not any("root:" in text_of(pdf) for pdf in (mayor, city, one))


def test_a_plan_is_a_paper_with_what_it_rests_on(whole):
    answer = whole.client(ADE).get("/plan/alun-alun-barat.pdf?to=top")
    pdf = answer.get_data()

    assert answer.mimetype == "application/pdf"
    assert b"<pdfaid:part>2" in pdf
    assert b"<pdfuaid:part>1" in pdf
    text = text_of(pdf)
    assert all(flat(part) in text for part in ("Alun-Alun Barat Kota Serang", "Assumed", "If refused", "rbra-2024"))


def test_an_empty_register_has_papers_too(tmp_path, standard):
    with closing(filled_register(tmp_path, [])) as register:
        register.people.add(ADE, None, jobs.now_utc(), None)
        client = create_app(register, standard).test_client()
        client.set_cookie("rba", begin_session(register, ADE))
        assert pages_of(client.get("/mayor.pdf").get_data()) == 1
        assert client.get("/report.pdf").status_code == 200
        assert client.get("/papers").status_code == 200


def test_where_nothing_is_known_no_page_and_no_paper_says_that_nothing_fails(tmp_path, standard):
    bare = [{"type": "Feature", "id": f"s{at}", "properties": {"name": f"S{at}"}, "geometry": None} for at in range(2)]
    with closing(filled_register(tmp_path, bare)) as register:
        register.people.add(ADE, None, jobs.now_utc(), None)
        client = create_app(register, standard).test_client()
        client.set_cookie("rba", begin_session(register, ADE))
        client.set_cookie("lang", "en")
        texts = [text_of(client.get(address).get_data()) for address in ("/mayor.pdf", "/report.pdf")]
        texts.append(flat(client.get("/").text))

    for text in texts:
        assert flat("Not known yet: no site has been audited well enough.") in text
        assert not re.search("Nothingisknown|Nositeis(known|nearly)", text)


def test_the_reports_of_a_list_are_made_with_progress_and_handed_out_once_they_are_ready(whole):
    client, other = whole.client(ADE), whole.client(RINA)
    page = client.post("/papers/sites?kecamatan=Curug").headers["Location"]
    assert other.get(page).status_code == 404
    states = [client.get(page, query_string={"state": 1}).get_json()]
    while states[-1]["state"] == "working":
        states.append(client.get(page, query_string={"state": 1}).get_json())
    before = len(whole.register.exports.between())
    answer = client.get(f"{page}/file")

    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as archive:
        names = archive.namelist()
        assert all(archive.read(name).startswith(b"%PDF") for name in names)
    answer.close()
    assert states[-1] == {"state": "ready", "done": len(names), "all": len(names)}
    assert len(names) == 2
    assert "curug" in answer.headers["Content-Disposition"]
    [logged] = whole.register.exports.between()[: len(whole.register.exports.between()) - before]
    assert logged.rows == 2
    assert "ready" in client.get(page).get_data(as_text=True)
    client.post(f"{page}/end")
    assert client.get(page).status_code == 404
    assert client.get(f"{page}/file").status_code == 404


def test_a_job_stops_when_its_page_is_left_and_when_it_is_ended(monkeypatch):
    asked = jobs.now_utc()
    job = Job("a", "ade", 3, "x.zip", "", asked)
    job.advance()
    monkeypatch.setattr(jobs, "now_utc", lambda: asked + timedelta(seconds=30))
    job.advance()
    monkeypatch.setattr(jobs, "now_utc", lambda: asked + timedelta(seconds=31))
    with pytest.raises(JobCancellation):
        job.advance()
    assert job.done == 2
    job.remove_files()
    assert not job.folder.exists()


def test_one_person_has_one_job_and_two_people_are_served_at_a_time():
    all_jobs, go = Jobs(), Event()

    def work(job):
        go.wait(60)
        job.path.write_bytes(b"x")

    try:
        first = all_jobs.start("ade", 1, "x.zip", "", work)
        second = all_jobs.start("ade", 1, "x.zip", "", work)
        assert first.state == "ended"
        with pytest.raises(NotInRegister):
            all_jobs.find(first.id, "ade")
        third = all_jobs.start("rina", 1, "x.zip", "", work)
        with pytest.raises(Unavailable):
            all_jobs.start("tono", 1, "x.zip", "", work)
        assert all_jobs.find(second.id, "ade").state == "working"
    finally:
        all_jobs.end(second.id, "ade")
        all_jobs.end(third.id, "rina")
        go.set()


def test_who_comes_while_two_others_work_is_told_so_and_keeps_the_sites_chosen(whole):
    all_jobs, go = services_of(whole.app).jobs, Event()
    try:
        for owner in ("one", "two"):
            all_jobs.start(owner, 1, "x.zip", "", lambda _job: go.wait(60))
        answer = whole.client(RINA).post("/papers/sites?kecamatan=Curug", follow_redirects=True)
    finally:
        go.set()

    assert answer.request.args["kecamatan"] == "Curug"
    assert "Papers are being made for other people just now; try again in a minute." in answer.text


def test_a_job_that_fails_says_so_and_logs_no_name(caplog):
    all_jobs = Jobs()

    def work(_job):
        raise ValueError("Budi Santoso")

    with caplog.at_level("ERROR", logger="rba_audit.web.http.jobs"):
        job = all_jobs.start("ade", 1, "x.zip", "", work)
        while all_jobs.find(job.id, "ade").state == "working":
            pass

    assert job.state == "failed"
    assert not job.folder.exists()
    assert "job_failure" in caplog.text
    assert "ValueError" in caplog.text
    assert "Budi" not in caplog.text


def test_a_paper_names_its_office_its_moment_and_what_else_counts():
    with using_language("en"):
        frame = Issue("Dinas", jobs.now_utc(), "Visits that are not approved yet are counted as well.").frame("Title")
    assert frame["office"] == "Dinas"
    assert str(frame["day"]).startswith("as of ")
    assert frame["warning"]
