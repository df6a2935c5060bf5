"""Sites of the sample with worse answers, for tests of the gate."""

import json

from rba_audit.resources import sample_sites

BEST = "taman-sari"


def best_site():
    """Return the sample's feature that is standard under every edition."""
    features = json.loads(sample_sites().read_text(encoding="utf-8"))["features"]
    return next(each for each in features if each["id"] == BEST)


def spoilt(standard, *mandatory, outcome="does_not_conform"):
    """Return the best site with the first core requirement of each of these `mandatory` words answered as an example of an outcome, and their ids."""
    feature, ids = best_site(), []
    for word in mandatory:
        requirement = next(
            each
            for each in standard.requirements
            if each.mandatory == word and each.tier == "core" and _example(standard, each, outcome)
        )
        feature["properties"] |= _example(standard, requirement, outcome)
        ids.append(requirement.id)
    return feature, ids


def _example(standard, requirement, outcome):
    """Return the answers of an example that speaks of the requirement's own questions alone, as floats and words."""
    own = {question.id for question in requirement.questions}
    for each in standard.examples:
        if each.requirement == requirement.id and each.outcome == outcome and set(each.given) <= own:
            return {
                name: float(value) if not isinstance(value, str | list | bool) else value
                for name, value in each.given.items()
            }
    return None
