"""What a register exports is imported as it is: a second export has the same bytes for each Feature, the first the same values."""

import json
import random
from contextlib import closing
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest

from helpers.effort import over_seeds
from helpers.public_data import KARLSRUHE, VIENNA
from helpers.registers import empty_register
from rba_audit.imports import plan_import, sites_of_file, take_import
from rba_audit.reports.geodata import geojson_chunks
from rba_audit.resources import sample_sites
from rba_audit.sites import read_sites
from rba_audit.standard import default_edition, load_published
from rba_audit.standard.policies import shipped_policies
from unit.imports.trial_layers import GEOJSON
from unit.imports.trial_tables import CSV, SURVEYS

NUMBERS = [
    "0",
    "-0.0",
    "1.0",
    "1.50",
    "1e5",
    "1E-7",
    "1.5e+300",
    "5e-324",
    "9007199254740993",
    "-12345678901234567890",
    "123456789012345678901234567890.5",
    "0.1",
]
TEXTS = [
    "",
    " ",
    "A",
    "Taman “K3”",
    "é",
    "e\u0301",
    "😀",
    "a\\b/c",
    'say "x"',
    "line\nline\ttab",
    "=1+1",
    "1e5",
    "007",
    "\u2028",
    "\x7f",
]

STANDARD = load_published(default_edition())
IN_PROCESS = [
    trial
    for trial in (*GEOJSON, *CSV, *SURVEYS)
    if not trial.error and trial.name.endswith((".csv", ".txt", ".geojson"))
]


def exported(data, name):
    """Return the export of a register into which these bytes were imported."""
    with TemporaryDirectory() as folder, closing(empty_register(folder)) as register:
        sites = sites_of_file(data, name, STANDARD, shipped_policies())[0]
        plan = plan_import(register, sites, (), shipped_policies())
        take_import(
            register, plan, {}, kinds={"doubtful": "take"}, id=str(uuid4()), person_id="", file=data, file_name=name
        )
        return "".join(geojson_chunks(register.features())).encode()


def lines(data):
    """Return each Feature of an export, as bytes."""
    return [line.removesuffix(b",") for line in data.splitlines()[1:-1]]


def values(text):
    """Return a JSON text as a value in which the order of keys counts, and 1 is not 1.0."""
    return json.loads(text, object_pairs_hook=lambda pairs: ("object", tuple(map(repr, pairs))))


def literal(chance):
    """Return a number, word or text as a file may spell it."""
    return chance.choice(
        [
            lambda: chance.choice(NUMBERS),
            lambda: str(chance.randint(-(10 ** chance.randint(1, 40)), 10**40)),
            lambda: repr(chance.uniform(-1, 1) * 10 ** chance.randint(-300, 300)),
            lambda: chance.choice(["null", "true", "false"]),
            lambda: json.dumps(chance.choice(TEXTS), ensure_ascii=chance.random() < 0.5),
        ]
    )()


def value(chance, depth=0):
    """Return a JSON text with white space anywhere."""
    kind = chance.random()
    space = chance.choice(["", " ", "\n  ", "\t"])
    if depth < 3 and kind < 0.15:
        inner = (value(chance, depth + 1) for _ in range(chance.randint(0, 3)))
        return f"[{space}{f',{space}'.join(inner)}]"
    if depth < 3 and kind < 0.3:
        return record(chance, depth + 1, range(chance.randint(0, 3)))
    return literal(chance)


def record(chance, depth, numbers):
    keys = [json.dumps(f"{chance.choice(TEXTS)}{number}", ensure_ascii=chance.random() < 0.5) for number in numbers]
    return "{" + ", ".join(f"{key} :{value(chance, depth)}" for key in keys) + "}"


def feature(chance, number):
    """Return a Feature with its members in any order, its id at the Feature or among its properties."""
    lon, lat = (f"{chance.uniform(low, low + 1):.{chance.randint(0, 12)}f}" for low in (106, -7))
    own = f'"id": "site {number}"'
    inside = chance.random() < 0.5
    properties = ", ".join(
        [*([own] if inside else []), f'"name": {json.dumps(chance.choice(TEXTS[2:]))}', f'"more": {value(chance)}']
    )
    members = [
        '"type":"Feature"',
        f'"properties": {{{properties}}}',
        f'"geometry": {{"type": "Point", "coordinates": [{lon}, {lat}]}}'
        if chance.random() < 0.8
        else '"geometry": null',
        f'"extra {number}": {value(chance)}',
        *([] if inside else [own]),
    ]
    chance.shuffle(members)
    return "{" + ",".join(members) + "}"


@over_seeds(6, 300)
def test_any_feature_comes_back_with_its_values_and_once_exported_with_its_bytes(seed):
    chance = random.Random(seed)
    given = [feature(chance, number) for number in range(30)]
    first = exported(f'{{"type": "FeatureCollection", "features": [{", ".join(given)}]}}'.encode(), "given.geojson")

    assert list(map(values, lines(first))) == list(map(values, given))
    assert exported(first, "first.geojson") == first


def as_given(features):
    """Return a function that takes an exported Feature without what was read from its own columns and added, as text."""
    keys = {each["id"]: list(each["properties"]) for each in features}

    def own(line):
        feature = json.loads(line)
        properties = {key: feature["properties"][key] for key in feature["properties"] if key in keys[feature["id"]]}
        return json.dumps({**feature, "properties": properties}, ensure_ascii=False)

    return own


@pytest.mark.parametrize(
    "path",
    [
        sample_sites(),
        pytest.param(KARLSRUHE / "playgrounds.geojson", marks=pytest.mark.public_data),
        pytest.param(VIENNA / "SPIELPLATZPUNKTOGD.json", marks=pytest.mark.public_data),
        pytest.param(VIENNA / "PARKINFOOGD.json", marks=pytest.mark.public_data),
    ],
    ids=lambda path: path.stem,
)
def test_a_city_comes_back_with_its_values_and_once_exported_with_its_bytes(path):
    sites, features = read_sites(path), json.loads(path.read_text(encoding="utf-8"))["features"]
    first = exported(path.read_bytes(), path.name)

    assert len(lines(first)) == len(sites) + len(sites.parts) == len(features)
    assert sorted(map(as_given(features), lines(first))) == sorted(
        json.dumps(each, ensure_ascii=False) for each in features
    )
    assert exported(first, "first.geojson") == first


@pytest.mark.parametrize("trial", IN_PROCESS, ids=str)
def test_what_was_read_from_a_file_of_any_format_comes_back_with_its_bytes(trial):
    first = exported(trial.make(), trial.name)

    assert exported(first, "first.geojson") == first
