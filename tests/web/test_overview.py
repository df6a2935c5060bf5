"""Each number of the overview is the number of entries of the page behind its link, for registers filled at random."""

import random
import re
from datetime import timedelta
from html.parser import HTMLParser
from uuid import UUID

import pytest

from helpers.actions import approved
from helpers.answering import possible_answers
from helpers.documents import seen
from helpers.effort import cases
from helpers.registers import empty_register, filled_register, sample_features, signed_in_client
from helpers.visits import take_visit
from rba_audit.accounts import ensure_demo_people
from rba_audit.auditing import audit_with_visits
from rba_audit.days import today
from rba_audit.demonstration import ensure_demo_visits, open_demo_register
from rba_audit.demonstration_records import add_demo_records
from rba_audit.followup import make_actions
from rba_audit.layers import read_context
from rba_audit.permissions import works_in_field
from rba_audit.register.certificates import Certificate
from rba_audit.register.records import as_json
from rba_audit.resources import sample_areas
from rba_audit.standard.policies import shipped_policies
from rba_audit.web import create_app
from rba_audit.web.pages.overview.charts import share_words


class Links(HTMLParser):
    """The links of a page that state a number: (number, address), and whether it is drawn by a number of its own."""

    def __init__(self, html):
        super().__init__()
        self.counted, self.others = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "a" and "data-count" in given:
            self.counted.append((int(given["data-count"]), given["href"]))
        elif tag == "a":
            self.others.append(given.get("href", ""))


ENTRIES = {
    "/dangers": r'class="card stack danger open"',
    "/places/proposed": r'class="card stack proposal"',
    "/certificates": r'<tr id="certificate-',
    "/surveillance": r'<th scope="row"><a href="/sites/',
}
"""The mark of an entry on the pages that show all their entries at once."""
TOTALS = {
    "/sites": r'id="found"[^>]*><strong>([\d,]+)</strong>',
    "/not-known": r'id="found"[^>]*><strong>([\d,]+)</strong>',
    "/actions": r'id="found"[^>]*>[^<]*<span class="number">([\d,]+) action',
    "/review": r'role="status"><strong>([\d,]+)</strong> visit',
}
"""The number above the entries of the pages that show some of them."""


