"""What a message cites of a file: one line, short, and nothing that a terminal obeys."""

from rba_audit.sites.problems import quote


def test_control_characters_are_cited_by_their_numbers():
    assert quote("a\x1b[31mb\x00\u202ec") == r"a\u001b[31mb\u0000\u202ec"


def test_what_people_write_is_cited_as_it_is_on_one_line():
    assert quote("Taman  Sari\n“Ñ” 公園 🌳") == "Taman Sari “Ñ” 公園 🌳"
    assert len(quote("x" * 500)) == 60
