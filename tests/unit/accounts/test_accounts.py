import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import text

from helpers.effort import cases
from helpers.registers import empty_register
from rba_audit import accounts, passwords
from rba_audit.cli import main
from rba_audit.errors import Forbidden, NotInRegister, RbaError
from rba_audit.messages import using_language
from rba_audit.passwords import hash_password
from rba_audit.register import open_register
from rba_audit.register.person_records import Person
from rba_audit.sites import site_of
from rba_audit.web.http.formatting import agent_words, format_moment
from rba_audit.web.http.redirects import safe_next_path

PASSWORD = "taman kota dekat sungai"
OTHER = "ayunan merah di sudut"
NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
HERE = "203.0.113.7"
SITE = {
    "type": "Feature",
    "id": "taman-a",
    "geometry": None,
    "properties": {"name": "Taman A", "kelurahan_code": "36.73.01.1004"},
}


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path}/register.db"


@pytest.fixture
def register(tmp_path):
    opened = empty_register(tmp_path)
    opened.import_features([SITE])
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def kept():
    return hash_password(PASSWORD)


@pytest.fixture
def cheap_hashes(monkeypatch):
    """Let checking a password cost next to nothing, where only the number of attempts matters."""
    cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", cheap)
    monkeypatch.setattr(passwords, "_dummy_hash", lambda: cheap.hash(""))


@pytest.fixture
def join(register, kept):
    """Somebody who has a password already."""

    def joined(login="rina", role="surveyor", area=("*",), name="Rina"):
        person = Person(f"id-{login}", login, name, role, area, active=True)
        register.people.add(person, kept, NOON, None)
        return person

    return joined


def enter(register, login="rina", password=PASSWORD, address=HERE, at=NOON):
    return accounts.sign_in(register, login, password, address, "Chrome, Android", at)


def whats(register, count=50):
    return [event.what for event in register.people.events(count)]


# --- who covers what ---


@pytest.mark.parametrize(
    ("role", "area", "covered"),
    [
        ("surveyor", ("36.73.01.1004",), True),
        ("surveyor", ("36.73.01",), True),
        ("surveyor", ("36",), True),
        ("surveyor", ("36.73.01.100",), False),
        ("surveyor", ("36.7",), False),
        ("surveyor", ("36.73.02", "36.73.01"), True),
        ("surveyor", ("site:taman-a",), True),
        ("surveyor", ("site:taman",), False),
        ("surveyor", ("*",), True),
        ("surveyor", (), False),
        ("reviewer", (), True),
        ("planner", (), True),
        ("administrator", (), True),
    ],
)
def test_an_area_is_a_place_and_what_lies_in_it(role, area, covered):
    assert Person("id", "login", "Name", role, area, active=True).covers(site_of("taman-a", SITE)) is covered


@pytest.mark.parametrize("area", [("36.73.01",), ("None",), ("",)])
@pytest.mark.parametrize(
    "site", [{"id": "b", "properties": {"name": "B"}}, {"id": "b", "properties": None}, {"id": "b"}]
)
def test_a_site_without_a_code_lies_in_no_area(area, site):
    assert not Person("id", "login", "Name", "surveyor", area, active=True).covers(site_of("b", site))
    assert Person("id", "login", "Name", "surveyor", ("site:b",), active=True).covers(site_of("b", site))


def test_a_site_is_named_by_the_id_the_register_gives_it():
    numbered = {"id": 7, "properties": {}}
    coded = {"properties": {"kode": "RTH-2"}}
    area = ("site:7", "site:RTH-2")
    assert Person("id", "login", "Name", "surveyor", area, active=True).covers(site_of("7", numbered))
    assert Person("id", "login", "Name", "surveyor", area, active=True).covers(site_of("RTH-2", coded))


# --- signing in ---


def test_the_right_password_opens_a_session(register, join):
    rina = join()

    entered = enter(register)

    assert entered.person == rina
    assert accounts.person_of(register, entered.token, NOON) == rina
    assert whats(register)[0] == "signed_in"


def test_a_login_is_the_same_in_capitals_and_between_blanks(register, join):
    join("rina@serang.go.id")

    assert isinstance(enter(register, "  Rina@Serang.GO.id "), accounts.SignInResult)


