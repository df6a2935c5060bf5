import re

import pytest
from markupsafe import escape

from helpers.registers import empty_register
from rba_audit import accounts
from rba_audit.messages import using_language
from rba_audit.register import open_register
from rba_audit.web import create_app
from rba_audit.web.public_view.fields import PUBLIC_KINDS

PASSWORD = "ayunan merah di sudut"
SITES = [
    {
        "type": "Feature",
        "id": f"taman-{name}",
        "geometry": None,
        "properties": {"name": f"Taman {name}", "kelurahan_code": code, "kelurahan": kelurahan, "kecamatan": "Serang"},
    }
    for name, code, kelurahan in (("a", "36.73.01.1004", "Kota Baru"), ("b", "36.73.01.1002", "Cipare"))
]


@pytest.fixture
def register(tmp_path):
    opened = empty_register(tmp_path, people=True)
    opened.import_features(SITES)
    accounts.set_public_view(opened, on=False, by=None)
    yield opened
    opened.close()


@pytest.fixture
def here(register, standard):
    return create_app(register, standard, demo=True)


@pytest.fixture
def come(here, register):
    """A reader of English, signed in as one of the demonstration's people, or as nobody."""

    def arrive(login=None):
        reader = here.test_client()
        reader.set_cookie("lang", "en")
        if login:
            reader.set_cookie("rba", accounts.begin_session(register, person(register, login)))
        return reader

    return arrive


def person(register, login):
    return register.people.known_by(login)[0]


def seq(reader, id):
    """The number that the forms of a person's page carry."""
    return re.search(r'name="seq" value="(\d+)"', reader.get(f"/admin/people/{id}").text)[1]


def link_in(page):
    return re.search(r"/join/[\w-]{43}", page.text)[0]


# --- in and out ---


@pytest.mark.parametrize(
    ("login", "home"), [("surveyor", "/queue"), ("reviewer", "/"), ("planner", "/"), ("administrator", "/")]
)
def test_everybody_begins_where_their_work_is(come, login, home):
    answer = come().post("/sign-in", data={"login": login, "password": accounts.DEMO_PASSWORD})

    assert (answer.status_code, answer.location) == (303, home)


