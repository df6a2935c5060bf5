"""Every key of every rules file: misspelt, left out or of another type, it earns a sentence that names file and key."""

import json
import re
import tomllib
from copy import deepcopy
from dataclasses import fields, is_dataclass
from functools import cache

import pytest

from rba_audit.errors import StandardError
from rba_audit.messages import BilingualText, using_language
from rba_audit.resources import standards_dir, static_dir
from rba_audit.standard.policies import RULES_FILES, SourcedNumber, read_policies, shipped_policies
from rba_audit.standard.policies.agreement import read_agreement
from rba_audit.standard.policies.columns import read_columns
from rba_audit.standard.policies.coverage import read_coverage
from rba_audit.standard.policies.emergency import read_emergency
from rba_audit.standard.policies.followup import read_followup
from rba_audit.standard.policies.forum import read_children_audit
from rba_audit.standard.policies.kha import read_kha
from rba_audit.standard.policies.kla_calendar import read_calendar
from rba_audit.standard.policies.kla_documents import read_document_kinds
from rba_audit.standard.policies.kla_indicators import read_bands, read_indicators
from rba_audit.standard.policies.kla_trail import read_published_results, read_trail
from rba_audit.standard.policies.layers import read_layers
from rba_audit.standard.policies.osm import read_osm
from rba_audit.standard.policies.plans import read_plans
from rba_audit.standard.policies.sourced_numbers import NUMBER_ORIGINS, OWN_CHOICE
from rba_audit.standard.policies.whereabouts import read_whereabouts

READ = {
    "agreement.toml": read_agreement,
    "columns.toml": read_columns,
    "coverage.toml": read_coverage,
    "emergency.toml": read_emergency,
    "followup.toml": read_followup,
    "forum-anak.toml": lambda path: read_children_audit(
        path, static_dir() / "forum" / "pictures", shipped_policies().emergency
    ),
    "kla/bands.toml": read_bands,
    "kla/calendar.toml": read_calendar,
    "kla/documents.toml": read_document_kinds,
    "kla/indicators.toml": read_indicators,
    "kla/kha.toml": read_kha,
    "kla/rounds.toml": read_published_results,
    "kla/trail.toml": read_trail,
    "layers.toml": read_layers,
    "osm.toml": read_osm,
    "plans.toml": read_plans,
    "whereabouts.toml": read_whereabouts,
}
NAMES = {
    "layers.toml": [
        r"layer\.[^.]+",  # what a layer is called
        r"layer\.[^.]+\.(any_of|unless)\[\d+\]\.[^.]+",  # keys of OpenStreetMap
        r"layer\.[^.]+\.leaves_open\[\d+\]\.tags\.[^.]+",
        r"layer\.[^.]+\.types\.(?!from$)[^.]+",  # words of a map
        r"layer\.[^.]+\.numbers\.[^.]+",
        r"layer\.[^.]+\.units\.[^.]+\.[^.]+",
        r"part\.[^.]+",
        r"class\.[^.]+",
        r"ground\.class\[\d+\]\.(any_of|unless)\[\d+\]\.[^.]+",
    ],
    "coverage.toml": [r"rule\[\d+\]\.class\.[^.]+"],  # scales of a site
    "osm.toml": [r"(play_space\[\d+\]|closed)\.any_of\[\d+\]\.[^.]+", r"play_space\[\d+\]\.facts\.[^.]+"],
    "kla/kha.toml": [r"sources\.CRC"],  # cited by the page
    "forum-anak.toml": [r"sources\.PDP"],  # cited by the page and by no question
}
"""Keys that are names of the file's own: another word there is another name, and nothing is misspelt."""
OPTIONAL = {
    "agreement.toml": [],
    "columns.toml": [r"column\.[^.]+\.(within|begins|ends|without)"],
    "coverage.toml": [r".*\.unstated", r".*\.unstated_note", r".*\.sources", r"rule\[\d+\]\.class\.[^.]+"],
    "emergency.toml": [r"sources\.[^.]+\.(read|urls)"],
    "followup.toml": [r".*\.second_person"],
    "forum-anak.toml": [r"sources\.PDP", r"sources\.[^.]+\.(read|urls)", r"question\[\d+\]\.(hint|retired)"],
    "layers.toml": [
        r"layer\.[^.]+\.(also|unless|name|code|part|numbers|half_width_m|too_low|types|units|leaves_open)",
        r"layer\.[^.]+\.(numbers|units|too_low|types)\..*",
        r"layer\.[^.]+\.(any_of|unless)\[\d+\]\.[^.]+",
        r"layer\.[^.]+\.leaves_open\[\d+\]\.(above|tags\.[^.]+|above\.[^.]+)",
        r"layer\.[^.]+",
        r"part\.[^.]+(\.also)?",
        r"(class|known)\.(?!any$)[^.]+",
        r"ground\.class\[\d+\]\.(any_of|unless)(\[\d+\]\.[^.]+)?",
        r"points\.reach_m\.[^.]+",
    ],
    "kla/bands.toml": [r"sources\.[^.]+\.(read|urls)"],
    "kla/calendar.toml": [r".*\.year_before", r"sources\.[^.]+\.(read|urls)"],
    "kla/documents.toml": [
        r"kind\[\d+\]\.(about|requirements|valid_months|needs_signer)",
        r"sources\.[^.]+\.(read|urls)",
        r"list\.sources",
    ],
    "kla/indicators.toml": [r".*\.play_spaces", r"sources\.[^.]+\.(read|urls)"],
    "kla/kha.toml": [r"sources\.[^.]+(\.(read|urls))?", r"sector\[\d+\]\.(also|agencies)"],
    "kla/rounds.toml": [r"round", r"round\[\d+\]\.total", r"sources\.[^.]+\.(read|urls)"],
    "kla/trail.toml": [r"step\[\d+\]\.(about|known|many|score|due_step|result)", r"sources\.[^.]+\.(read|urls)"],
    "osm.toml": [
        r"(play_space\[\d+\]|closed)\.any_of\[\d+\]\.[^.]+",
        r"play_space\[\d+\]\.(facts\.[^.]+|sources|states_play)",
        r"closed\.sources",
        r"sources\.[^.]+\.(read|urls)",
    ],
    "plans.toml": [],
    "whereabouts.toml": [r"assumed\.boundary_m\.sources", r"codes\.sources"],  # inferred: it may have none
}
"""Keys that may be left out."""