def test_each_session_has_a_token_of_its_own_of_256_bits(register, join):
    join()
    tokens = {enter(register).token for _ in range(3)}

    assert len(tokens) == 3
    assert all(len(token) == 43 for token in tokens)


def test_neither_tokens_nor_links_nor_passwords_nor_logins_tried_stand_in_the_file(register, join, url):
    join()
    token = enter(register).token
    _, link = accounts.invite(register, "Budi", "budi", "planner", by=None)
    enter(register, "someone-unknown", "a secret typed wrongly")
    register.close()

    folder = open_register(url)._database.path.parent
    files = b"".join(path.read_bytes() for path in folder.iterdir())
    for secret in (token, link, PASSWORD, "someone-unknown", "a secret typed wrongly", HERE):
        assert secret.encode() not in files


@pytest.mark.parametrize(("login", "password"), [("rina", OTHER), ("nobody", PASSWORD), ("", ""), ("rina", "")])
def test_a_wrong_password_and_an_unknown_login_are_told_the_same(register, join, login, password):
    join()

    refused = enter(register, login, password)

    with using_language("en"):
        assert str(refused.message) == "This login and password do not belong together; check both and try again."
    assert refused.retry_after_s == 0
    assert whats(register)[0] == "sign_in_failed"


def test_whoever_is_kept_out_and_gives_a_wrong_password_is_told_what_everybody_is_told(register, join):
    join()
    accounts.set_active(register, "id-rina", active=False, by=None)

    assert enter(register, password=OTHER) == enter(register, "nobody")


def test_whoever_is_kept_out_and_gives_the_right_password_is_told_so_and_whom_to_ask(register, join):
    join()
    join("chief", role="administrator", name="Chief")
    accounts.set_active(register, "id-rina", active=False, by=None)

    refused = enter(register)

    assert (refused.kept_out, refused.retry_after_s) == (True, 0)
    with using_language("en"):
        assert "an administrator keeps this account out. Ask: Chief. What waits on this phone is not lost" in str(
            refused.message
        )


def test_the_right_password_of_somebody_kept_out_counts_as_a_failure_and_is_logged_as_one(register, join):
    join()
    accounts.set_active(register, "id-rina", active=False, by=None)
    tries = [enter(register, password=given) for given in (PASSWORD, OTHER) * 3]

    assert [each.kept_out for each in tries] == [True, False, True, False, True, False]
    assert tries[-1].retry_after_s > 0
    assert [event.what for event in register.people.events(5)] == ["sign_in_failed"] * 5
    assert register.sessions.for_person("id-rina") == []


def test_whoever_was_invited_has_no_password_that_opens(register):
    accounts.invite(register, "Budi", "budi", "planner", by=None)

    for password in ("", PASSWORD):
        assert isinstance(enter(register, "budi", password), accounts.SignInProblem)


def test_a_hash_made_with_other_costs_is_made_again_when_its_owner_signs_in(register):
    cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
    register.people.add(Person("id", "rina", "Rina", "planner", (), active=True), cheap, NOON, None)

    assert isinstance(enter(register), accounts.SignInResult)

    renewed = register.people.known_by("rina")[1]
    assert renewed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert isinstance(enter(register), accounts.SignInResult)


# --- failures ---


def test_the_sixth_attempt_waits_even_with_the_right_password(register, join):
    join()
    for minute in range(5):
        assert enter(register, password=OTHER, at=NOON + timedelta(minutes=minute)).retry_after_s == 0

    refused = enter(register, at=NOON + timedelta(minutes=5))

    assert refused.retry_after_s == 10 * 60
    with using_language("en"):
        assert str(refused.message) == "Too many attempts failed. Try again in 10 min."


def test_a_login_that_nobody_has_waits_just_the_same(register):
    for _ in range(5):
        assert enter(register, "nobody").retry_after_s == 0

    assert enter(register, "nobody").retry_after_s == 15 * 60


def test_after_the_window_the_right_password_opens_again(register, join):
    join()
    for _ in range(5):
        enter(register, password=OTHER)

    assert isinstance(enter(register, at=NOON + timedelta(minutes=14, seconds=59)), accounts.SignInProblem)
    assert isinstance(enter(register, at=NOON + timedelta(minutes=15)), accounts.SignInResult)


