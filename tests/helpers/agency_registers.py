"""Findings of random registers whose remedies are led by some agencies, and an office with all its texts."""

import random
from dataclasses import replace

from helpers.answering import possible_answers
from rba_audit.auditing import audit
from rba_audit.messages import BilingualText
from rba_audit.register.office import Office
from rba_audit.sites import sites_from_features

OFFICE = Office(
    government="Pemerintah Kota Serang",
    name="Dinas Taman",
    address="Jl. Veteran 1\nSerang",
    city="Serang",
    letter_number="600/   /{month}/{year}",
    signer_title="Kepala Dinas",
    signer_name="Rahmat Hidayat",
    signer_number="19700101 199503 1 002",
)
HOSTILE = (
    "=1+1",
    "#let x = 1 #pagebreak()",
    "$ x^2 $ *tebal* _miring_",
    "<b>&amp;</b>",
    "{agency} \\ @nama",
    "+62 811",
)


def random_findings(standard, seed, *, sites, agencies, names=(), share=0.9):
    """Return findings of sites with random answers; each requirement's remedy is led by one of so many agencies."""
    chance, answers = random.Random(seed), _answers(standard)
    own = {f"dinas-{number}": BilingualText(f"Dinas {number}", f"Agency {number}") for number in range(agencies)}
    led = replace(
        standard,
        agencies=own,
        requirements=tuple(
            replace(requirement, remedy=replace(requirement.remedy, lead=chance.choice(list(own))))
            for requirement in standard.requirements
        ),
    )
    features = [
        {
            "type": "Feature",
            "id": f"s-{number}",
            "properties": {
                **{id: chance.choice(values) for id, values in answers.items() if chance.random() < share},
                "name": names[number % len(names)] if names else f"Taman {number}",
                "kelurahan": "Kota Baru",
                "kecamatan": "Serang" if number % 2 else "",
            },
            "geometry": {"type": "Point", "coordinates": [106.1 + number / 1000, -6.1]} if number % 3 else None,
        }
        for number in range(sites)
    ]
    return audit(sites_from_features(features, "random"), led)


_ANSWERS = {}


def _answers(standard):
    if standard.edition not in _ANSWERS:
        _ANSWERS[standard.edition] = possible_answers(standard)
    return _ANSWERS[standard.edition]