@pytest.mark.parametrize(
    ("wanted", "led"),
    [
        ("/sites?status=standard", "/sites?status=standard"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example", "/"),
        ("/\\elsewhere.example", "/"),
        ("/\t/elsewhere.example", "/"),
        ("/\r\n/elsewhere.example", "/"),
    ],
)
def test_after_signing_in_one_goes_where_one_wanted_but_never_elsewhere(come, wanted, led):
    given = {"login": "planner", "password": accounts.DEMO_PASSWORD, "next": wanted}

    assert come().post("/sign-in", data=given).location == led
    page = come().get("/sign-in", query_string={"next": wanted}).text
    assert "elsewhere" not in page[page.index("<main") :]


def test_who_asks_for_a_page_without_signing_in_is_led_back_to_it_afterwards(come):
    reader = come()
    door = reader.get("/sites?status=standard")
    page = reader.get(door.location)

    assert re.search(r'name="next" value="/sites\?status=standard"', page.text)


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(come):
    answer = come().post("/sign-in", data={"login": "surveyor", "password": accounts.DEMO_PASSWORD})
    name, *parts = answer.headers["Set-Cookie"].split("; ")

    assert re.fullmatch(r"rba=[\w-]{43}", name)
    assert {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=5184000"} <= set(parts)


def test_where_pages_come_by_https_the_cookie_is_bound_to_this_host(register, standard):
    app = create_app(register, standard, address="https://rba.example")
    reader = app.test_client()
    given = {"login": "planner", "password": accounts.DEMO_PASSWORD}
    answer = reader.post("/sign-in", data=given, base_url="https://rba.example")
    name, *parts = answer.headers["Set-Cookie"].split("; ")

    assert name.startswith("__Host-rba=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=1209600"} <= set(parts)
    assert not any(part.startswith("Domain") for part in parts)
    assert reader.get("/account", base_url="https://rba.example").status_code == 200
    out = reader.post("/sign-out", base_url="https://rba.example").headers.getlist("Set-Cookie")
    gone = next(cookie for cookie in out if cookie.startswith("__Host-rba="))
    assert "Secure" in gone
    assert "Max-Age=0" in gone


def test_a_cookie_that_was_kept_opens_nothing_after_signing_out(come, here):
    reader = come("planner")
    token = reader.get_cookie("rba").value
    answer = reader.post("/sign-out")

    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert reader.get_cookie("rba") is None
    thief = here.test_client()
    thief.set_cookie("rba", token)
    assert thief.get("/account").status_code == 303
    assert thief.get("/api/work").status_code == 401


def test_signing_in_as_somebody_else_ends_the_session_before(come, here):
    reader = come("surveyor")
    token = reader.get_cookie("rba").value
    reader.post("/sign-in", data={"login": "planner", "password": accounts.DEMO_PASSWORD})

    assert reader.get_cookie("rba").value != token
    other = here.test_client()
    other.set_cookie("rba", token)
    assert other.get("/account").status_code == 303


def test_signing_out_twice_does_no_harm(come):
    reader = come()

    assert reader.post("/sign-out").status_code == 303


def test_a_wrong_password_and_an_unknown_login_get_the_same_page(come):
    def page(login):
        answer = come().post("/sign-in", data={"login": login, "password": "wrong wrong wrong"})
        return (
            answer.status_code,
            answer.text.replace(f'name="login" value="{login}" auto', ""),
            sorted(answer.headers.keys()),
        )

    assert page("planner") == page("plonker")
    assert page("planner")[0] == 403


def test_a_password_that_was_wrong_is_not_sent_back(come):
    answer = come().post("/sign-in", data={"login": "planner", "password": "wrong wrong wrong"})

    assert "wrong wrong wrong" not in answer.text
    assert 'value="planner"' in answer.text


def test_the_sixth_attempt_is_told_when_to_come_back(come):
    statuses = [
        come().post("/sign-in", data={"login": "planner", "password": "wrong wrong wrong"}).status_code
        for _ in range(5)
    ]
    answer = come().post("/sign-in", data={"login": "planner", "password": accounts.DEMO_PASSWORD})

    assert statuses == [403] * 5
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 900
    assert "Too many attempts failed" in answer.text
    assert "Set-Cookie" not in answer.headers


def test_five_wrong_passwords_from_elsewhere_leave_the_daily_browser_open(come):
    mine, other = come(), come()
    mine.post("/sign-in", data={"login": "planner", "password": accounts.DEMO_PASSWORD})
    mine.delete_cookie("rba")  # the session ended, as it does after a night
    for _ in range(6):
        other.post("/sign-in", data={"login": "planner", "password": "salah sekali"})

    assert other.post("/sign-in", data={"login": "planner", "password": accounts.DEMO_PASSWORD}).status_code == 429
    assert mine.post("/sign-in", data={"login": "planner", "password": accounts.DEMO_PASSWORD}).status_code == 303


def test_signing_out_forgets_the_browser(come):
    mine, other = come(), come()
    mine.post("/sign-in", data={"login": "planner", "password": accounts.DEMO_PASSWORD})
    cookie = mine.get_cookie("rba-device")
    assert (cookie.http_only, cookie.same_site, cookie.path) == (True, "Lax", "/")
    mine.post("/sign-out")
    assert mine.get_cookie("rba-device") is None
    mine.set_cookie("rba-device", cookie.value)
    for _ in range(6):
        other.post("/sign-in", data={"login": "planner", "password": "salah sekali"})

    assert mine.post("/sign-in", data={"login": "planner", "password": accounts.DEMO_PASSWORD}).status_code == 429


def test_a_form_sent_from_another_site_is_refused(come):
    given = {"login": "planner", "password": accounts.DEMO_PASSWORD}

    assert come().post("/sign-in", data=given, headers={"Origin": "https://elsewhere.example"}).status_code == 403
    assert come("planner").post("/sign-out", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_the_accounts_of_a_demonstration_are_shown_there_and_nowhere_else(register, standard, come):
    assert accounts.DEMO_PASSWORD in come().get("/sign-in").text
    plain = create_app(register, standard).test_client()
    assert accounts.DEMO_PASSWORD not in plain.get("/sign-in").text
    assert "surveyor-2" not in plain.get("/sign-in").text


def test_an_empty_register_says_how_to_begin(tmp_path, standard):
    register = open_register(f"sqlite:///{tmp_path}/empty.db")
    reader = create_app(register, standard).test_client()
    reader.set_cookie("lang", "en")

    assert "rba-audit people invite NAME --login LOGIN --role administrator" in reader.get("/sign-in").text
    register.close()


# --- links ---


def test_an_invitation_goes_from_the_administrator_to_a_signed_in_person(come, register):
    page = come("administrator").post(
        "/admin", data={"name": "Rina", "login": "Rina@Serang.go.id", "role": "surveyor", "area": ["36.73.01"]}
    )
    assert "no e-mail is sent" in page.text
    link = link_in(page)
    rina = come()

    assert "Rina@serang.go.id".casefold() in rina.get(link).text
    answer = rina.post(link, data={"password": PASSWORD})

    assert (answer.status_code, answer.location) == (303, "/queue")
    assert "Rina" in rina.get("/account").text
    assert person(register, "rina@serang.go.id").area == ("36.73.01",)


def test_a_link_that_was_used_says_what_to_do(come):
    chief = come("administrator")
    link = link_in(chief.post("/admin", data={"name": "Rina", "login": "rina", "role": "planner"}))
    first, second = come(), come()
    assert second.get(link).status_code == 200
    first.post(link, data={"password": PASSWORD})

    late = second.post(link, data={"password": "pohon besar di tengah"})

    assert late.status_code == second.get(link).status_code == 410
    assert "sign in with it" in late.text
    assert "ask an administrator for a new link" in late.text


def test_a_weak_password_is_refused_with_the_reason_and_the_link_still_works(come):
    link = link_in(come("administrator").post("/admin", data={"name": "Rina", "login": "rina", "role": "planner"}))
    reader = come()

    refused = reader.post(link, data={"password": "rahasia123"})
    assert (refused.status_code, "Many people use this password" in refused.text) == (400, True)
    assert "rahasia123" not in refused.text
    assert reader.post(link, data={"password": PASSWORD}).status_code == 303


@pytest.mark.parametrize("path", ["/join/" + "a" * 43, "/sign-in"])
def test_pages_of_secrets_tell_no_other_site_their_address_and_are_not_kept(come, path):
    answer = come().get(path)

    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_page_that_shows_a_link_is_not_kept_and_cannot_be_opened_again(come, register):
    chief, rina = come("administrator"), person(register, "surveyor")
    shown = chief.post(f"/admin/people/{rina.id}/link")

    assert link_in(shown)
    assert shown.headers["Cache-Control"] == "no-store"
    again = chief.get(f"/admin/people/{rina.id}/link")
    assert (again.status_code, again.location) == (303, f"/admin/people/{rina.id}")


# --- one's own account ---


def test_one_sees_where_one_is_signed_in_and_can_end_it(come):
    phone, desk = come("planner"), come("planner")
    page = desk.get("/account")
    session = re.findall(r"/account/sessions/([\w-]+)/end\"", page.text)

    assert page.text.count("Signed in:") == 2
    assert len(session) == 1
    assert desk.post(f"/account/sessions/{session[0]}/end").status_code == 303
    assert phone.get("/account").status_code == 303
    assert "You are signed in nowhere else." in desk.get("/account").text


def test_nobody_ends_the_session_of_another(come, register):
    planner = come("planner")
    session = accounts.sessions_of(register, person(register, "planner"))[0]

    assert come("reviewer").post(f"/account/sessions/{session.id}/end").status_code == 404
    assert planner.get("/account").status_code == 200


def test_all_other_sessions_end_at_one_press(come):
    readers = [come("planner") for _ in range(3)]
    readers[0].post("/account/sessions/end-others")

    assert [reader.get("/account").status_code for reader in readers] == [200, 303, 303]


def test_changing_the_password_keeps_this_session_only(come):
    here, there = come("planner"), come("planner")
    wrong = here.post("/account/password", data={"old": "x", "password": PASSWORD}, follow_redirects=True)
    assert "The password you use now is another one" in wrong.text

    right = here.post(
        "/account/password", data={"old": accounts.DEMO_PASSWORD, "password": PASSWORD}, follow_redirects=True
    )

    assert "The password is changed" in right.text
    assert there.get("/account").status_code == 303
    assert come().post("/sign-in", data={"login": "planner", "password": PASSWORD}).status_code == 303


# --- what administrators do ---


def test_an_invitation_that_cannot_be_used_keeps_what_was_typed(come):
    answer = come("administrator").post(
        "/admin",
        data={
            "name": "Rina",
            "login": "planner",
            "role": "surveyor",
            "area": ["36.73.01.1002"],
            "others": "site:taman-a",
        },
    )

    assert answer.status_code == 400
    assert "The login planner is taken" in answer.text
    assert re.search(r'name="name" value="Rina"', answer.text)
    assert re.search(r'value="36.73.01.1002" checked', answer.text)
    assert "site:taman-a</textarea>" in answer.text


def test_an_area_can_be_ticked_where_there_are_sites(come):
    page = come("administrator").get("/admin").text

    assert re.search(r"Serang</strong>\s*<span[^>]*>36.73.01 · 2 sites", page)
    assert re.search(r"Kota Baru\s*<span[^>]*>36.73.01.1004 · 1 site<", page)


def test_role_and_area_change_at_once(come, register):
    surveyor, reader = person(register, "surveyor"), come("surveyor")
    chief = come("administrator")
    chief.post(
        f"/admin/people/{surveyor.id}",
        data={"name": "Sari", "role": "surveyor", "area": ["36.73.01.1002"], "others": " 36.73.02,site:taman-a\n"},
    )

    assert person(register, "surveyor").area == ("36.73.01.1002", "36.73.02", "site:taman-a")
    assert "2 of 2 sites" in chief.get(f"/admin/people/{surveyor.id}").text
    assert reader.get("/admin").status_code == 403
    later = {"name": "Sari", "role": "administrator", "seq": seq(chief, surveyor.id)}
    chief.post(f"/admin/people/{surveyor.id}", data=later)
    assert reader.get("/admin").status_code == 200


def test_who_has_no_site_to_go_to_is_pointed_out(come, register):
    surveyor, chief = person(register, "surveyor"), come("administrator")
    chief.post(f"/admin/people/{surveyor.id}", data={"name": "Sari", "role": "surveyor", "area": ["99"]})

    assert "Sari has nothing to do" in chief.get(f"/admin/people/{surveyor.id}").text


def test_somebody_is_kept_out_at_once_and_let_in_again(come, register):
    surveyor, reader, chief = person(register, "surveyor"), come("surveyor"), come("administrator")
    chief.post(f"/admin/people/{surveyor.id}/active", data={"active": "0"})

    assert reader.get("/account").status_code == 303
    assert "kept out" in chief.get("/admin").text
    chief.post(f"/admin/people/{surveyor.id}/active", data={"active": "1", "seq": seq(chief, surveyor.id)})
    assert come("surveyor").get("/account").status_code == 200


def test_the_last_administrator_is_told_why_they_stay(come, register):
    chief = come("administrator")
    me = person(register, "administrator")

    told = chief.post(f"/admin/people/{me.id}/active", data={"active": "0"}, follow_redirects=True)
    assert "Ayu is the last administrator" in told.text
    told = chief.post(f"/admin/people/{me.id}", data={"name": "Ayu", "role": "planner"})
    assert (told.status_code, "Ayu is the last administrator" in told.text) == (400, True)


@pytest.mark.parametrize("what", ["", "/link", "/active"])
def test_a_person_who_does_not_exist_is_not_found(come, what):
    chief = come("administrator")

    assert (chief.post if what else chief.get)(f"/admin/people/nobody{what}").status_code == 404


def test_the_public_view_is_switched_on_and_off(come):
    chief, public = come("administrator"), come()
    assert public.get("/sites").status_code == 303

    asked = chief.post("/admin/public-view", data={"on": "1"})
    assert (asked.status_code, asked.location) == (303, "/admin/public-view")
    assert public.get("/sites").status_code == 303, "what it opens was not seen yet"
    chief.post("/admin/public-view", data={"on": "1", "seen": "1"})
    assert public.get("/sites").status_code == 200
    assert public.get("/admin").status_code == 303
    chief.post("/admin/public-view", data={"on": "0"})
    assert public.get("/sites").status_code == 303


def test_the_switch_says_what_it_opens_in_the_words_of_the_list_itself(come):
    chief = come("administrator")
    closed, page = chief.get("/admin").text, chief.get("/admin/public-view").text
    chief.post("/admin/public-view", data={"on": "1", "seen": "1"})
    opened = chief.get("/admin").text

    assert "/admin/public-view" in closed
    with using_language("en"):
        for kind in PUBLIC_KINDS:
            for words in (str(kind.name), *kind.shown_words, *kind.withheld_words):
                assert escape(words) in page, words
                assert escape(words) in opened, words


def test_the_log_tells_what_was_done(come):
    chief = come("administrator")
    chief.post("/admin", data={"name": "Rina", "login": "rina", "role": "planner"})
    chief.post("/admin/public-view", data={"on": "1", "seen": "1"})
    page = chief.get("/admin").text

    for words in ("account made", "one-time link made", "public view switched on", "signed in", "command line"):
        assert words in page


def test_a_name_is_shown_as_it_is_and_never_as_a_page(come):
    chief = come("administrator")
    name = "<img src=x onerror=alert(1)>"
    chief.post("/admin", data={"name": name, "login": "rina", "role": "planner"})

    assert name not in chief.get("/admin").text
    assert "&lt;img src=x onerror=alert(1)&gt;" in chief.get("/admin").text