def test_attempts_that_had_to_wait_do_not_make_the_wait_longer(register, join):
    join()
    for second in range(50):
        enter(register, password=OTHER, at=NOON + timedelta(seconds=second))

    assert isinstance(enter(register, at=NOON + timedelta(minutes=15, seconds=5)), accounts.SignInResult)


def test_nobody_keeps_another_out_from_elsewhere(register, join):
    join()
    for place in range(5):
        for _ in range(6):
            enter(register, password=OTHER, address=f"198.51.100.{place}")

    assert isinstance(enter(register, address="192.0.2.1"), accounts.SignInResult)


def test_whoever_mistypes_all_day_waits_a_day(register, join):
    join()
    for quarter in range(4):
        for _ in range(5):
            enter(register, password=OTHER, at=NOON + quarter * timedelta(minutes=15))

    assert enter(register, at=NOON + timedelta(hours=20)).retry_after_s == 4 * 3600
    assert isinstance(enter(register, at=NOON + timedelta(days=1)), accounts.SignInResult)


@pytest.mark.usefixtures("cheap_hashes")
def test_guesses_from_many_addresses_get_the_number_that_is_documented(register, join):
    """5 for each address in a quarter of an hour, and 20 a day: 500 and 2,000 of 10,000 from a hundred addresses."""
    join()
    addresses, guesses = cases(8, 100), cases(160, 10_000)
    looked_at = {"at once": 0, "over a day": 0}
    for number in range(guesses):
        at = NOON + timedelta(minutes=14) * number / guesses
        looked_at["at once"] += (
            enter(register, "rina", OTHER, f"198.51.100.{number % addresses}", at).retry_after_s == 0
        )
    for number in range(guesses):
        at = NOON + timedelta(days=2) + timedelta(hours=23) * number / guesses
        tried = enter(register, "rina", OTHER, f"198.51.100.{number % addresses}", at)
        looked_at["over a day"] += tried.retry_after_s == 0

    assert looked_at == {"at once": 5 * addresses, "over a day": 20 * addresses}
    assert isinstance(enter(register, address="192.0.2.1", at=NOON + timedelta(days=3)), accounts.SignInResult)


# --- a browser that is known ---


def known(register, device, password=PASSWORD, login="rina", at=NOON):
    return accounts.sign_in(register, login, password, HERE, "", at, device=device)


def test_what_others_mistype_keeps_nobody_out_of_a_browser_they_signed_in_with(register, join):
    join()
    device = enter(register).device
    for _ in range(6):
        enter(register, password=OTHER)

    assert enter(register).retry_after_s > 0
    again = known(register, device)
    assert isinstance(again, accounts.SignInResult)
    assert again.device == device


def test_a_known_browser_has_ten_tries_an_hour(register, join):
    join()
    device = enter(register).device
    tried = [known(register, device, OTHER, at=NOON + timedelta(minutes=minute)) for minute in range(12)]

    assert [each.retry_after_s == 0 for each in tried] == [True] * 10 + [False] * 2
    assert known(register, device, at=NOON + timedelta(minutes=59)).retry_after_s == 60
    assert isinstance(known(register, device, at=NOON + timedelta(minutes=60)), accounts.SignInResult)


def test_a_browser_is_known_for_its_own_person_only(register, join):
    join()
    join("budi", name="Budi")
    device = enter(register).device
    for _ in range(5):
        enter(register, "budi", OTHER)

    assert known(register, device, login="budi").retry_after_s > 0


def test_a_browser_that_was_signed_out_is_known_no_more(register, join):
    join()
    device = enter(register).device
    for _ in range(5):
        enter(register, password=OTHER)
    accounts.forget_device(register, device)
    accounts.forget_device(register, "")

    assert known(register, device).retry_after_s > 0


def test_a_reset_and_keeping_out_forget_the_browsers(register, join):
    rina, ade = join(), join("ade", "administrator", name="Ade")
    device = enter(register).device
    accounts.set_active(register, rina.id, active=False, by=ade)
    accounts.set_active(register, rina.id, active=True, by=ade)
    for _ in range(5):
        enter(register, password=OTHER)

    assert known(register, device).retry_after_s > 0


