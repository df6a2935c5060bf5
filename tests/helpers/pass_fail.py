"""Small edition of another standard: pass or fail, in feet and inches, in dollars, without articles of the Convention."""

from __future__ import annotations

from pathlib import Path

from rba_audit.standard import Standard, load_standard

NAME = "park-check"
STANDARD = """\
edition = "park-check"
revision = 1
title = { id = "Daftar periksa taman", en = "Park checklist" }
publisher = { id = "Dinas taman", en = "Parks department" }
note = { id = "Daftar periksa sendiri.", en = "A checklist of our own." }
effective = 2020-01-01
marks = { conforms = 1, partial = 0, does_not_conform = 0, source = { keys = ["C1"], confidence = "official", id = "Lulus atau tidak.", en = "Pass or fail." } }
gate = { mandatory = "wajib", source = { keys = ["C1"], confidence = "official", id = "Bahaya kepala.", en = "Head hazards." } }
agency.owner = { id = "Pemilik", en = "Owner" }
cost_band.low = { from = 0, to = 500, id = "sampai $500", en = "up to $500" }
cost_band.high = { from = 500, to = 20_000, id = "$500–20.000", en = "$500–20,000" }
source.C1 = { title = { id = "Daftar periksa", en = "Checklist" } }
aspect = [{ code = "SUR", name = { id = "Permukaan", en = "Surfacing" } }, { code = "EQP", name = { id = "Alat", en = "Equipment" } }]

[ladder]
maximum = 3
source = { keys = ["C1"], confidence = "official", id = "Semua butir.", en = "All items." }
rungs = [{ name = "Lulus", from = 3, confidence = "official" }]
"""
NAMED = """
[currency]
symbol = "$"
id = "dolar"
en = "dollars"
"""
PROFILE = """\
[[fact]]
id = "has_swing"
ask = { id = "Apakah ada ayunan?", en = "Is there a swing?" }
kind = "yes_no"

[situation]
with_swing = { question = "has_swing", is = "yes" }
"""
REQUIREMENT = """\
[[requirement]]
id = "{id}"
tier = "core"
title = {{ id = "{id}", en = "{title}" }}
shall = {{ id = "Memenuhi batas.", en = "It meets the limit." }}
why = {{ id = "Mencegah cedera.", en = "It prevents injury." }}
{more}
sources = ["C1 s2"]
confidence = "official"
link = "{link}"
threshold_origin = "source"
evidence_wanted = ["measurement"]
remedy = {{ id = "Perbaiki.", en = "Repair it.", lead = "owner", cost = "{cost}", origin = "source" }}

[[requirement.question]]
id = "{id}"
ask = {{ id = "{id}?", en = "{title}?" }}
{kind}
"""
EXAMPLE = """\
[[example]]
requirement = "{id}"
says = {{ id = '{outcome}: {given}', en = '{outcome}: {given}' }}
given = {{ {given} }}
outcome = "{outcome}"
"""
DEPTH = {
    "id": "SUR-01",
    "title": "Depth of loose fill",
    "link": "direct",
    "cost": "low",
    "more": 'conforms_when = { question = "SUR-01", at_least = 9 }\nmandatory = "wajib"',
    "kind": 'kind = "number"\nunit = { id = "inci", en = "in" }\ndecimals = 0\nrange = [0, 40]',
}
ROOM = {
    "id": "SUR-02",
    "title": "Room before the swing",
    "link": "analogous",
    "cost": "high",
    "more": 'applies_when = "with_swing"\nconforms_when = { question = "SUR-02", at_least = 16.5 }',
    "kind": 'kind = "number"\nunit = "ft"\ndecimals = 1\nrange = [0, 60]',
}
TIGHT = {
    "id": "EQP-01",
    "title": "Bolts are tight",
    "link": "direct",
    "cost": "low",
    "more": 'conforms_when = { question = "EQP-01", is = "yes" }',
    "kind": 'kind = "yes_no"',
}
EXAMPLES = {
    "SUR-01": [('"SUR-01" = 9', "conforms"), ('"SUR-01" = 8', "does_not_conform"), ("", "undetermined")],
    "SUR-02": [
        ('"SUR-02" = 16.5, has_swing = "yes"', "conforms"),
        ('"SUR-02" = 16.4, has_swing = "yes"', "does_not_conform"),
        ('has_swing = "yes"', "undetermined"),
        ('has_swing = "no"', "not_applicable"),
    ],
    "EQP-01": [('"EQP-01" = "yes"', "conforms"), ('"EQP-01" = "no"', "does_not_conform"), ("", "undetermined")],
}


def pass_fail_edition(folder: Path, *, currency: bool = True, short: str = "") -> Standard:
    """Write the edition into `folder` and return it, with or without the name of its money and of the standard."""
    home = folder / NAME
    (home / "examples").mkdir(parents=True)
    named = f'short = "{short}"\n' if short else ""
    (home / "standard.toml").write_text(named + STANDARD + (NAMED if currency else ""), encoding="utf-8")
    (home / "profile.toml").write_text(PROFILE, encoding="utf-8")
    for code, requirements in {"sur": (DEPTH, ROOM), "eqp": (TIGHT,)}.items():
        text = "\n".join(REQUIREMENT.format(**each) for each in requirements)
        (home / f"{code}.toml").write_text(text, encoding="utf-8")
        examples = [
            EXAMPLE.format(id=each["id"], given=given, outcome=outcome)
            for each in requirements
            for given, outcome in EXAMPLES[each["id"]]
        ]
        (home / "examples" / f"{code}.toml").write_text("\n".join(examples), encoding="utf-8")
    return load_standard(home)
