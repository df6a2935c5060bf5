"""What must hold across the files of an edition: each sentence it can say, and each limit just met and just missed."""

from fractions import Fraction

import pytest

from helpers.edition_files import (
    EXAMPLES,
    LOOKS_AT_ALL,
    OUTCOMES,
    PROFILE,
    STANDARD,
    condition,
    example,
    requirement,
    sentences,
    write_edition,
)
from rba_audit.evidence import read_evidence
from rba_audit.findings.kernel import CONFORMS, DOES_NOT_CONFORM, outcomes
from rba_audit.findings.program import compile_standard
from rba_audit.standard import edition_names, editions_of, load_published, load_standard, read_edition

WHERE = "small, LOK-01: "


@pytest.fixture
def said(tmp_path):
    """Say what is wrong with a condition, without the place where it stands."""
    return lambda text: [
        sentence.removeprefix(WHERE)
        for sentence in sentences(write_edition(tmp_path / "small", lok=requirement(conforms_when=text)))
    ]


def test_the_small_edition_of_these_tests_is_in_order(tmp_path):
    assert sentences(write_edition(tmp_path / "small")) == []


# --- the edition as a whole ---


def question(name):
    """Return the question of the requirement with that name, as it stands in the file."""
    return next(
        f"[[requirement.question]]{text}"
        for text in requirement().split("[[requirement.question]]")
        if f'id = "LOK-01.{name}"' in text
    )


def test_a_question_that_stands_in_two_places_is_told_with_how_often(tmp_path):
    twice = requirement() + "\n" + question("edge")
    assert sentences(write_edition(tmp_path / "small", lok=twice)) == [
        "small: the question 'LOK-01.edge' stands 2 times; give each its own id"
    ]


def test_an_aspect_without_a_requirement_is_told_with_the_file_to_write(tmp_path):
    second = STANDARD.replace(
        'kha = ["3"] }]', 'kha = ["3"] }, { code = "MUD", name = { id = "Mudah", en = "Easy" }, kha = ["3"] }]'
    )
    assert sentences(write_edition(tmp_path / "small", standard=second)) == [
        "small: the aspect MUD has no requirement; write mud.toml"
    ]


def test_a_gate_that_is_no_word_for_mandatory_is_told_with_those_that_are(tmp_path):
    folder = write_edition(tmp_path / "small", standard=STANDARD.replace('"wajib"', '"must"'))
    assert sentences(folder) == [
        f"{folder}/standard.toml [gate]: 'mandatory' is 'must'; use one of: wajib, auditor, safety"
    ]


@pytest.mark.parametrize("key", ["must_fix", "before_audit"])
def test_what_the_gate_says_besides_is_optional_and_comes_with_its_source(tmp_path, key):
    bare = write_edition(tmp_path / "small")
    standard, faults = read_edition(bare)
    assert (standard.must_fix, standard.before_audit, faults) == ((), (), [])

    def written(words, source='{ keys = ["X"], confidence = "inferred", id = "a", en = "a" }'):
        told = f", {key}_source = {source}" if source else ""
        gate = f'gate = {{ {key} = {words}{told}, mandatory = "wajib"'
        folder = tmp_path / str(len(list(tmp_path.iterdir()))) / "small"
        return write_edition(folder, standard=STANDARD.replace('gate = { mandatory = "wajib"', gate))

    standard, faults = read_edition(written('["safety"]'))
    assert (getattr(standard, key), getattr(standard, f"{key}_note").keys, faults) == (("safety",), ("X",), [])
    for folder, sentence in (
        (written('["must"]'), f"'{key}' is 'must'; use one of: wajib, auditor, safety"),
        (written('["safety"]', source=""), f"'{key}_source' is missing; add it"),
        (
            written('["wajib"]'),
            "'wajib' stands more than once in 'mandatory', 'must_fix' and 'before_audit'; name it in one of them",
        ),
    ):
        assert sentences(folder) == [f"{folder}/standard.toml [gate]: {sentence}"]