def test_a_browser_nobody_signed_in_with_for_a_year_is_forgotten(register, join):
    join()
    device = enter(register).device
    later = NOON + timedelta(days=366)
    enter(register, at=later)
    for _ in range(5):
        enter(register, password=OTHER, at=later)

    assert known(register, device, at=later).retry_after_s > 0


def test_what_is_kept_of_a_browser_opens_nothing(register, join):
    join()
    device = enter(register).device
    with register._database.reading() as connection:
        kept = connection.exec_driver_sql("SELECT token FROM known_device").scalars().all()

    assert len(kept) == 1
    assert device not in kept


@pytest.mark.usefixtures("cheap_hashes")
def test_an_address_is_counted_whichever_logins_it_tries(register, join):
    join()
    for number in range(40):
        enter(register, f"nobody-{number}")

    assert enter(register).retry_after_s > 0
    assert isinstance(enter(register, address="192.0.2.1"), accounts.SignInResult)


@pytest.mark.usefixtures("cheap_hashes")
def test_all_addresses_of_one_household_are_one(register, join):
    join()
    for number in range(40):
        enter(register, f"nobody-{number}", address=f"2001:db8:1:2::{number}")

    assert enter(register, address="2001:db8:1:2:ffff::1").retry_after_s > 0
    assert isinstance(enter(register, address="2001:db8:1:3::1"), accounts.SignInResult)


@pytest.mark.usefixtures("cheap_hashes")
def test_an_address_is_the_same_written_as_ipv4_or_within_ipv6(register, join):
    join()
    for number in range(40):
        enter(register, f"nobody-{number}", address=f"::ffff:{HERE}")

    assert enter(register, address=HERE).retry_after_s > 0


def test_signing_in_forgets_the_mistypings_of_its_login(register, join):
    join()
    for place in range(4):
        enter(register, password=OTHER, address=f"198.51.100.{place}")
    enter(register, address="192.0.2.1")
    for place in range(4):
        enter(register, password=OTHER, address=f"198.51.101.{place}")

    assert isinstance(enter(register, address="192.0.2.1"), accounts.SignInResult)


@pytest.mark.usefixtures("cheap_hashes")
def test_signing_in_does_not_forget_what_its_address_tried_on_others(register, join):
    join()
    for number in range(39):
        enter(register, f"nobody-{number}")
    assert isinstance(enter(register), accounts.SignInResult)
    enter(register, "nobody-40")

    assert enter(register).retry_after_s > 0


def test_many_attempts_at_once_do_not_slip_past_together(register, join):
    join()
    with ThreadPoolExecutor(12) as pool:
        tried = list(pool.map(lambda _: enter(register, password=OTHER), range(12)))

    assert sorted(each.retry_after_s > 0 for each in tried) == [False] * 5 + [True] * 7


# --- sessions ---


@pytest.mark.parametrize(
    ("role", "idle"),
    [("surveyor", timedelta(days=14)), ("reviewer", timedelta(hours=12)), ("administrator", timedelta(hours=12))],
)
def test_an_unused_session_ends(register, join, role, idle):
    join(role=role)
    token = enter(register).token

    assert accounts.person_of(register, token, NOON + idle) is None
    assert accounts.person_of(register, token, NOON + idle - timedelta(seconds=1)) is not None


@pytest.mark.parametrize(("role", "most", "step"), [("surveyor", 60, 10), ("planner", 14, 0.4)])
def test_a_session_in_use_ends_too(register, join, role, most, step):
    join(role=role)
    token = enter(register).token
    day = 0.0
    while day + step < most:
        day += step
        assert accounts.person_of(register, token, NOON + timedelta(days=day)) is not None

    assert accounts.person_of(register, token, NOON + timedelta(days=most)) is None


def test_when_a_session_was_seen_is_written_every_five_minutes_only(register, join):
    rina = join()
    token = enter(register).token

    accounts.person_of(register, token, NOON + timedelta(minutes=4, seconds=59))
    assert accounts.sessions_of(register, rina, NOON)[0].seen_at == NOON
    accounts.person_of(register, token, NOON + timedelta(minutes=5))
    assert accounts.sessions_of(register, rina, NOON)[0].seen_at == NOON + timedelta(minutes=5)


