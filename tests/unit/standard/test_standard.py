"""Each way an edition can be broken, and the sentence it earns: file, requirement, remedy."""

import re
import shutil

import pytest

from helpers.edition_files import PROFILE, STANDARD
from helpers.public_data import CRITERIA
from rba_audit.auditing import check_standard
from rba_audit.errors import StandardError
from rba_audit.messages import using_language
from rba_audit.resources import standards_dir
from rba_audit.standard import edition_names, load_published, load_standard

ASPECT_TOML = """\
[[requirement]]
id = "LOK-01"
tier = "core"
title = { id = "Lebar", en = "Width" }
shall = { id = "Lebar cukup.", en = "Wide enough." }
why = { id = "Agar muat.", en = "To fit." }
applies_when = "small_park"
checks.width = { question = "LOK-01.width", at_least = 1.2 }
checks.edge = { question = "LOK-01.edge", is = "yes" }
conforms_when = { all = ["width", "edge"] }
partial_when = { at_least_of = 1, at_most_of = 1, of = ["width", "edge"] }
sources = ["X"]
confidence = "inferred"
link = "direct"
threshold_origin = "researcher"
evidence_wanted = ["photo"]
remedy = { id = "Lebarkan.", en = "Widen.", lead = "dlh", cost = "small", origin = "inferred" }

[[requirement.question]]
id = "LOK-01.width"
ask = { id = "Lebar?", en = "Width?" }
kind = "number"
unit = "m"
decimals = 1
range = [0, 10]

[[requirement.question]]
id = "LOK-01.edge"
ask = { id = "Bertepi?", en = "Edged?" }
kind = "yes_no"
"""
EXAMPLES_TOML = "".join(
    f"""
[[example]]
requirement = "LOK-01"
says = {{ id = "{says}", en = "{says}" }}
given = {given}
outcome = "{outcome}"
"""
    for says, given, outcome in (
        ("cukup", '{ scale = "rt", "LOK-01.width" = 1.2, "LOK-01.edge" = "yes" }', "conforms"),
        ("tanpa tepi", '{ scale = "rt", "LOK-01.width" = 1.2, "LOK-01.edge" = "no" }', "partial"),
        ("sempit", '{ scale = "rt", "LOK-01.width" = 1.1, "LOK-01.edge" = "no" }', "does_not_conform"),
        ("tepi belum dilihat", '{ scale = "rt", "LOK-01.width" = 1.2 }', "undetermined"),
        ("taman RW", '{ scale = "rw" }', "not_applicable"),
    )
)
FILES = {
    "standard.toml": STANDARD,
    "profile.toml": PROFILE,
    "lok.toml": ASPECT_TOML,
    "examples/lok.toml": EXAMPLES_TOML,
}


def write(folder, **changed):
    folder.mkdir()
    (folder / "examples").mkdir()
    for name, text in {**FILES, **{key.replace("__", "/") + ".toml": value for key, value in changed.items()}}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def sentences(folder):
    with using_language("en"):
        return "\n".join(str(problem) for problem in check_standard(folder)[1])


def test_the_small_edition_of_these_tests_is_in_order(tmp_path):
    assert sentences(write(tmp_path / "small")) == ""