def test_all_faults_of_the_outline_are_told_at_once(tmp_path):
    broken = (
        STANDARD.replace("revision = 1", 'revision = "one"')
        .replace('en = "Small"', 'eng = "Small"')
        .replace('mandatory = "wajib"', 'mandatory = "must", must = 1')
        .replace("conforms = 5, partial = 3", "conforms = 5, partial = 6")
        .replace('name = "Satu", from = 50', 'name = "Satu", from = 90')
        .replace('agency.dlh = { id = "DLH", en = "DLH" }', 'agency.dlh = { id = "DLH" }')
        .replace('code = "LOK", name', 'code = "LOK", nam')
        .replace('source.X = { title = { id = "Usulan", en = "Proposal" } }', 'source.Y = { titel = "Proposal" }')
        + "\n[licence]\nname = 1\n"
    )
    folder = write_edition(
        tmp_path / "small", standard=broken, profile=PROFILE.replace('kind = "choice"', 'kind = "pick"')
    )
    told = "\n".join(sentences(folder))
    for words in (
        "'revision' must be a whole number, not 'one'",
        '\'title\' must be { id = "…", en = "…" }',
        "[gate]: 'mandatory' is 'must'",
        "[gate]: 'must' is not known",
        "[marks]: 'conforms' must be more than 'partial'",
        "[ladder]: 'rungs' must rise from above 0",
        "'agency.dlh' has no text in 'en'",
        "[[aspect]]: 'name' is missing",
        "[[aspect]]: 'nam' is not known; did you mean 'name'?",
        "[source.Y]: 'title' is missing",
        "[source.Y]: 'titel' is not known; did you mean 'title'?",
        "[marks] cites 'X', which is no source; add [source.X]",
        "'licence' is not known",
        "'kind' is 'pick'",
    ):
        assert words in told


def test_pass_or_fail_needs_no_half_marks_no_second_rung_and_no_articles(tmp_path):
    plain = (
        STANDARD.replace("partial = 3", "partial = 0")
        .replace(', { name = "Dua", from = 80, confidence = "inferred" }', "")
        .replace(', kha = ["3"]', "")
    )
    standard, faults = read_edition(write_edition(tmp_path / "small", standard=plain))
    assert faults == []
    assert (standard.marks.partial, len(standard.ladder), standard.aspects[0].kha) == (0, 1, ())


def test_an_edition_names_its_money_and_its_standard_or_leaves_them_out(tmp_path):
    money = '\n[currency]\nsymbol = "$"\nid = "dolar"\nen = "dollars"\n'
    named, faults = read_edition(
        write_edition(tmp_path / "one" / "small", standard='short = "KCL"\n' + STANDARD + money)
    )
    plain = read_edition(write_edition(tmp_path / "two" / "small"))[0]

    assert faults == []
    assert (named.short, named.currency.amount(1500), str(named.currency.name)) == ("KCL", "$1.500", "dolar")
    assert (plain.short, plain.currency.amount(1500), plain.currency.name) == ("small", "1.500", None)


def test_what_is_wrong_with_the_money_is_told(tmp_path):
    broken = STANDARD + '\n[currency]\nsymbol = ""\nid = "dolar"\nrate = 1\n'
    told = "\n".join(sentences(write_edition(tmp_path / "small", standard=broken)))

    for words in ("'symbol' must be a text", "'en' is missing", "'rate' is not known"):
        assert f"[currency]: {words}" in told


def test_a_later_edition_is_of_the_same_standard_and_another_one_is_not(tmp_path):
    own = write_edition(tmp_path / "small", standard=STANDARD)
    later = tmp_path / "own-2030"
    later.mkdir()
    (later / "standard.toml").write_text(
        'edition = "own-2030"\nrevision = 1\nbased_on = "rbra-2024"\nadds = []\ndrops = []\nchanges = []\n'
        'title = { id = "a", en = "a" }\neffective = 2030-01-01\n',
        encoding="utf-8",
    )
    ours, small = load_standard(later), read_edition(own)[0]

    assert (ours.short, ours.currency) == (load_published("rbra-2018").short, load_published("rbra-2018").currency)
    assert [each.edition for each in editions_of(ours)] == [*edition_names(), "own-2030"]
    assert editions_of(load_published("rbra-2018")) == tuple(map(load_published, edition_names()))
    assert editions_of(small) == (small,)