def test_asking_who_somebody_is_takes_one_query(register, join):
    join()
    token = enter(register).token
    asked = []
    from sqlalchemy import event

    engine = register._database._engine
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    accounts.person_of(register, token, NOON)

    assert [statement.split()[0] for statement in asked if not statement.startswith("BEGIN")] == ["SELECT"]


@pytest.mark.parametrize("token", ["", "x", "\udcff", "x" * 5000])
def test_a_token_of_nobody_opens_nothing(register, token):
    assert accounts.person_of(register, token) is None


def test_signing_out_ends_the_session_at_once(register, join):
    join()
    here, there = enter(register).token, enter(register).token

    accounts.sign_out(register, here)

    assert accounts.person_of(register, here, NOON) is None
    assert accounts.person_of(register, there, NOON) is not None


def test_one_session_can_be_ended_from_another_but_not_by_somebody_else(register, join):
    rina, budi = join(), join("budi", name="Budi")
    token = enter(register).token
    session = accounts.sessions_of(register, rina, NOON)[0]

    assert not accounts.end_session(register, budi, session.id)
    assert accounts.person_of(register, token, NOON) is not None
    assert accounts.end_session(register, rina, session.id)
    assert accounts.person_of(register, token, NOON) is None


def test_all_other_sessions_can_be_ended(register, join):
    rina = join()
    tokens = [enter(register).token for _ in range(3)]

    assert accounts.end_other_sessions(register, rina, tokens[1]) == 2

    assert [accounts.person_of(register, token, NOON) is not None for token in tokens] == [False, True, False]


def test_keeping_somebody_out_ends_their_sessions_and_letting_them_in_does_not_bring_those_back(register, join):
    join()
    token = enter(register).token

    accounts.set_active(register, "id-rina", active=False, by=None)
    assert accounts.person_of(register, token, NOON) is None
    accounts.set_active(register, "id-rina", active=True, by=None)
    assert accounts.person_of(register, token, NOON) is None
    assert isinstance(enter(register), accounts.SignInResult)


def test_changing_the_password_ends_all_other_sessions(register, join):
    rina = join()
    here, there = enter(register).token, enter(register).token

    assert accounts.change_password(register, rina, here, PASSWORD, OTHER, NOON) is None

    assert accounts.person_of(register, here, NOON) is not None
    assert accounts.person_of(register, there, NOON) is None
    assert isinstance(enter(register), accounts.SignInProblem)
    assert isinstance(enter(register, password=OTHER), accounts.SignInResult)


def test_a_password_is_not_changed_without_the_old_one_nor_to_a_weak_one(register, join):
    rina = join()
    token = enter(register).token
    with using_language("en"):
        assert re.search("another one", str(accounts.change_password(register, rina, token, OTHER, OTHER, NOON)))
        assert re.search("10 characters", str(accounts.change_password(register, rina, token, PASSWORD, "x", NOON)))

    assert isinstance(enter(register), accounts.SignInResult)


def test_the_old_password_cannot_be_guessed_in_a_session_that_was_found_open(register, join):
    rina = join()
    token = enter(register).token
    for _ in range(5):
        accounts.change_password(register, rina, token, "a guess", OTHER, NOON)
    with using_language("en"):
        assert re.search("Too many", str(accounts.change_password(register, rina, token, PASSWORD, OTHER, NOON)))


def test_a_role_that_changes_counts_at_once(register, join):
    join("chief", role="administrator", name="Chief")
    join()
    token = enter(register).token

    accounts.change_person(register, "id-rina", name="Rina", role="planner", area=[], by=None)

    assert accounts.person_of(register, token, NOON).role == "planner"


# --- links ---


def test_an_invitation_sets_the_password_and_signs_in_once(register):
    person, link = accounts.invite(register, "Budi", "Budi@Serang.go.id", "planner", by=None, at=NOON)
    assert accounts.invited_person(register, link, NOON) == person

    joined = accounts.accept_link(register, link, PASSWORD, at=NOON)

    assert accounts.person_of(register, joined.token, NOON) == person
    assert isinstance(enter(register, "budi@serang.go.id"), accounts.SignInResult)
    with pytest.raises(NotInRegister), using_language("en"):
        accounts.accept_link(register, link, OTHER, at=NOON)
    assert isinstance(enter(register, "budi@serang.go.id"), accounts.SignInResult)