BROKEN = {
    # what is changed in which file: (file, old text, new text, what the sentence says)
    "unknown key": ("lok.toml", 'tier = "core"', 'tier = "core"\ntitel = "x"', ["lok.toml, LOK-01", "'titel' is not known", "did you mean 'title'"]),
    "missing key": ("lok.toml", 'tier = "core"\n', "", ["LOK-01", "'tier' is missing"]),
    "missing language": ("lok.toml", 'why = { id = "Agar muat.", en = "To fit." }', 'why = { id = "Agar muat." }', ["LOK-01", "'why' has no text in 'en'"]),
    "empty language": ("lok.toml", 'en = "To fit."', 'en = " "', ["LOK-01", "'why' has no text in 'en'"]),
    "third language": ("lok.toml", 'en = "To fit." }', 'en = "To fit.", fr = "x" }', ["LOK-01", "'why' must be"]),
    "unknown tier": ("lok.toml", '"core"', '"main"', ["LOK-01", "'tier' is 'main'", "core, extension"]),
    "unknown condition": ("lok.toml", "at_least = 1.2", "more_than = 1.2", ["LOK-01", "no condition has the keys more_than, question"]),
    "expression string": ("lok.toml", 'conforms_when = { all = ["width", "edge"] }', 'conforms_when = "width >= 1.2"', ["LOK-01", "no check or situation is named"]),
    "unknown check": ("lok.toml", 'all = ["width", "edge"]', 'all = ["width", "ege"]', ["LOK-01", "'ege'", "edge, small_park, width"]),
    "unknown situation": ("lok.toml", 'applies_when = "small_park"', 'applies_when = "smal_park"', ["LOK-01", "'smal_park'"]),
    "dangling question": ("lok.toml", 'question = "LOK-01.width", at', 'question = "LOK-01.widht", at', ["LOK-01", "no question is called 'LOK-01.widht'", "did you mean 'LOK-01.width'"]),
    "question nobody looks at": ("lok.toml", 'all = ["width", "edge"] }\npartial', 'all = ["width"] }\npartial', []),
    "word compared with a number": ("lok.toml", 'question = "LOK-01.edge", is = "yes"', 'question = "LOK-01.edge", at_least = 1', ["LOK-01", "'LOK-01.edge' is not a number"]),
    "number compared with a word": ("lok.toml", "at_least = 1.2", 'is = "yes"', ["LOK-01", "'LOK-01.width' is no single word (number)"]),
    "answer that does not exist": ("lok.toml", 'is = "yes"', 'is = "partial"', ["LOK-01", "no answer 'partial'", "yes, no"]),
    "count with decimals": ("lok.toml", 'unit = "m"\n', 'unit = "m"\nwhole = true\n', ["LOK-01.width", "'whole' is true, so 'decimals' must be 0"]),
    "limit finer than the answer": ("lok.toml", "at_least = 1.2", "at_least = 1.25", ["LOK-01", "1.25 needs more than the 1 decimals"]),
    "limit outside the range": ("lok.toml", "at_least = 1.2", "at_least = 12", ["LOK-01", "12.0 lies outside the range"]),
    "limit that is no number": ("lok.toml", "at_least = 1.2", 'at_least = "wide"', ["LOK-01", "'wide' stands where a number belongs"]),
    "unit missing": ("lok.toml", 'unit = "m"\n', "", ["LOK-01.width", "'unit' is missing"]),
    "range upside down": ("lok.toml", "range = [0, 10]", "range = [10, 0]", ["LOK-01.width", "'range' must be [low, high]"]),
    "unknown kind of answer": ("lok.toml", 'kind = "yes_no"', 'kind = "boolean"', ["LOK-01.edge", "'kind' is 'boolean'", "yes_partial_no"]),
    "misnamed question": ("lok.toml", 'id = "LOK-01.edge"\nask', 'id = "edge"\nask', ["LOK-01", "'edge' must be named 'LOK-01.part'"]),
    "unknown source": ("lok.toml", 'sources = ["X"]', 'sources = ["Q9 s1"]', ["LOK-01", "'sources' is 'Q9'"]),
    "no source": ("lok.toml", 'sources = ["X"]', "sources = []", ["LOK-01", "'sources' is empty"]),
    "unknown agency": ("lok.toml", 'lead = "dlh"', 'lead = "nasa"', ["LOK-01", "'lead' is 'nasa'"]),
    "unknown cost band": ("lok.toml", 'cost = "small"', 'cost = "huge"', ["LOK-01", "'cost' is 'huge'"]),
    "unknown aspect": ("lok.toml", 'id = "LOK-01"\n', 'id = "ABC-01"\n', ["ABC-01", "'id' is 'ABC'"]),
    "malformed id": ("lok.toml", 'id = "LOK-01"\n', 'id = "LOK-1"\n', ["'LOK-1' is not an aspect code, a dash and two digits"]),
    "not applicable with several questions": ("lok.toml", 'tier = "core"', 'tier = "core"\nmay_be_not_applicable = true', ["LOK-01", "goes with one question only"]),
    "partial before the rest is known": ("lok.toml", "at_least_of = 1, at_most_of = 1", "at_least_of = 1", ["LOK-01", "already 'partial'", "would turn it into 'conforms'"]),
    "nothing can conform": ("lok.toml", 'conforms_when = { all = ["width", "edge"] }', 'conforms_when = { all = ["width", "edge", { question = "LOK-01.edge", is = "no" }] }', ["LOK-01", "no answers make it 'conforms'"]),
    "impossible count": ("lok.toml", "at_least_of = 1, at_most_of = 1", "at_least_of = 3", ["LOK-01", "3 to 2 of 2 conditions"]),
    "not TOML": ("lok.toml", "[[requirement]]", "[[requirement]", ["lok.toml is not readable as TOML"]),
    "no example of an outcome": ("examples/lok.toml", 'outcome = "partial"', 'outcome = "undetermined"', ["LOK-01", "no example has the outcome 'partial'", "examples/lok.toml"]),
    "example that does not come true": ("examples/lok.toml", '"LOK-01.width" = 1.1', '"LOK-01.width" = 1.2', ["example 3", '"sempit"', "'does_not_conform'", "comes out as 'partial'"]),
    "example of nothing": ("examples/lok.toml", 'requirement = "LOK-01"', 'requirement = "LOK-09"', ["example 1", "no requirement is called 'LOK-09'"]),
    "example with a strange answer": ("examples/lok.toml", '"LOK-01.edge" = "yes"', '"LOK-01.edge" = "maybe"', ["example 1", "no answer 'maybe'"]),
    "ladder that falls": ("standard.toml", 'from = 80', "from = 40", ["standard.toml", "'rungs' must rise"]),
    "ladder above its maximum": ("standard.toml", "maximum = 100", "maximum = 79", ["standard.toml", "'rungs' must rise"]),
    "marks upside down": ("standard.toml", "partial = 3", "partial = 6", ["standard.toml", "'conforms' must be more than 'partial'"]),
    "name and folder differ": ("standard.toml", 'edition = "small"', 'edition = "tiny"', ["standard.toml", "'tiny'", "'small'"]),
    "gate that nothing can name": ("standard.toml", 'mandatory = "wajib"', 'mandatory = "must"', ["standard.toml [gate]", "'mandatory' is 'must'"]),
    "missing base": ("standard.toml", "revision = 1", 'revision = 1\nbased_on = "older"', ["standard.toml", "'based_on' names 'older'"]),
    "fact compared wrongly": ("profile.toml", 'is = "rt"', 'is = "kota"', ["profile.toml, small_park", "no answer 'kota'"]),
    "choice twice": ("profile.toml", 'name = "rw"', 'name = "rt"', ["scale", "a name twice"]),
    "choice with a meaning of its own": ("profile.toml", 'name = "rw"', 'name = "not_seen"', ["scale", "'not_seen'"]),
}  # fmt: skip


