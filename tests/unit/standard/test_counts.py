"""What is counted takes whole numbers, everywhere alike; a price stands behind its currency."""

import json

import pytest
from werkzeug.datastructures import MultiDict

from rba_audit.evidence import UNREADABLE, read_evidence
from rba_audit.findings.program_json import program_as_json
from rba_audit.findings.wording import number_words
from rba_audit.forms import audit_form
from rba_audit.messages import using_language
from rba_audit.standard import edition_names, load_published

FRACTIONS = [("MAN-07", 3.5), ("MAN-09", 1.2), ("MUD-08.zones", 3.5), ("MAN-01.entry", 3.5), ("PRL-06.seats", 2.5)]
"""As a surveyor sent them: kinds of games, times a year, zones, rupiah, seats."""


def numbers(standard):
    asked = [*standard.facts, *(each for requirement in standard.requirements for each in requirement.questions)]
    return [each for each in asked if each.kind == "number"]


@pytest.mark.parametrize("edition", edition_names())
def test_every_count_of_an_edition_is_whole_and_so_is_money(edition):
    standard = load_published(edition)
    for question in numbers(standard):
        money = str(question.unit) == standard.currency.symbol.strip()
        assert question.counts >= (money or (question.has_word and not question.decimals)), question.id
        assert not (question.counts and question.decimals), question.id
        assert question.unit_first == money, question.id
    assert {"MAN-07", "MAN-09", "MAN-01.entry", "UDR-02"} <= {each.id for each in numbers(standard) if each.counts}
    assert not load_published(edition).question("KLL-08").counts, "hours have parts"


@pytest.mark.parametrize(("question", "value"), FRACTIONS)
@pytest.mark.parametrize("edition", edition_names())
def test_a_fraction_is_refused_by_the_form_and_not_known_where_it_is_stored(edition, question, value):
    standard = load_published(edition)
    with using_language("en"):
        evidence = read_evidence([{question: value}], standard)
        [told] = [str(each.why) for each in evidence.remarks]
        assert "is no whole number; write one" in told
        assert evidence.codes[evidence.row[question], 0] == UNREADABLE
        typed = str(value).replace(".", ",")
        form = audit_form(standard).opened(MultiDict([(question, typed)]), {}, "")
        assert not form.validate()
        [told] = form.field(standard.question(question)).errors
        assert "is no whole number; write one" in told
        with using_language("id"):
            known = audit_form(standard)().field(standard.question(question))
            known.process_data(value)
            assert known.text == typed, "what is stored is shown as it is, not rounded"


def test_a_price_stands_behind_its_currency():
    standard = load_published("rbra-2024")
    question = standard.question("MAN-01.entry")
    with using_language("id"):
        assert number_words(5000, question) == "Rp5.000"
        assert number_words(12, standard.question("MAN-07")) == "12 jenis"
        [told] = read_evidence([{question.id: 3.5}], standard).remarks
        assert str(told.why).startswith("Rp3,5 bukan bilangan bulat")
    table = {each["id"]: each for each in json.loads(json.dumps(program_as_json(standard)))["questions"]}
    assert (table["MAN-01.entry"]["unit_first"], table["MAN-01.entry"]["counts"]) == (True, True)