def test_a_weak_password_does_not_use_the_link_up(register):
    _, link = accounts.invite(register, "Budi", "budi", "planner", by=None, at=NOON)

    assert isinstance(accounts.accept_link(register, link, "kurang", at=NOON), accounts.SignInProblem)
    assert isinstance(accounts.accept_link(register, link, PASSWORD, at=NOON), accounts.SignInResult)


def test_of_two_tabs_that_post_at_once_one_sets_the_password(register):
    _, link = accounts.invite(register, "Budi", "budi", "planner", by=None, at=NOON)
    together = threading.Barrier(2)
    passwords = [PASSWORD, OTHER]

    def post(password):
        together.wait()
        try:
            return accounts.accept_link(register, link, password, at=NOON)
        except NotInRegister:
            return None

    with ThreadPoolExecutor(2) as pool:
        joined = list(pool.map(post, passwords))

    assert sum(each is not None for each in joined) == 1
    right = passwords[0] if joined[0] else passwords[1]
    assert isinstance(enter(register, "budi", right), accounts.SignInResult)


@pytest.mark.parametrize(("again", "lasts"), [(False, timedelta(days=7)), (True, timedelta(hours=1))])
def test_a_link_gets_too_old(register, join, again, lasts):
    if again:
        join()
        link = accounts.reset(register, "id-rina", by=None, at=NOON)
    else:
        _, link = accounts.invite(register, "Budi", "budi", "planner", by=None, at=NOON)

    assert accounts.invited_person(register, link, NOON + lasts - timedelta(seconds=1))
    with using_language("en"), pytest.raises(NotInRegister, match="ask an administrator for a new link"):
        accounts.accept_link(register, link, PASSWORD, at=NOON + lasts)


def test_a_reset_voids_password_sessions_and_the_link_before_it(register, join):
    join()
    token = enter(register).token
    first = accounts.reset(register, "id-rina", by=None, at=NOON)
    second = accounts.reset(register, "id-rina", by=None, at=NOON)

    assert accounts.person_of(register, token, NOON) is None
    assert isinstance(enter(register), accounts.SignInProblem)
    with pytest.raises(NotInRegister):
        accounts.invited_person(register, first, NOON)
    assert isinstance(accounts.accept_link(register, second, OTHER, at=NOON), accounts.SignInResult)


def test_a_session_cannot_begin_with_a_password_that_was_voided_meanwhile(register, join, kept):
    from rba_audit.register.sessions import Session

    join()
    accounts.reset(register, "id-rina", by=None)

    assert not register.sessions.begin(Session("id", NOON, NOON, ""), "hash", "id-rina", kept)


def test_whoever_is_kept_out_cannot_come_in_by_a_link(register, join):
    join("chief", role="administrator")
    person, link = accounts.invite(register, "Budi", "budi", "planner", by=None, at=NOON)
    accounts.set_active(register, person.id, active=False, by=None)

    with pytest.raises(NotInRegister):
        accounts.accept_link(register, link, PASSWORD, at=NOON)
    with using_language("en"), pytest.raises(Forbidden, match="let them in again first"):
        accounts.reset(register, person.id, by=None)


# --- what administrators do ---


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"login": "a b"}, "no login"),
        ({"login": "x"}, "no login"),
        ({"login": "<script>"}, "no login"),
        ({"login": "RINA"}, "taken"),
        ({"name": "  "}, "Write the person's name"),
        ({"name": "x" * 101}, "at most 100"),
        ({"name": "Bu\u202edi"}, "Write the person's name"),
        ({"role": "king"}, "no role"),
        ({"area": ["Serang"]}, "no area"),
        ({"area": ["36.73.01."]}, "no area"),
        ({"area": ["3673"]}, "no area"),
        ({"area": ["site:taman-z"]}, "taman-z"),
    ],
)
def test_an_invitation_that_cannot_be_used_says_why(register, join, given, told):
    join()
    with using_language("en"), pytest.raises(Forbidden, match=told):
        accounts.invite(
            register,
            **{"name": "Budi", "login": "budi", "role": "surveyor", "area": [], **given},
            by=None,
        )

    assert [person.login for person in register.people.all()] == ["rina"]