def keys_of(content, before=()):
    """Yield the way to every key of a parsed file, through tables and lists of tables."""
    for key, value in content.items() if isinstance(content, dict) else enumerate(content):
        way = (*before, key)
        if isinstance(key, str):
            yield way
        if isinstance(value, dict) or (isinstance(value, list) and all(isinstance(each, dict) for each in value)):
            yield from keys_of(value, way)


def written(way):
    """Return a way as people read it: `rule[0].class.rt`."""
    return "".join(f"[{each}]" if isinstance(each, int) else f".{each}" for each in way)[1:]


def is_one_of(way, patterns):
    return any(re.fullmatch(pattern, written(way)) for pattern in patterns)


@cache
def parsed(name):
    """Return a shipped file with its long lists of words cut short: what is tried is its keys, some thousand times."""
    return shortened(tomllib.loads((standards_dir() / name).read_text(encoding="utf-8")))


def shortened(value):
    if isinstance(value, dict):
        return {key: shortened(each) for key, each in value.items()}
    if not isinstance(value, list):
        return value
    words = len(value) > 8 and all(isinstance(each, str) for each in value)
    tables = len(value) > 8 and name_is_shared(value)
    return [shortened(each) for each in (value[:3] if words else value[::5] if tables else value)]


def name_is_shared(tables):
    """Return whether all entries of a list are tables with a name or number of their own, each like the next."""
    return all(isinstance(each, dict) and {"name", "number"} & each.keys() for each in tables)


