"""Audit the sample and show which verdicts differ from the accepted ones.

    python tools/verdicts.py show      print the differences; exit code 1 if there are any
    python tools/verdicts.py accept    store today's verdicts as the accepted ones

The accepted verdicts are in tests/golden/verdicts.csv: a line for each site with its status, score and rank range, and a line for
each requirement's outcome. Note an accepted change under "Verdicts" in CHANGELOG.md.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from rba_audit import audit, load_standard, read_sites
from rba_audit.resources import sample_sites
from rba_audit.standard import OUTCOMES, edition_names

GOLDEN = Path(__file__).parents[1] / "tests" / "golden" / "verdicts.csv"
Verdicts = dict[tuple[str, str, str], str]


def today() -> Verdicts:
    """Return every verdict over the sample: by edition, site, and requirement (or `site` for the conclusion)."""
    sites = read_sites(sample_sites())
    found: Verdicts = {}
    for edition in edition_names():
        findings = audit(sites, load_standard(edition))
        for place, name in enumerate(sites.ids):
            verdict = findings.verdict(place)
            keys = ("status", "score_low", "score_high", "rank_low", "rank_high")
            found[edition, name, "site"] = " ".join("-" if verdict[key] is None else str(verdict[key]) for key in keys)
            for requirement, outcome in zip(findings.standard.requirements, findings.outcomes[place], strict=True):
                found[edition, name, requirement.id] = OUTCOMES[outcome]
    return found


def accepted() -> Verdicts:
    """Return the verdicts that were accepted last; none where there are none yet."""
    if not GOLDEN.exists():
        return {}
    with GOLDEN.open(encoding="utf-8", newline="") as file:
        return {(row["edition"], row["site"], row["requirement"]): row["verdict"] for row in csv.DictReader(file)}


def differences(before: Verdicts, after: Verdicts) -> list[str]:
    """Return a line for each verdict that is new, gone or changed; conclusions first."""
    keys = sorted({*before, *after}, key=lambda key: (key[2] != "site", key))
    return [
        f"{' '.join(key)}: {before.get(key, '(none)')} -> {after.get(key, '(none)')}"
        for key in keys
        if before.get(key) != after.get(key)
    ]


def main(words: list[str]) -> int:
    """Run one of the two commands."""
    if words == ["accept"]:
        GOLDEN.parent.mkdir(exist_ok=True)
        with GOLDEN.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["edition", "site", "requirement", "verdict"])
            writer.writerows([*key, verdict] for key, verdict in today().items())
        return 0
    if words != ["show"]:
        print(__doc__)
        return 2
    lines = differences(accepted(), today())
    for line in lines:
        print(line)
    print(f"{len(lines)} verdicts differ from the accepted ones")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
