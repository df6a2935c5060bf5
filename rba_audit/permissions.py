"""Which role may do what: one table, which services, pages, navigation and templates ask.

A new role is a name in `Role`, a line in each of the three tables below, and a step of the register's schema that admits it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, get_args

from rba_audit.messages import Message, say

Role = Literal["surveyor", "reviewer", "planner", "administrator"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)
"""Every role, in the order in which they are offered."""

Permission = Literal[
    "audit",  # fill the form, and hand over what others wrote
    "self_assess",  # make a self-assessment, besides an auditor's visit
    "bring_for_others",  # send visits in another person's name
    "reach_all_sites",  # open every site, not only those of an area
    "read_all_visits",  # read what others answered
    "read_results",  # results, double audits, and visits that are not approved yet
    "review",
    "review_own_deliveries",  # review what one handed over for somebody else
    "clear_photos",  # decide which photos everybody may see
    "handle_dangers",
    "read_forum",  # what children said, site by site
    "follow_up",  # work on actions, read certificates
    "plan",  # make actions, put notices away
    "record_certificates",
    "read_proposals",  # proposed places, and the history of a place
    "decide_places",  # add, change, merge and close places
    "administer",  # people, what left the register, personal data
]

_OFFICE: Final[frozenset[Permission]] = frozenset(
    {
        "reach_all_sites",
        "read_all_visits",
        "read_results",
        "clear_photos",
        "handle_dangers",
        "read_forum",
        "follow_up",
        "read_proposals",
    }
)
"""What every role has whose work is not in the field alone."""
MAY: Final[Mapping[Role, frozenset[Permission]]] = MappingProxyType(
    {
        "surveyor": frozenset({"audit", "self_assess"}),
        "reviewer": _OFFICE | {"audit", "review"},
        "planner": _OFFICE | {"self_assess", "plan", "record_certificates", "decide_places"},
        "administrator": frozenset(get_args(Permission)),
    }
)
"""What each role may do."""
ROLE_WORDS: Final[Mapping[str, Message]] = MappingProxyType(
    {
        "surveyor": say("Surveyor"),
        "reviewer": say("Reviewer"),
        "planner": say("Planner"),
        "administrator": say("Administrator"),
    }
)
"""What people call each role."""
ROLE_TASKS: Final[Mapping[Role, Message]] = MappingProxyType(
    {
        "surveyor": say("fills the form in the field, within an area"),
        "reviewer": say("approves visits, or sends them back with notes"),
        "planner": say("reads results, plans repairs"),
        "administrator": say("everything, and decides who may come in"),
    }
)
"""What people with each role do, for whoever chooses one."""
OF_THE_COMMAND_LINE: Final[Role] = "administrator"
"""The role of whoever can open the register's file: nothing keeps them from anything."""


def may(role: Role, permission: Permission) -> bool:
    """Return whether people with a role may do something."""
    return permission in MAY[role]


def roles_with(permission: Permission) -> tuple[Role, ...]:
    """Return the roles that may do something, in the order of `ROLES`."""
    return tuple(role for role in ROLES if permission in MAY[role])


def works_in_field(role: Role) -> bool:
    """Return whether the work of a role is in the field alone: it fills the form and reads no results."""
    return may(role, "audit") and not may(role, "read_results")
