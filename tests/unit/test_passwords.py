import re

import pytest

from rba_audit.messages import using_language
from rba_audit.passwords import LONGEST_PASSWORD, hash_password, is_outdated, password_weakness, verify_password

PASSWORD = "taman kota dekat sungai"


@pytest.fixture(scope="module")
def kept():
    return hash_password(PASSWORD)


def told(password, *known):
    with using_language("en"):
        found = password_weakness(password, *known)
        return None if found is None else str(found)


def test_what_is_kept_says_how_it_was_made_and_not_what_it_is(kept):
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert "taman" not in kept


def test_the_password_matches_and_no_other_does(kept):
    assert verify_password(kept, PASSWORD)
    assert not verify_password(kept, PASSWORD + " ")
    assert not verify_password(kept, PASSWORD.upper())
    assert not verify_password(kept, "")


def test_the_same_password_is_kept_differently_each_time(kept):
    assert hash_password(PASSWORD) != kept


def test_nothing_matches_where_no_password_is_kept():
    assert not verify_password(None, "")
    assert not verify_password(None, PASSWORD)


def test_what_is_too_long_never_matches_not_even_the_empty_password():
    assert not verify_password(hash_password(""), "x" * (LONGEST_PASSWORD + 1))


def test_a_damaged_hash_matches_nothing():
    assert not verify_password("$argon2id$v=19$m=19456,t=2,p=1$broken", PASSWORD)
    assert not verify_password("plain", "plain")


def test_a_letter_written_in_two_ways_is_the_same_letter():
    assert verify_password(hash_password("café di taman"), "cafe\u0301 di taman")


def test_a_hash_made_with_other_costs_is_to_be_made_again(kept):
    assert not is_outdated(kept)
    assert is_outdated(kept.replace("m=19456", "m=4096"))


@pytest.mark.parametrize(
    "password",
    ["taman kota", "0812345679", "ayunan-merah", "sebelas huruf", "x1" * 5 + "yz", "p" + "é" * 8 + "q", "a b" * 66],
)
def test_ten_characters_of_any_kind_are_enough(password):
    assert told(password, "rina@serang.go.id", "Rina") is None


@pytest.mark.parametrize("password", ["", "taman", "123456789", "e\u0301" * 9])
def test_nine_characters_are_too_few(password):
    assert re.search("at least 10 characters", told(password))


def test_two_hundred_characters_are_the_most():
    assert told("taman kota" * 20) is None
    assert re.search("more than 200", told("taman kota" * 20 + "!"))


@pytest.mark.parametrize("password", ["rina@serang.go.id", "RINA@serang.go.id", "Rina Wulandari", "rinawulandari!2026"])
def test_what_others_know_is_no_password(password):
    assert re.search("others know", told(password, "rina@serang.go.id", "Rina Wulandari", "rinawulandari"))


@pytest.mark.parametrize(
    "password",
    [
        "1234567890",
        "Password123!",
        "rahasia2026",
        "bismillah123",
        "Qwertyuiop",
        "indonesia1945",
        "aaaaaaaaaaaa",
        "1010101010",
    ],
)
def test_what_is_guessed_first_is_no_password(password):
    assert re.search("Many people", told(password))
