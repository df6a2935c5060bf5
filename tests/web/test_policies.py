"""Rules of a city's own hold on the pages, and the shipped ones everywhere else."""

import re

import pytest

from helpers.registers import filled_register, signed_in_client
from rba_audit.resources import standards_dir
from rba_audit.standard.policies import read_policies
from rba_audit.web import create_app


@pytest.fixture
def own(tmp_path):
    """Return policies of which only those of follow-up are a city's own: sites are looked at every 7 months."""
    text = (standards_dir() / "followup.toml").read_text(encoding="utf-8")
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "followup.toml").write_text(text.replace("months = 12", "months = 7"), encoding="utf-8")
    return read_policies(folder)


def test_a_number_of_a_city_is_on_the_page_and_the_others_are_as_shipped(tmp_path, standard, own):
    register = filled_register(tmp_path, people=True)
    shipped, city = (
        signed_in_client(create_app(register, standard, policies=policies), "planner") for policies in (None, own)
    )
    surveillance, plans = (
        [_without_version(client.get(address).text) for client in (shipped, city)]
        for address in ("/surveillance", "/plan")
    )
    register.close()

    assert "12 months" in surveillance[0]
    assert "7 months" in surveillance[1]
    assert plans[0] == plans[1]


def _without_version(page):
    """Return a page without the name of what pages are made of, which changes with the rules."""
    return re.sub("v-[0-9a-f]{16}", "", page)


def test_a_phone_is_told_that_the_rules_changed(tmp_path, standard, own):
    register = filled_register(tmp_path)
    versions = {create_app(register, standard, policies=policies).config["RBA_VERSION"] for policies in (None, own)}
    register.close()

    assert len(versions) == 2