@pytest.mark.parametrize("name", [name for name, case in BROKEN.items() if case[3]])
def test_a_broken_edition_is_refused_with_its_sentence(tmp_path, name):
    file, old, new, wanted = BROKEN[name]
    text = FILES[file]
    assert old in text
    folder = write(tmp_path / "small", **{file.removesuffix(".toml").replace("/", "__"): text.replace(old, new, 1)})

    said = sentences(folder)

    for part in wanted:
        assert part in said, said


def test_loading_a_broken_edition_raises_with_every_fault_on_a_line_of_its_own(tmp_path):
    folder = write(
        tmp_path / "small",
        lok=ASPECT_TOML.replace('link = "direct"', 'link = "maybe"'),
        standard=STANDARD.replace('"wajib"', '"must"'),
    )

    with pytest.raises(StandardError) as caught:
        load_standard(folder)

    assert len(str(caught.value).splitlines()) >= 2


def test_a_question_that_no_condition_looks_at_is_refused(tmp_path):
    text = ASPECT_TOML.replace('conforms_when = { all = ["width", "edge"] }', 'conforms_when = "width"').replace(
        'partial_when = { at_least_of = 1, at_most_of = 1, of = ["width", "edge"] }\n', ""
    )

    assert "nothing looks at the question 'LOK-01.edge'" in sentences(write(tmp_path / "small", lok=text))


