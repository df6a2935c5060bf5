"""Which full visit counts at each site of a register."""

from rba_audit.moves import COUNTED
from rba_audit.standard import published
from rba_audit.standard.policies import shipped_policies
from rba_audit.what_counts import compose


def counting(register, states=COUNTED):
    """Return the full visit that counts at each site, by the site's id."""
    found = {
        name: compose(visits, published("rbra-2024"), shipped_policies().agreement)
        for name, visits in register.visits.by_site(states).items()
    }
    return {name: each.full for name, each in found.items() if each.full is not None}