def test_an_area_is_kept_as_it_was_given_each_entry_once(register):
    person, _ = accounts.invite(
        register, "Budi", "budi", "surveyor", ["36.73.01", " 36.73.01 ", "", "site:taman-a", "*"], by=None
    )

    assert register.people.get(person.id).area == ("36.73.01", "site:taman-a", "*")


@pytest.mark.parametrize(("role", "active"), [("administrator", False), ("planner", True)])
def test_the_last_administrator_stays(register, join, role, active):
    chief = join("chief", role="administrator", name="Chief")
    accounts.invite(register, "Budi", "budi", "administrator", by=None)  # has not joined: can let nobody in

    with using_language("en"), pytest.raises(Forbidden, match="Chief is the last administrator"):
        register.people.change(chief.id, NOON, None, role=role, active=active)

    assert register.people.get("id-chief").role == "administrator"
    assert register.people.get("id-chief").active


def test_of_two_administrators_who_leave_at_once_one_stays(register, join):
    join("chief", role="administrator")
    join("deputy", role="administrator")
    together = threading.Barrier(2)

    def leave(id):
        together.wait()
        try:
            accounts.set_active(register, id, active=False, by=None)
        except Forbidden:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(leave, ["id-chief", "id-deputy"])) == [False, True]


def test_an_administrator_who_was_invited_by_mistake_can_be_kept_out(register):
    person, _ = accounts.invite(register, "Budi", "budi", "administrator", by=None)

    assert not accounts.set_active(register, person.id, active=False, by=None).active


def test_nobody_resets_themselves(register, join):
    chief = join("chief", role="administrator")

    with pytest.raises(Forbidden):
        accounts.reset(register, chief.id, by=chief)


def test_the_log_says_who_did_what_to_whom_and_cannot_be_changed(register, join):
    chief = join("chief", role="administrator")
    budi, link = accounts.invite(register, "Budi", "budi", "surveyor", ["36"], by=chief, at=NOON)
    accounts.accept_link(register, link, PASSWORD, "Firefox, Linux", at=NOON)
    accounts.change_person(register, budi.id, name="Budi", role="planner", area=[], by=chief, at=NOON)
    accounts.reset(register, budi.id, by=chief, at=NOON)
    accounts.set_active(register, budi.id, active=False, by=chief, at=NOON)
    accounts.set_public_view(register, on=True, by=chief, at=NOON)

    log = [(event.what, event.actor, event.person, event.detail) for event in reversed(register.people.events(50))]

    assert log[1:] == [
        ("added", chief.id, budi.id, "surveyor 36"),
        ("link_made", chief.id, budi.id, ""),
        ("joined", budi.id, budi.id, "Firefox, Linux"),
        ("role", chief.id, budi.id, "surveyor → planner"),
        ("area", chief.id, budi.id, "36 → –"),
        ("reset", chief.id, budi.id, ""),
        ("deactivated", chief.id, budi.id, ""),
        ("public_view_on", chief.id, None, ""),
    ]
    assert {event.at for event in register.people.events(50)} == {NOON}
    for sql in ("UPDATE account_event SET what = ''", "DELETE FROM account_event"):
        with pytest.raises(RbaError, match="kept as they are"), register._database.writing() as connection:
            connection.execute(text(sql))


def test_the_public_view_is_off_until_it_is_switched_on(register):
    assert not register.people.public_view()
    accounts.set_public_view(register, on=True, by=None)
    assert register.people.public_view()
    accounts.set_public_view(register, on=False, by=None)
    assert not register.people.public_view()


def test_a_demonstration_has_one_account_for_each_role_at_least(register):
    accounts.ensure_demo_people(register)
    accounts.ensure_demo_people(register)

    people = register.people.all()
    assert len(people) == len(accounts.DEMO_ACCOUNTS)
    assert {person.role for person in people} == {"surveyor", "reviewer", "planner", "administrator"}
    for number, account in enumerate(accounts.DEMO_ACCOUNTS):
        assert isinstance(
            enter(register, account.login, accounts.DEMO_PASSWORD, f"192.0.2.{number}"), accounts.SignInResult
        )