def entries_behind(client, address):
    """Return how many entries the page behind a link has."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    path = address.split("?")[0].split("#")[0]
    if path in ENTRIES:
        return len(re.findall(ENTRIES[path], answer.text))
    stated = re.search(TOTALS[path], answer.text)
    return int(stated[1].replace(",", "")) if stated else 0


def uuid(random_, version=4):
    return str(UUID(int=random_.getrandbits(128), version=version))


def random_features(random_, count):
    """Return features whose kecamatan and kind are sometimes missing, and whose names are hostile now and then."""
    sample = sample_features()
    names = ["Curug", "Cipocok <b>", "", "Serang & Kota"]
    kinds = ["alun_alun", "taman", "", "jalur_hijau"]
    return [
        {
            "type": "Feature",
            "id": f"s{number}",
            "properties": {
                "name": f"Taman {number}",
                "kecamatan": random_.choice(names),
                "kind": random_.choice(kinds),
            },
            "geometry": random_.choice([None, random_.choice(sample)["geometry"]]),
        }
        for number in range(count)
    ]


def random_register(folder, standard, seed):
    """Fill a register with sites, visits in every state, actions, dangers, certificates and proposals."""
    random_ = random.Random(seed)
    register = empty_register(folder, people=True)
    register.import_features(random_features(random_, random_.randint(1, 14)))
    people = {person.role: person for person in register.people.all()}
    ids = [site.id for site in register.sites()]
    words = {
        question: [choice for choice in choices if isinstance(choice, str | int | float | list)]
        for question, choices in possible_answers(standard).items()
    }
    now = today()
    for site in random_.choices(ids, k=random_.randint(0, 12)):
        answers = {
            question: random_.choice(choices)
            for question, choices in words.items()
            if choices and random_.random() < 0.7
        }
        day = now - timedelta(days=random_.randint(1, 800))
        if random_.random() < 0.6:
            approved(register, answers, day, site=site)
        else:
            visit = take_visit(register, standard, site, answers, day=day, id=uuid(random_))
            state = random_.choice(["received", "has_issues", "rejected"])
            if state != "received":
                register.reviews.make(visit.id, seq=0, to=state, visit_id=visit.id, person_id="rina", note="", notes={})
    if random_.random() < 0.8:
        audited = audit_with_visits(register, standard)
        chosen = random_.sample(ids, random_.randint(0, len(ids)))
        for site in chosen:
            make_actions(register, audited, [site], people["planner"], now - timedelta(days=random_.randint(0, 400)))
    for site in random_.choices(ids, k=random_.randint(0, 4)):
        danger = {
            "format": 1,
            "id": uuid(random_),
            "site": site,
            "author": people["surveyor"].id,
            "question": "",
            "note": "kabel",
        }
        register.dangers.take(as_json({**danger, "at": "", "position": None}).encode())
        if random_.random() < 0.4:
            register.dangers.acknowledge(danger["id"], people["planner"].id, "")
    for number, site in enumerate(random_.choices(ids, k=random_.randint(0, 6))):
        issued = now - timedelta(days=random_.randint(100, 900))
        ends = now + timedelta(days=random_.randint(-90, 900))
        register.certificates.add(
            Certificate(
                uuid(random_), site, f"SK {number}", standard.edition, "Nindya", "KPPPA", issued, max(ends, issued), "p"
            )
        )
    return register


@pytest.mark.parametrize("seed", range(cases(2, 20)))
def test_every_number_is_the_length_of_the_list_behind_it(tmp_path, standard, seed):
    register = random_register(tmp_path, standard, seed)
    context = read_context([sample_areas()]) if seed % 2 else ()
    app = create_app(register, standard, context)
    office = signed_in_client(app, "administrator")
    waiting = signed_in_client(app, "administrator")  # a reader who has visits counted that nobody approved yet
    waiting.post("/visits-shown", data={"shown": "all", "next": "/"})
    public = app.test_client()
    public.set_cookie("lang", "en")
    wrong, counted, maps = [], [], set()
    for client in (office, waiting, public):
        links = Links(client.get("/").text)
        counted.append(len(links.counted))
        wrong += [
            (count, address, behind)
            for count, address in dict.fromkeys(links.counted)
            if (behind := entries_behind(client, address)) != count
        ]
        maps |= {address for address in links.others if address.startswith("/map")}
    answers = {office.get(address).status_code for address in maps}
    register.close()

    assert wrong == []
    assert min(counted) > 8
    assert answers == {200}


def test_of_two_certificates_the_one_issued_last_counts_on_the_overview_and_in_the_list(tmp_path, standard):
    register, now = filled_register(tmp_path, sample_features({"taman-sari"}), people=True), today()
    for number, (issued, ends) in enumerate([(900, 900), (300, 5)]):
        days = now - timedelta(days=issued), now + timedelta(days=ends)
        register.certificates.add(
            Certificate(
                uuid(random.Random(number)), "taman-sari", f"SK {number}", standard.edition, "x", "x", *days, "p"
            )
        )
    client = signed_in_client(create_app(register, standard), "planner")
    links = [link for link in Links(client.get("/").text).counted if "due" in link[1]]
    behind = [(entries_behind(client, address), address) for _count, address in links]
    register.close()

    assert (1, "/certificates?state=due") in links
    assert (1, "/sites?due=certificate") in links
    assert links == behind


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory, standard):
    """The demonstration as `serve --demo` fills it, read by an administrator."""
    context = read_context([sample_areas()])
    register = open_demo_register(f"sqlite:///{tmp_path_factory.mktemp('demo') / 'demo.db'}")
    ensure_demo_people(register)
    surveyors = [(person.id, person.name) for person in register.people.all() if works_in_field(person.role)]
    ensure_demo_visits(register, standard, surveyors)
    add_demo_records(register, standard, context, shipped_policies())
    yield signed_in_client(create_app(register, standard, context, demo=True), "administrator")
    register.close()


def test_the_demonstration_has_something_behind_every_number(demonstration):
    links = Links(demonstration.get("/").text)
    empty = [address for count, address in links.counted if not count]

    assert {address.split("?")[0] for _count, address in links.counted} >= {
        "/dangers",
        "/actions",
        "/review",
        "/certificates",
        "/surveillance",
        "/places/proposed",
        "/sites",
    }
    assert empty == [
        "/sites?position=doubted"
    ]  # no position of the sample is in doubt within the boundaries of the demonstration
    assert all(count == entries_behind(demonstration, address) for count, address in dict.fromkeys(links.counted))


def test_the_page_of_a_site_names_the_visits_that_changed_it(demonstration):
    page = demonstration.get("/sites/taman-sari")
    text = seen(page)

    assert "Why this site changed" in text
    assert page.text.count('<time datetime="', page.text.index('id="changes"')) >= 3
    assert "mandatory, not met: " in text.lower()
    assert "Under the edition before, rbra-2022" in text


def test_every_bar_has_a_table_behind_it_and_a_pattern_of_its_own_for_each_kind(demonstration):
    page = demonstration.get("/").text
    used = set(re.findall(r'<rect class="\w+"[^>]*fill="url\(#([\w-]+)\)"', page))

    assert used == {"fill-stripes", "fill-cross", "fill-dots"}
    assert all(f'<pattern id="{fill}"' in page for fill in used)
    assert page.count('<ul class="bars">') == page.count('<details class="behind">') == 2
    assert "style=" not in page


def test_where_nothing_is_recorded_no_number_is_given(tmp_path, standard):
    register = filled_register(tmp_path, people=True)
    page = seen(signed_in_client(create_app(register, standard), "planner").get("/"))
    register.close()

    for missing in (
        "No certificate is recorded yet.",
        "No action was made yet.",
        "Without a date: 16 sites.",
        "No boundaries were given",
    ):
        assert missing in page


def test_a_reader_sees_only_the_numbers_of_pages_that_they_may_open(tmp_path, standard):
    register = filled_register(tmp_path, people=True)
    app = create_app(register, standard)
    public, reviewer, planner = (
        {address.split("?")[0] for _count, address in Links(client.get("/").text).counted}
        | {address.split("?")[0] for address in Links(client.get("/").text).others}
        for client in (app.test_client(), signed_in_client(app, "reviewer"), signed_in_client(app, "planner"))
    )
    register.close()

    assert not public & {"/dangers", "/actions", "/review", "/certificates", "/surveillance", "/places/proposed"}
    assert "/review" in reviewer
    assert "/review" not in planner
    assert "/dangers" in planner


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [
        (0, 0, "–"),
        (0, 9, "0 %"),
        (1, 1000, "< 1 %"),
        (5, 1000, "< 1 %"),
        (6, 1000, "1 %"),
        (999, 1000, "> 99 %"),
        (1000, 1000, "100 %"),
        (1, 3, "33 %"),
    ],
)
def test_a_share_is_never_rounded_to_none_or_to_all(part, whole, words):
    assert share_words(part, whole) == words.replace(" %", "\N{NO-BREAK SPACE}%")


def test_the_areas_of_the_coverage_lead_to_the_sites_in_them(demonstration):
    links = Links(demonstration.get("/coverage?all=1").text).counted

    assert links
    assert all(count == entries_behind(demonstration, address) for count, address in links)
