"""Every key of every rules file: misspelt, left out or of another type, it earns a sentence that names file and key."""

import re
import tomllib
from copy import deepcopy

import pytest
from helpers.toml_text import as_toml

from rba_audit.errors import StandardError
from rba_audit.resources import standards_dir
from rba_audit.standard.policies import shipped_policies
from rba_audit.standard.policies.agreement import read_agreement
from rba_audit.standard.policies.coverage import read_coverage
from rba_audit.standard.policies.emergency import read_emergency
from rba_audit.standard.policies.followup import read_followup
from rba_audit.standard.policies.forum import read_children_audit
from rba_audit.standard.policies.layers import read_layers
from rba_audit.standard.policies.plans import read_plans
from rba_audit.standard.policies.reading import PICTURES
from rba_audit.words import speaking

READ = {
    "agreement.toml": read_agreement,
    "coverage.toml": read_coverage,
    "emergency.toml": read_emergency,
    "followup.toml": read_followup,
    "forum-anak.toml": lambda path: read_children_audit(path, PICTURES, shipped_policies().emergency),
    "layers.toml": read_layers,
    "plans.toml": read_plans,
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
}
"""Keys that are names of the file's own: another word there is another name, and nothing is misspelt."""
OPTIONAL = {
    "agreement.toml": [],
    "coverage.toml": [r".*\.unstated", r".*\.unstated_note", r".*\.sources", r"rule\[\d+\]\.class\.[^.]+"],
    "emergency.toml": [r"sources\.[^.]+\.(read|urls)"],
    "followup.toml": [r".*\.second_person"],
    "forum-anak.toml": [r"sources\.[^.]+\.(read|urls)", r"question\[\d+\]\.(hint|retired)"],
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
    "plans.toml": [],
    "whereabouts.toml": [],
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


def parsed(name):
    return tomllib.loads((standards_dir() / name).read_text(encoding="utf-8"))


def with_change(name, way, change):
    """Return the content of a file after `change(table, key)` at the end of a way."""
    content = deepcopy(parsed(name))
    table = content
    for each in way[:-1]:
        table = table[each]
    change(table, way[-1])
    return content


def refusal(tmp_path, name, content):
    path = tmp_path / name
    path.write_text(as_toml(content), encoding="utf-8")
    with speaking("en"), pytest.raises(StandardError) as fault:
        READ[name](path)
    with speaking("en"):
        return str(fault.value)
