import random

import pytest

from helpers.effort import cases
from helpers.histories import expected, history, in_order
from rba_audit.audits import audit_visits
from rba_audit.register.disagreements import NOTHING_SETTLED
from rba_audit.sites import sites_from_features
from rba_audit.standard import OUTCOMES, editions, published


def found_by_program(histories, edition):
    standard = published(edition)
    features = [
        {"type": "Feature", "id": f"s{n}", "properties": {**each.document}, "geometry": None}
        for n, each in enumerate(histories)
    ]
    visits = {f"s{n}": in_order(each.visits) for n, each in enumerate(histories)}
    result = audit_visits(sites_from_features(features, "test"), visits, standard, NOTHING_SETTLED)
    names = [each.id for each in standard.requirements]
    return [
        dict(zip(names, (OUTCOMES[cell] for cell in result.findings.matrix[:, at]), strict=True))
        for at in range(len(histories))
    ]


@pytest.mark.parametrize("edition", editions())
def test_cells(edition):
    chance = random.Random(f"a {edition}")
    made = [history(edition, chance, n) for n in range(cases(150, 2000))]
    found = found_by_program(made, edition)
    wrong = []
    from collections import Counter

    c = Counter()
    for n, each in enumerate(made):
        want = expected(each.visits, each.document, edition)
        c.update(found[n].values())
        for name in want:
            if want[name] != found[n][name]:
                wrong.append((n, name, want[name], found[n][name]))
    print(c, len({w[0] for w in wrong}), len(wrong))
    assert not wrong, wrong[:20]