def test_one_broken_requirement_does_not_hide_the_faults_of_another(tmp_path):
    second = ASPECT_TOML.replace("LOK-01", "LOK-02").replace('link = "direct"', 'link = "maybe"')
    said = sentences(write(tmp_path / "small", lok=ASPECT_TOML.replace('tier = "core"', 'tier = "x"') + "\n" + second))

    assert "LOK-01: 'tier' is 'x'" in said
    assert "LOK-02: 'link' is 'maybe'" in said


def test_an_id_that_stands_twice_is_refused(tmp_path):
    assert "LOK-01: this id stands twice" in sentences(write(tmp_path / "small", lok=ASPECT_TOML + "\n" + ASPECT_TOML))


def test_a_later_edition_must_say_what_it_changes(tmp_path):
    write(tmp_path / "small")
    later = tmp_path / "later"
    later.mkdir()
    (later / "lok.toml").write_text(ASPECT_TOML.replace("at_least = 1.2", "at_least = 1.1"), encoding="utf-8")
    outline = 'edition = "later"\nrevision = 1\nbased_on = "small"\nadds = []\ndrops = []\nchanges = {changes}\ntitle = {{ id = "B", en = "B" }}\neffective = 2025-01-01\n'
    (later / "standard.toml").write_text(outline.format(changes="[]"), encoding="utf-8")
    silent = sentences(later)
    (later / "standard.toml").write_text(outline.format(changes='["LOK-01"]'), encoding="utf-8")
    (later / "examples").mkdir()
    (later / "examples" / "lok.toml").write_text(EXAMPLES_TOML.replace("1.1", "1.0"), encoding="utf-8")

    assert "'changes' says [], but the files of this folder say ['LOK-01']" in silent
    assert sentences(later) == ""


def test_adding_an_edition_needs_a_folder_and_no_python(tmp_path):
    shutil.copytree(standards_dir(), tmp_path / "standards")
    folder = write(tmp_path / "standards" / "small")

    assert "small" in edition_names(tmp_path / "standards")
    assert [requirement.id for requirement in load_standard(folder).requirements] == ["LOK-01"]


# --- the editions that are shipped -----------------------------------------------------------------------------------


def test_the_editions_hold_all_thirteen_aspects_and_all_requirements():
    counts = {}
    for name in edition_names():
        standard = load_published(name)
        core = sum(requirement.tier == "core" for requirement in standard.requirements)
        counts[name] = (len(standard.aspects), core, len(standard.requirements) - core, standard.ladder.maximum)

    assert counts == {"rbra-2018": (13, 99, 46, 455), "rbra-2022": (13, 100, 46, 510), "rbra-2024": (13, 100, 46, 595)}


@pytest.mark.public_data
def test_what_is_said_of_each_requirement_agrees_with_the_facts_it_is_built_from():
    facts = _facts()
    standard = load_published("rbra-2024")

    assert [requirement.id for requirement in standard.requirements] == list(facts)
    for requirement in standard.requirements:
        fact = facts[requirement.id]
        assert requirement.tier == {"core": "core", "ext": "extension"}[fact["tier"]]
        assert (
            requirement.mandatory
            == {"wajib_reported": "wajib", "auditor_demand": "auditor", "proposed_gate": "safety", "none": None}[
                fact["mandatory"]
            ]
        )
        assert requirement.confidence == fact["confidence"]
        assert requirement.link == fact["rbra_link"]
        assert requirement.threshold_origin == fact["threshold_origin"]
        assert ", ".join(f'"{source}"' for source in requirement.sources) == fact["source"]


def _facts():
    """Read the list of facts line by line; it is regular enough to need no YAML library."""
    facts: dict[str, dict[str, str]] = {}
    for line in CRITERIA.read_text(encoding="utf-8").splitlines():
        if line.startswith("  - id: "):
            current = facts.setdefault(line.removeprefix("  - id: ").strip(), {})
        elif facts and re.match(r"    \w+: ", line):
            key, _, value = line.strip().partition(": ")
            current[key] = value.strip('"') if key != "source" else value.strip("[]")
    return facts


def test_an_unchanged_requirement_is_written_once():
    texts = [path.read_text(encoding="utf-8") for path in standards_dir().glob("*/*.toml")]
    ids = re.findall(r'^id = "([A-Z]{3}-\d\d)"$\n^tier', "\n".join(texts), flags=re.MULTILINE)

    assert len(ids) == len(set(ids)) == 146