def test_a_situation_is_held_against_the_questions_too(tmp_path):
    broken = PROFILE.replace('is = "rt"', 'is = "rx"')
    assert sentences(write_edition(tmp_path / "small", profile=broken))[0] == (
        "small, profile.toml, small_park: 'scale' has no answer 'rx'; use one of: rt, rw"
    )


@pytest.mark.parametrize("key", ["applies_when", "conforms_when", "partial_when"])
def test_each_of_the_conditions_of_a_requirement_is_looked_into(tmp_path, key):
    wrong = '{ question = "LOK-01.edge", is = "maybe" }'
    given = {key: f"applies_when = {wrong}" if key == "applies_when" else wrong}
    if key == "partial_when":
        given = {key: f'{{ any = [{wrong}, {{ question = "LOK-01.edge", is = "yes" }}] }}'}
    assert f"{WHERE}'LOK-01.edge' has no answer 'maybe'; use one of: yes, no" in sentences(
        write_edition(tmp_path / "small", lok=requirement(**given))
    )


@pytest.mark.parametrize("key", ["applies_when", "conforms_when", "partial_when"])
def test_a_question_counts_as_looked_at_wherever_it_is_looked_at(tmp_path, key):
    width = '{ question = "LOK-01.width", at_least = 1 }'
    given = {"partial_when": '{ question = "LOK-01.edge", is = "yes" }'}
    given[key] = f"applies_when = {width}" if key == "applies_when" else width
    told = sentences(write_edition(tmp_path / "small", lok=requirement(**given)))
    assert not [sentence for sentence in told if "'LOK-01.width'" in sentence]
    assert f"{WHERE}nothing looks at the question 'LOK-01.big'; use it in a condition or take it out" in told


# --- conditions ---


def test_a_fault_is_told_once_however_often_it_stands_in_a_condition(said):
    wrong = '{ question = "LOK-01.edge", is = "maybe" }'
    assert said(f"{{ any = [{wrong}, {{ all = [{wrong}] }}] }}") == [
        "'LOK-01.edge' has no answer 'maybe'; use one of: yes, no"
    ]


@pytest.mark.parametrize("combined", ["{{ all = [{0}] }}", "{{ any = [{0}] }}", "{{ at_least_of = 1, of = [{0}] }}"])
def test_conditions_inside_conditions_are_looked_into(said, combined):
    assert said(combined.format('{ question = "LOK-01.width", at_least = 10.1 }')) == [
        "the limit 10.1 lies outside the range of 'LOK-01.width'; widen 'range'"
    ]


def test_a_question_that_nobody_asks_is_told_with_one_of_a_like_name_or_with_what_to_do(said):
    near, far = '{ question = "LOK-01.widht", at_least = 1 }', '{ question = "zzz", at_least = 1 }'
    assert said(f"{{ all = [{near}, {far}] }}") == [
        "no question is called 'LOK-01.widht'; did you mean 'LOK-01.width'?",
        "no question is called 'zzz'; ask it, or name another",
    ]