def test_people_are_listed_by_name(register, join):
    join("b", name="anna")
    join("a", name="Zul")
    join("c", name="Budi")

    assert [person.name for person in register.people.all()] == ["anna", "Budi", "Zul"]


# --- from a terminal ---


def command(capsys, *words):
    code = main(["people", *words, "--lang", "en"])
    told = capsys.readouterr()
    return code, told.out, told.err


def test_the_first_administrator_is_invited_from_a_terminal(capsys, url, register):
    code, out, _ = command(capsys, "list", "--register", url)
    assert (code, "people invite NAME --login LOGIN --role administrator" in out) == (0, True)

    code, out, _ = command(
        capsys, "invite", "Ibu Ratna", "--login", "ratna", "--role", "administrator", "--register", url
    )

    path = re.search(r"^/join/([\w-]{43})$", out, re.MULTILINE)
    assert code == 0
    assert accounts.accept_link(register, path[1], PASSWORD).person.name == "Ibu Ratna"
    assert accounts.first_step(register) is None


def test_people_are_listed_reset_and_kept_out_from_a_terminal(capsys, url, join):
    join("chief", role="administrator", name="Chief")
    join(area=("36.73.01",))

    assert command(capsys, "list", "--register", url)[1].splitlines() == [
        "chief\tChief\tadministrator\t*\tmay come in",
        "rina\tRina\tsurveyor\t36.73.01\tmay come in",
    ]
    code, out, _ = command(capsys, "reset", "RINA", "--register", url)
    assert code == 0
    assert re.search(r"^/join/[\w-]{43}$", out, re.MULTILINE)
    assert command(capsys, "deactivate", "rina", "--register", url)[0] == 0
    listed = json.loads(command(capsys, "list", "--format", "json", "--register", url)[1])
    assert [(each["login"], each["active"], each["joined"]) for each in listed] == [
        ("chief", True, True),
        ("rina", False, False),
    ]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("deactivate", "chief"), "last administrator"),
        (("deactivate", "nobody"), "Nobody has the login nobody"),
        (("reset", "nobody"), "Nobody has the login nobody"),
        (("invite", "X", "--login", "chief", "--role", "planner"), "taken"),
    ],
)
def test_what_cannot_be_done_from_a_terminal_is_told_in_a_sentence(capsys, url, join, words, told):
    join("chief", role="administrator", name="Chief")

    code, out, err = command(capsys, *words, "--register", url)

    assert (code, out) == (1, "")
    assert err.startswith("rba-audit: ")
    assert told in err


# --- small things ---


@pytest.mark.parametrize("path", ["/", "/admin", "/sites?status=standard&page=2", "/sites/a%20b", "/sites/x#MUD"])
def test_a_path_of_this_site_is_a_place_to_go_back_to(path):
    assert safe_next_path(path) == path


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "sites",
        "https://elsewhere.example",
        "//elsewhere.example",
        "///elsewhere.example",
        "/\\elsewhere.example",
        "\\\\elsewhere.example",
        "/\t/elsewhere.example",
        "/\n/elsewhere.example",
        "/\r\nSet-Cookie: a=b",
        " //elsewhere.example",
        "javascript:alert(1)",
        "/sites/\\..\\elsewhere",
        "/\x00",
        "/a\u2028b",
    ],
)
def test_no_other_address_is(address):
    assert safe_next_path(address) is None


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (
            "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36",
            "Chrome, Android",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1 (KHTML) Version/17.0 Safari/604.1",
            "Safari, iPhone",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36 Edg/130.0",
            "Edge, Windows",
        ),
        ("curl/8", ""),
        ("", ""),
    ],
)
def test_a_browser_is_named_in_a_word_or_two(header, words):
    assert agent_words(header) == words


def test_a_moment_is_shown_in_the_time_of_western_indonesia(app):
    with app.test_request_context("/"):
        assert format_moment(datetime(2026, 11, 23, 18, 5, tzinfo=UTC)) == "24 Nov 2026, 01.05 WIB"