def as_toml(value):
    """Return a value as TOML; tables in it are written in one line."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {as_toml(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_toml, value)) + "]"
    return json.dumps(value)


def name_of(path):
    """Return the name of a rules file as `RULES_FILES` has it."""
    return f"kla/{path.name}" if path.parent.name == "kla" else path.name


def refusal(path, content):
    """Return the sentence with which a content is refused, in English; None where it is taken."""
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(f"{json.dumps(key)} = {as_toml(value)}\n" for key, value in content.items()))
    try:
        READ[name_of(path)](path)
    except StandardError as fault:
        with using_language("en"):
            return str(fault)
    return None


def not_refused(path, change, exempt=()):
    """Return every key after whose change the file is taken, or refused in a sentence that does not name file and key.

    `change` is handed the table and the key, and returns what else the sentence may name.
    """
    wrong = []
    for way in keys_of(parsed(name_of(path))):
        if is_one_of(way, exempt):
            continue
        content = deepcopy(parsed(name_of(path)))
        table = content
        for each in way[:-1]:
            table = table[each]
        names = {way[-1], change(table, way[-1])}
        sentence = refusal(path, content)
        if sentence is None or path.name not in sentence or not any(name in sentence for name in names):
            wrong.append((written(way), sentence))
    return wrong


@pytest.fixture(params=RULES_FILES)
def path(request, tmp_path):
    return tmp_path / request.param


def test_the_shipped_files_are_read_as_they_are_and_as_written_anew(path):
    assert refusal(path, parsed(name_of(path))) is None


def test_a_misspelt_key_earns_a_sentence_that_names_it_and_its_file(path):
    def misspell(table, key):
        table[f"{key}x"] = table.pop(key)
        return f"{key}x"

    assert not_refused(path, misspell, NAMES.get(name_of(path), ())) == []


def test_a_key_that_is_left_out_earns_a_sentence_that_names_it_and_its_file(path):
    def leave_out(table, key):
        del table[key]
        return key

    assert not_refused(path, leave_out, OPTIONAL[name_of(path)]) == []


def test_a_value_of_another_type_earns_a_sentence_that_names_its_key_and_its_file(path):
    def retype(table, key):
        table[key] = 5 if isinstance(table[key], str | list) else "another type"
        return key

    assert not_refused(path, retype) == []


@pytest.mark.parametrize(
    ("name", "key", "most"),
    [
        ("followup.toml", ("risk", 0, "due_days"), 36_500),
        ("followup.toml", ("surveillance", "months"), 1_200),
        ("followup.toml", ("surveillance", "warning_days"), 36_500),
        ("followup.toml", ("certificate", "warning_days"), 36_500),
        ("agreement.toml", ("pairs", "window_days"), 36_500),
        ("coverage.toml", ("decimals",), 15),
        ("coverage.toml", ("network", "node_decimals"), 15),
        ("whereabouts.toml", ("placeholder", "decimals", "value"), 15),
    ],
    ids=str,
)
def test_a_number_with_which_a_page_could_not_reckon_is_refused(tmp_path, name, key, most):
    """Days that lead beyond the calendar, or decimals that no float has, would end a page long after the start."""

    def told(value):
        content = deepcopy(parsed(name))
        table = content
        for each in key[:-1]:
            table = table[each]
        table[key[-1]] = value
        return refusal(tmp_path / name, content)

    assert told(most) is None
    assert f"'{key[-1]}' must be at most {most:,}, not {most + 1:,}" in told(most + 1)


def test_a_name_of_an_edition_that_is_too_long_for_a_path_is_refused(tmp_path):
    content = {**parsed("forum-anak.toml"), "edition": "x" * 5_000}

    assert "There is no standard" in refusal(tmp_path / "forum-anak.toml", content)


def numbers_in(policy):
    """Yield every sourced value of a policy, in lists and parts of it too."""
    if isinstance(policy, SourcedNumber):
        yield policy
    elif isinstance(policy, tuple):
        for each in policy:
            yield from numbers_in(each)
    elif is_dataclass(policy):
        for each in fields(policy):
            yield from numbers_in(getattr(policy, each.name))


def test_every_number_says_where_it_comes_from():
    found = list(numbers_in(shipped_policies()))

    assert len(found) > 25
    for each in found:
        assert each.origin in NUMBER_ORIGINS
        assert not (each.origin == OWN_CHOICE and each.sources)
        assert isinstance(each.note, BilingualText)


# --- a city's own folder ----------------------------------------------------------------------------------------------


def test_a_file_of_a_city_stands_in_the_place_of_the_shipped_one_and_the_others_stay(tmp_path):
    shipped = (standards_dir() / "followup.toml").read_text(encoding="utf-8")
    (tmp_path / "followup.toml").write_text(shipped.replace("due_days = 30", "due_days = 14"), encoding="utf-8")
    (tmp_path / ".gitignore").write_text("")

    own, usual = read_policies(tmp_path), shipped_policies()

    assert [risk.due_days.value for risk in own.followup.risks] == [14, 180]
    assert own.agreement.window_days == usual.agreement.window_days
    assert own.coverage.choices == usual.coverage.choices
    assert own.digest != usual.digest


def test_numbers_for_emergencies_of_a_city_stand_in_the_shipped_childrens_audit(tmp_path):
    shipped = (standards_dir() / "emergency.toml").read_text(encoding="utf-8")
    (tmp_path / "emergency.toml").write_text(shipped.replace("telepon 129", "telepon 119"), encoding="utf-8")

    assert any("telepon 119" in each.words.id for each in read_policies(tmp_path).forum.companion)


@pytest.mark.parametrize(
    ("name", "told"),
    [("followups.toml", "followups.toml is no rules file"), ("layers.toml", "layers.toml cannot be a city's own")],
)
def test_a_file_that_would_change_nothing_is_refused(tmp_path, name, told):
    (tmp_path / name).write_text("")

    with using_language("en"), pytest.raises(StandardError, match=told):
        read_policies(tmp_path)


@pytest.mark.parametrize("name", ["rules", "x" * 5_000, "a\0b", "a.toml"], ids=["missing", "too long", "null", "file"])
def test_a_folder_that_is_none_is_refused(tmp_path, name):
    (tmp_path / "a.toml").touch()

    with using_language("en"), pytest.raises(StandardError, match="is no folder"):
        read_policies(tmp_path / name)