FAULTS = {
    # words
    "a word of a number": (
        '{ question = "LOK-01.width", is = "yes" }',
        "'LOK-01.width' is no single word (number); compare it otherwise",
    ),
    "a word of a set": (
        '{ question = "LOK-01.surfaces", is = "sand" }',
        "'LOK-01.surfaces' is no single word (set); compare it otherwise",
    ),
    "one wrong word among right ones": (
        '{ question = "scale", is_one_of = ["rt", "rx"] }',
        "'scale' has no answer 'rx'; use one of: rt, rw",
    ),
    # sets
    "names of what is no set": (
        '{ question = "LOK-01.kind", includes_at_least = 1 }',
        "'LOK-01.kind' is not a set; ask for several names with kind = \"set\"",
    ),
    "a name that a set does not have": (
        '{ question = "LOK-01.surfaces", includes_at_least = 1, of = ["sand", "mud"] }',
        "'LOK-01.surfaces' has no answer 'mud'; use one of: sand, grass, bark",
    ),
    "no name at all": (
        '{ question = "LOK-01.surfaces", includes_at_least = 0 }',
        "'LOK-01.surfaces' can never include 0 names",
    ),
    "more names than a set has": (
        '{ question = "LOK-01.surfaces", includes_at_least = 4 }',
        "'LOK-01.surfaces' can never include 4 names",
    ),
    "more names than are listed": (
        '{ question = "LOK-01.surfaces", includes_at_least = 3, of = ["sand", "grass"] }',
        "'LOK-01.surfaces' can never include 3 names",
    ),
    # numbers
    "a number of a word": (
        '{ question = "LOK-01.edge", at_most = 1 }',
        "'LOK-01.edge' is not a number; compare its word with 'is'",
    ),
    "a range of a word": (
        '{ question = "LOK-01.edge", between = [1, 2] }',
        "'LOK-01.edge' is not a number; compare its word with 'is'",
    ),
    "a limit finer than the answer": (
        '{ question = "LOK-01.width", at_least = 1.25 }',
        "the limit 1.25 needs more than the 1 decimals of 'LOK-01.width'; raise 'decimals'",
    ),
    "a limit below the range": (
        '{ question = "LOK-01.width", at_least = -5.1 }',
        "the limit -5.1 lies outside the range of 'LOK-01.width'; widen 'range'",
    ),
    "a limit above the range": (
        '{ question = "LOK-01.width", at_most = 10.1 }',
        "the limit 10.1 lies outside the range of 'LOK-01.width'; widen 'range'",
    ),
    "a lower end outside the range": (
        '{ question = "LOK-01.width", between = [-6, 1] }',
        "the limit -6.0 lies outside the range of 'LOK-01.width'; widen 'range'",
    ),
    "an upper end outside the range": (
        '{ question = "LOK-01.width", between = [1, 11] }',
        "the limit 11.0 lies outside the range of 'LOK-01.width'; widen 'range'",
    ),
    # lookups
    "a lookup by a word that nobody may answer": (
        '{ question = "LOK-01.width", at_least = { by = "scale", rt = 1, rx = 2 } }',
        "'scale' has no answer 'rx'; use one of: rt, rw",
    ),
    "a lookup by a number": (
        '{ question = "LOK-01.width", at_least = { by = "LOK-01.big", rt = 1 } }',
        "'LOK-01.big' is no single word (number); compare it otherwise",
    ),
    "a lookup by what nobody asks": (
        '{ question = "LOK-01.width", at_least = { by = "scael", rt = 1 } }',
        "no question is called 'scael'; did you mean 'scale'?",
    ),
    "a limit of a lookup outside the range": (
        '{ question = "LOK-01.width", at_least = { by = "scale", rt = 1, rw = 11 } }',
        "the limit 11.0 lies outside the range of 'LOK-01.width'; widen 'range'",
    ),
    "a lookup for a sum by a wrong word": (
        '{ sum = [{ times = 1, of = ["LOK-01.width"] }], at_least = { by = "scale", rx = 1 } }',
        "'scale' has no answer 'rx'; use one of: rt, rw",
    ),
    # sums
    "a sum over a word": (
        '{ sum = [{ times = 2, of = ["LOK-01.edge"] }], at_least = 1 }',
        "'LOK-01.edge' is not a number; compare its word with 'is'",
    ),
    "a product with a word": (
        '{ sum = [1, { times = 2, of = ["LOK-01.width", "LOK-01.edge"] }], at_least = 1 }',
        "'LOK-01.edge' is not a number; compare its word with 'is'",
    ),
    "a sum over what nobody asks": (
        '{ sum = [{ times = 2, of = ["LOK-01.widht"] }], at_least = 1 }',
        "no question is called 'LOK-01.widht'; did you mean 'LOK-01.width'?",
    ),
    "a limit that is a sum over a word": (
        '{ question = "LOK-01.width", at_least = { sum = [{ times = 2, of = ["LOK-01.edge"] }] } }',
        "'LOK-01.edge' is not a number; compare its word with 'is'",
    ),
    "a word compared with a sum": (
        '{ question = "LOK-01.edge", at_least = { sum = [{ times = 2, of = ["LOK-01.width"] }] } }',
        "'LOK-01.edge' is not a number; compare its word with 'is'",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_condition_that_cannot_be_met_is_told_in_one_sentence(said, name):
    text, sentence = FAULTS[name]
    assert said(text) == [sentence]


@pytest.mark.parametrize(
    "text",
    [
        '{ question = "LOK-01.width", at_least = 10 }',
        '{ question = "LOK-01.width", at_least = -5 }',
        '{ question = "LOK-01.width", at_least = 1.2 }',
        '{ question = "LOK-01.width", between = [-5, 10] }',
        '{ question = "LOK-01.width", at_least = { by = "scale", rt = -5, rw = 10 } }',
        '{ question = "LOK-01.width", at_least = { by = "LOK-01.kind", fixed = 1 } }',
        '{ question = "LOK-01.surfaces", includes_at_least = 1 }',
        '{ question = "LOK-01.surfaces", includes_at_least = 3 }',
        '{ question = "LOK-01.surfaces", includes_at_least = 2, of = ["sand", "bark"] }',
        '{ question = "LOK-01.edge", is_one_of = ["yes", "no"] }',
        '{ sum = [1, { times = "2/3", of = ["LOK-01.width", "LOK-01.width"] }], at_most = 400.125 }',
    ],
)
def test_a_condition_that_can_just_be_met_is_in_order(said, text):
    assert said(text) == []


# --- sums in 64 bits ---

GROWS = "the sum can grow beyond what 64 bits hold; use fewer decimals or narrower ranges"
BIG, MOST = 2**29, 2**62  # the largest answer of LOK-01.big; the largest sum that is admitted
PRODUCT = '{{ times = {times}, of = ["LOK-01.big", "LOK-01.big"] }}'
FULL = PRODUCT.format(times=16)
TENTHS = MOST // (10 * 10 * BIG)  # ten metres, counted in tenths

ADMITTED = {
    "a product": (f"{{ sum = [{FULL}], at_least = 0 }}", {"big": BIG}),
    "a product compared the other way": (f"{{ sum = [{FULL}], at_most = 0 }}", {"big": BIG}),
    "a product with a constant": (f"{{ sum = [{PRODUCT.format(times=15)}, {2**58}], at_least = 0 }}", {"big": BIG}),
    "a product with a limit": (f"{{ sum = [{PRODUCT.format(times=15)}], at_most = {-(2**58)} }}", {"big": BIG}),
    "thirds": (f'{{ sum = [{PRODUCT.format(times=5)}], at_least = "1/3" }}', {"big": BIG}),
    "a factor in thirds": (
        f"{{ sum = [{PRODUCT.format(times=chr(34) + '16/3' + chr(34))}], at_least = 0 }}",
        {"big": BIG},
    ),
    "a large number below zero": (
        '{ sum = [{ times = -16, of = ["LOK-01.big", "LOK-01.deep"] }], at_most = 0 }',
        {"big": BIG, "deep": -BIG},
    ),
    "a number beside the sum": (
        f'{{ question = "LOK-01.big", at_least = {{ sum = [{PRODUCT.format(times=15)}, {2**58 - BIG}] }} }}',
        {"big": BIG},
    ),
    "both sides": (
        f"{{ sum = [{PRODUCT.format(times=8)}], at_least = {{ sum = [{PRODUCT.format(times=-8)}] }} }}",
        {"big": BIG},
    ),
    "tenths": (
        f'{{ sum = [{{ times = {TENTHS}, of = ["LOK-01.width", "LOK-01.big"] }}], at_least = 1 }}',
        {"width": 10, "big": BIG},
    ),
    "a lookup whose limits do not add up": (
        f'{{ sum = [{PRODUCT.format(times=8)}], at_most = {{ by = "scale", rt = -{2**61}, rw = {2**61} }} }}',
        {"big": BIG},
    ),
}


@pytest.mark.parametrize("name", ADMITTED)
def test_a_sum_that_may_just_be_so_large_is_judged_as_exact_arithmetic_does(tmp_path, name):
    text, answers = ADMITTED[name]
    folder = write_edition(tmp_path / "small", lok=requirement(text, applies_when="", partial_when=None))
    assert GROWS not in "\n".join(sentences(folder))
    standard, _ = read_edition(folder)
    for given in (answers, dict.fromkeys(answers, 0), {key: value // 2 for key, value in answers.items()}):
        facts = {"scale": "rt", **{f"LOK-01.{key}": value for key, value in given.items()}}
        evidence = read_evidence([facts], standard)
        assert evidence.remarks == ()
        found = outcomes(compile_standard(standard), evidence.codes, evidence.numbers)[0, 0]
        ranged = outcomes(compile_standard(standard), evidence.codes, evidence.numbers, evidence.numbers)[0, 0]
        wanted = CONFORMS if holds(condition(text), facts) else DOES_NOT_CONFORM
        assert (found, ranged) == (wanted, wanted)


def holds(compared, facts):
    """Decide a comparison with exact fractions."""
    left, limit = (exactly(side, facts) for side in (compared.left, compared.limit))
    return left >= limit if compared.at_least else left <= limit


def exactly(side, facts):
    if isinstance(side, Fraction):
        return side
    if isinstance(side, str):
        return Fraction(facts[side])
    if hasattr(side, "by"):
        return dict(side.limits)[facts[side.by]]
    total = Fraction(0)
    for term in side.terms:
        product = term.times
        for name in term.of:
            product *= Fraction(facts[name])
        total += product
    return total


JUST_TOO_LARGE = {
    "a constant of one more": f"{{ sum = [{FULL}, 1], at_least = 0 }}",
    "a limit of one more": f"{{ sum = [{FULL}], at_least = 1 }}",
    "a limit of one more below zero": f"{{ sum = [{FULL}], at_most = -1 }}",
    "a limit in thirds, which trebles both sides": f'{{ sum = [{PRODUCT.format(times=6)}], at_least = "1/3" }}',
    "a lookup with one limit of one more": f'{{ sum = [{FULL}], at_least = {{ by = "scale", rt = 0, rw = 1 }} }}',
    "a lookup in thirds": f'{{ sum = [{PRODUCT.format(times=6)}], at_least = {{ by = "scale", rt = "1/3" }} }}',
    "a factor of one more": f"{{ sum = [{PRODUCT.format(times=17)}], at_least = 0 }}",
    "a factor below zero": f"{{ sum = [{PRODUCT.format(times=-17)}], at_least = 0 }}",
    "a range whose larger end is below zero": '{ sum = [{ times = 17, of = ["LOK-01.big", "LOK-01.deep"] }], at_least = 0 }',
    "a number that makes one more beside the sum": (
        f'{{ question = "LOK-01.big", at_least = {{ sum = [{PRODUCT.format(times=15)}, {2**58 - BIG + 1}] }} }}'
    ),
    "a number beside a full sum": f'{{ question = "LOK-01.big", at_least = {{ sum = [{FULL}] }} }}',
    "the other side": f"{{ sum = [{FULL}], at_least = {{ sum = [1] }} }}",
    "tenths of one more": (
        f'{{ sum = [{{ times = {TENTHS + 1}, of = ["LOK-01.width", "LOK-01.big"] }}], at_least = 1 }}'
    ),
    "tenths of tenths": '{ sum = [{ times = 1, of = ["LOK-01.width", "LOK-01.width", "LOK-01.big", "LOK-01.big"] }], at_least = 0 }',
    "a factor in thirds of one more": f"{{ sum = [{PRODUCT.format(times=chr(34) + '17/3' + chr(34))}], at_least = 0 }}",
}


@pytest.mark.parametrize("name", JUST_TOO_LARGE)
def test_a_sum_that_may_grow_beyond_64_bits_is_refused(said, name):
    assert said(JUST_TOO_LARGE[name]) == [GROWS]


def test_a_sum_over_what_nobody_asks_is_told_for_that_alone(said):
    assert said('{ sum = [{ times = 17, of = ["LOK-01.big", "LOK-01.big", "zzz"] }], at_least = 0 }') == [
        "no question is called 'zzz'; ask it, or name another"
    ]


# --- examples ---


@pytest.mark.parametrize("missing", OUTCOMES)
def test_an_outcome_without_an_example_is_told_with_the_file_to_write(tmp_path, missing):
    kept = "\n".join(example(outcome) for outcome in OUTCOMES if outcome != missing)
    assert sentences(write_edition(tmp_path / "small", examples=kept)) == [
        f"{WHERE}no example has the outcome '{missing}'; add one to examples/lok.toml"
    ]


def test_examples_of_another_requirement_do_not_stand_in(tmp_path):
    kept = "\n".join(example(outcome) for outcome in OUTCOMES if outcome != "partial")
    told = sentences(write_edition(tmp_path / "small", examples=kept + example("partial", requirement="LOK-02")))
    assert f"{WHERE}no example has the outcome 'partial'; add one to examples/lok.toml" in told
    assert [sentence for sentence in told if "no requirement is called 'LOK-02'" in sentence]


def test_a_requirement_that_always_applies_needs_no_example_of_not_applying(tmp_path):
    kept = "\n".join(example(outcome) for outcome in OUTCOMES if outcome != "not_applicable")
    always = requirement(applies_when="")
    assert sentences(write_edition(tmp_path / "small", lok=always, examples=kept)) == []
    head, _, _ = requirement(applies_when="may_be_not_applicable = true").partition("[[requirement.question]]")
    may = head.replace(f"partial_when = {LOOKS_AT_ALL}", 'partial_when = { question = "LOK-01.edge", is = "no" }')
    assert sentences(write_edition(tmp_path / "may" / "small", lok=may + question("edge"), examples=kept)) == [
        f"{WHERE}no example has the outcome 'not_applicable'; add one to examples/lok.toml"
    ]


def test_a_measured_question_cannot_be_not_applicable(tmp_path):
    head, _, _ = requirement(applies_when="may_be_not_applicable = true").partition("[[requirement.question]]")
    measured = question("edge").replace('kind = "yes_no"', 'kind = "yes_no"\nmeasure = { what = "any", of = "gate" }')
    told = sentences(write_edition(tmp_path / "small", lok=head + measured))
    assert any("'may_be_not_applicable' does not go with a measured question" in each for each in told)


def told_of(tmp_path, given):
    found = sentences(write_edition(tmp_path / "small", examples=EXAMPLES + "\n" + example("undetermined", given)))
    return [sentence.partition(": ")[2] for sentence in found]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ('{ "LOK-01.widht" = 1 }', "no question is called 'LOK-01.widht'; did you mean 'LOK-01.width'?"),
        ('{ "LOK-01.width" = "wide" }', "'LOK-01.width' is a number, not 'wide'"),
        ('{ "LOK-01.edge" = "maybe" }', "'LOK-01.edge' has no answer 'maybe'; use one of:"),
        ('{ scale = "rx" }', "'scale' has no answer 'rx'; use one of:"),
    ],
)
def test_an_example_that_gives_what_cannot_be_answered_is_told(tmp_path, given, sentence):
    [found] = told_of(tmp_path, given)
    assert found.startswith(sentence)


@pytest.mark.parametrize(
    "given",
    [
        '{ "LOK-01.width" = 1.5, "LOK-01.big" = "not_seen" }',
        '{ "LOK-01.edge" = true }',
        '{ "LOK-01.edge" = "not_seen" }',
        '{ "LOK-01.surfaces" = "none", "LOK-01.kind" = "none" }',
    ],
)
def test_an_example_may_give_what_a_surveyor_may_answer(tmp_path, given):
    assert told_of(tmp_path, given) == []
