"""The menu: a word in it is the heading and the title of its page, for every role and in both languages."""

import html
import re
from contextlib import closing

import pytest

from helpers.registers import filled_register, session_for
from rba_audit import accounts
from rba_audit.days import today
from rba_audit.permissions import ROLES, roles_with
from rba_audit.web import create_app
from rba_audit.web.http.navigation import MENU, Group
from rba_audit.web.pages.help.topics import FORM, HELP

SECTIONS = [each for entry in MENU for each in (entry.sections if isinstance(entry, Group) else (entry,))]
NOBODY = "nobody"


@pytest.fixture(scope="module")
def app(tmp_path_factory, standard):
    with closing(filled_register(tmp_path_factory.mktemp("menu"), people=True)) as register:
        accounts.set_public_view(register, on=True, by=None)
        accounts.invite(register, "Vina", "vina", "verifier", by=None, valid_until=today())
        yield create_app(register, standard)


def words(markup):
    """Return the text of a piece of markup."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", markup)).split())


def menu(page):
    """Return the links of the menu, as (address, label), and the labels of its groups."""
    [nav] = re.findall(r'<nav class="sections".*?</nav>', page, re.DOTALL)
    links = re.findall(r'<a href="([^"]*)"[^>]*>(.*?)</a>', nav, re.DOTALL)
    return [(href, words(text)) for href, text in links], [
        words(each) for each in re.findall(r"<summary.*?</summary>", nav)
    ]


def reader(app, role, language="id"):
    client = app.test_client()
    client.set_cookie("lang", language)
    if role != NOBODY:
        client.set_cookie("rba", session_for(app, role))
    return client


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("role", [NOBODY, *ROLES])
def test_a_word_of_the_menu_is_the_heading_and_the_title_of_its_page(app, role, language):
    client = reader(app, role, language)
    links, _groups = menu(client.get("/" if role == NOBODY else "/account").text)

    assert links
    for address, label in links:
        page = client.get(address).text
        assert [words(each) for each in re.findall(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)] == [label], address
        assert words(re.search(r"<title>(.*?)</title>", page, re.DOTALL)[1]).split(" · ")[0] == label, address
        marked = re.findall(
            r'<a href="([^"]*)" aria-current="page"', re.search(r"<nav class.*?</nav>", page, re.DOTALL)[0]
        )
        assert marked == [address]


def test_every_section_stands_once_in_the_menu_of_an_administrator(app):
    links, groups = menu(reader(app, "administrator").get("/account").text)

    assert len(links) == len(SECTIONS) == len({each.name for each in SECTIONS})
    assert len({label for _, label in links}) == len(links)
    assert groups == ["Daftar", "Audit", "Tindak lanjut", "Perencanaan", "KLA", "Lainnya"]


def test_a_surveyor_finds_their_work_first_and_once(app):
    links, _groups = menu(reader(app, "surveyor").get("/account").text)

    assert links[0] == ("/queue", "Pekerjaan saya")
    assert [address for address, _ in links].count("/queue") == 1


def test_a_group_of_one_section_is_a_link(app):
    accounts.set_public_view(app.extensions["judged"].register, on=False, by=None)

    links, groups = menu(reader(app, "surveyor").get("/account").text)

    assert links
    assert groups == []
    accounts.set_public_view(app.extensions["judged"].register, on=True, by=None)


def test_the_menu_opens_without_a_script(app):
    page = reader(app, "planner").get("/account").text

    assert page.count('popovertarget="menu"') == 1
    assert re.search(r'<div class="menu" id="menu" popover>\s*<nav class="sections"', page)


def test_each_section_of_the_menu_and_the_form_have_their_help():
    assert [name for name in (FORM, *(section.name for section in SECTIONS)) if name not in HELP] == []


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("role", [NOBODY, *ROLES])
def test_each_page_leads_to_its_own_help(app, role, language):
    client = reader(app, role, language)
    helped = client.get("/help").text
    links, _groups = menu(client.get("/" if role == NOBODY else "/account").text)

    for address, label in links:
        [target] = re.findall(r'<a class="quiet help-link" href="/help#([a-z_]+)"', client.get(address).text)
        section = re.search(rf'<section [^>]*id="{target}".*?</section>', helped, re.DOTALL)[0]
        assert re.search(r"<h2[^>]*>(.*?)</h2>", section)[1] == f'<a href="{address}">{html.escape(label)}</a>'.replace(
            "&#x27;", "&#39;"
        )
        assert section.count("<li>") >= 1
    ids = re.findall(r'<section class="card stack" id="([a-z_]+)"', helped)
    assert len(ids) == len(set(ids)) == len(links) + (FORM in ids)
    assert (FORM in ids) == (role in roles_with("audit"))


def test_a_page_outside_the_menu_leads_to_the_whole_help(app):
    assert '<a class="quiet help-link" href="/help"' in reader(app, "planner").get("/account").text
    assert reader(app, NOBODY).get("/help").status_code == 200
