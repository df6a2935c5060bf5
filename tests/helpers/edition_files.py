"""Small edition on disk with one requirement of any condition, for tests of the validation of editions."""

import tomllib
from decimal import Decimal

from rba_audit.conditions import read_condition
from rba_audit.messages import using_language
from rba_audit.standard import read_edition

STANDARD = """\
edition = "small"
revision = 1
title = { id = "Kecil", en = "Small" }
publisher = { id = "Uji", en = "Test" }
note = { id = "Uji", en = "Test" }
effective = 2024-01-01
marks = { conforms = 5, partial = 3, does_not_conform = 0, source = { keys = ["X"], confidence = "inferred", id = "a", en = "a" } }
gate = { mandatory = "wajib", source = { keys = ["X"], confidence = "inferred", id = "a", en = "a" } }
agency.dlh = { id = "DLH", en = "DLH" }
cost_band.small = { id = "kecil", en = "small", from = 0, to = 1 }
source.X = { title = { id = "Usulan", en = "Proposal" } }
aspect = [{ code = "LOK", name = { id = "Lokasi", en = "Location" }, kha = ["3"] }]

[ladder]
maximum = 100
source = { keys = ["X"], confidence = "inferred", id = "a", en = "a" }
rungs = [{ name = "Satu", from = 50, confidence = "inferred" }, { name = "Dua", from = 80, confidence = "inferred" }]
"""
PROFILE = """\
[[fact]]
id = "scale"
ask = { id = "Kelas?", en = "Class?" }
kind = "choice"
choices = [{ name = "rt", id = "RT", en = "RT" }, { name = "rw", id = "RW", en = "RW" }]

[situation]
small_park = { question = "scale", is = "rt" }
"""
# Every question is looked at by `partial_when`, so that only the condition under test can be at fault.
REQUIREMENT = """\
[[requirement]]
id = "LOK-01"
tier = "core"
title = {{ id = "Lebar", en = "Width" }}
shall = {{ id = "Lebar cukup.", en = "Wide enough." }}
why = {{ id = "Agar muat.", en = "To fit." }}
{applies_when}
conforms_when = {conforms_when}
{partial_when}
sources = ["X"]
confidence = "inferred"
link = "direct"
threshold_origin = "researcher"
evidence_wanted = ["photo"]
remedy = {{ id = "Lebarkan.", en = "Widen.", lead = "dlh", cost = "small", origin = "inferred" }}

[[requirement.question]]
id = "LOK-01.width"
ask = {{ id = "Lebar?", en = "Width?" }}
kind = "number"
unit = "m"
decimals = 1
range = [-5, 10]

[[requirement.question]]
id = "LOK-01.big"
ask = {{ id = "Besar?", en = "Big?" }}
kind = "number"
unit = "m"
decimals = 0
range = [0, 536870912]

[[requirement.question]]
id = "LOK-01.deep"
ask = {{ id = "Dalam?", en = "Deep?" }}
kind = "number"
unit = "m"
decimals = 0
range = [-536870912, 8]

[[requirement.question]]
id = "LOK-01.edge"
ask = {{ id = "Bertepi?", en = "Edged?" }}
kind = "yes_no"

[[requirement.question]]
id = "LOK-01.surfaces"
ask = {{ id = "Alas?", en = "Surfaces?" }}
kind = "set"
choices = [{{ name = "sand", id = "Pasir", en = "Sand" }}, {{ name = "grass", id = "Rumput", en = "Grass" }}, {{ name = "bark", id = "Kulit kayu", en = "Bark" }}]

[[requirement.question]]
id = "LOK-01.kind"
ask = {{ id = "Jenis?", en = "Kind?" }}
kind = "choice"
open = true
choices = [{{ name = "fixed", id = "Tetap", en = "Fixed" }}, {{ name = "loose", id = "Lepas", en = "Loose" }}]
"""
LOOKS_AT_ALL = " ".join(
    (
        "{ all = [",
        '{ sum = [{ times = 1, of = ["LOK-01.width"] }, { times = 1, of = ["LOK-01.big"] }, { times = 1, of = ["LOK-01.deep"] }], at_least = 0 },',
        '{ question = "LOK-01.edge", is = "yes" },',
        '{ question = "LOK-01.surfaces", includes_at_least = 1 },',
        '{ question = "LOK-01.kind", is = "fixed" }',
        "] }",
    )
)
OUTCOMES = ("conforms", "partial", "does_not_conform", "undetermined", "not_applicable")


def example(outcome, given="{}", requirement="LOK-01"):
    return (
        f'[[example]]\nrequirement = "{requirement}"\nsays = {{ id = "a", en = "a" }}\n'
        f'given = {given}\noutcome = "{outcome}"\n'
    )


EXAMPLES = "\n".join(example(outcome) for outcome in OUTCOMES)


def requirement(
    conforms_when='{ question = "LOK-01.edge", is = "yes" }',
    applies_when='applies_when = "small_park"',
    partial_when=LOOKS_AT_ALL,
):
    partial = f"partial_when = {partial_when}" if partial_when else ""
    return REQUIREMENT.format(conforms_when=conforms_when, applies_when=applies_when, partial_when=partial)


def write_edition(folder, *, lok=None, examples=EXAMPLES, standard=STANDARD, profile=PROFILE):
    (folder / "examples").mkdir(parents=True)
    (folder / "standard.toml").write_text(standard, encoding="utf-8")
    (folder / "profile.toml").write_text(profile, encoding="utf-8")
    (folder / "lok.toml").write_text(requirement() if lok is None else lok, encoding="utf-8")
    (folder / "examples" / "lok.toml").write_text(examples, encoding="utf-8")
    return folder


def sentences(folder):
    """Return what is said of an edition's files, in English, without proving its examples."""
    with using_language("en"):
        return [str(problem) for problem in read_edition(folder)[1]]


def condition(text, names=None):
    """Read a condition as it stands in a file."""
    return read_condition(tomllib.loads(f"condition = {text}", parse_float=Decimal)["condition"], names or {})
