"""Return the full visit that counts at each site of a register."""

from rba_audit.current_answers import compose_answers
from rba_audit.review_states import COUNTED
from rba_audit.standard import load_published
from rba_audit.standard.policies import shipped_policies


def counting(register, states=COUNTED):
    """Return the full visit that counts at each site, by the site's id."""
    found = {
        name: compose_answers(visits, load_published("rbra-2024"), shipped_policies().agreement)
        for name, visits in register.visits.by_site(states).items()
    }
    return {name: each.full for name, each in found.items() if each.full is not None}
