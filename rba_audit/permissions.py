"""Roles and their permissions: the one table that services, pages, navigation and templates query.

A new role needs a name in `Role`, an entry in each of the three tables below, and a schema migration that admits it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, get_args

from rba_audit.messages import Message, say

Role = Literal["surveyor", "reviewer", "planner", "administrator", "verifier"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)
"""All roles, in the order in which forms offer them."""

Permission = Literal[
    "audit",  # fill in the form, and deliver parcels of other authors
    "self_assess",  # make a self-assessment, in addition to an auditor's visit
    "bring_for_others",  # send visits in another author's name, also outside a parcel
    "reach_all_sites",  # open every site, not only those in the own work area
    "read_all_visits",  # read the answers of other authors
    "read_results",  # results, double audits, and visits that are not approved yet
    "review",
    "review_own_deliveries",  # review a visit that the reviewer delivered for its author
    "clear_photos",  # decide which photos are public
    "handle_dangers",
    "read_forum",  # the children's answers by site
    "follow_up",  # work on actions, read certificates
    "plan",  # create actions, dismiss notices
    "share",  # make and end read-only links
    "record_certificates",
    "record_documents",  # record documents of the KLA folder and ask agencies for them
    "accept_documents",  # decide whether a document counts
    "rehearse",  # start and close rehearsals of a round, invite verifiers, record real outcomes
    "verify",  # decide about the items of a rehearsal, by invitation
    "manage_layers",  # add, replace and end the map layers of the city
    "build_packs",  # make evidence packs, and note to whom they went
    "read_proposals",  # proposed sites, and the history of a site
    "import_sites",  # import lists of sites, and undo imports
    "decide_places",  # add, change, merge and close sites
    "administer",  # accounts, the office, the log of exports, personal data
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
"""Permissions of every role that also works in the office."""
MAY: Final[Mapping[Role, frozenset[Permission]]] = MappingProxyType(
    {
        "surveyor": frozenset({"audit", "self_assess"}),
        "reviewer": _OFFICE | {"audit", "review", "accept_documents"},
        "planner": _OFFICE
        | {
            "self_assess",
            "plan",
            "share",
            "record_certificates",
            "record_documents",
            "accept_documents",
            "rehearse",
            "manage_layers",
            "build_packs",
            "import_sites",
            "decide_places",
        },
        "administrator": frozenset(get_args(Permission)),
        "verifier": frozenset({"verify"}),
    }
)
"""The permissions of each role."""
ROLE_WORDS: Final[Mapping[str, Message]] = MappingProxyType(
    {
        "surveyor": say("Surveyor"),
        "reviewer": say("Reviewer"),
        "planner": say("Planner"),
        "administrator": say("Administrator"),
        "verifier": say("Verifier"),
    }
)
"""The name of each role, for users."""
ROLE_TASKS: Final[Mapping[Role, Message]] = MappingProxyType(
    {
        "surveyor": say("fills the form in the field, within an area"),
        "reviewer": say("approves visits, or sends them back with notes"),
        "planner": say("reads results, plans repairs"),
        "administrator": say("everything, and decides who may come in"),
        "verifier": say("goes through the rehearsals they are invited to and sees nothing else, until a day"),
    }
)
"""A description of each role, shown where an administrator chooses one."""
OF_THE_COMMAND_LINE: Final[Role] = "administrator"
"""The role of command-line users: they can open the register's file, so no permission check could stop them."""


def may(role: Role, permission: Permission) -> bool:
    """Return whether a role includes a permission; a role that is in no table, such as that of a damaged row, includes none."""
    return permission in MAY.get(role, frozenset())


def roles_with(permission: Permission) -> tuple[Role, ...]:
    """Return the roles that include a permission, in the order of `ROLES`."""
    return tuple(role for role in ROLES if permission in MAY[role])


def works_in_field(role: Role) -> bool:
    """Return whether a role works in the field only: it fills in the form and reads no results."""
    return may(role, "audit") and not may(role, "read_results")


def is_guest(role: Role) -> bool:
    """Return whether a role sees only what it was invited to, until a day: it verifies and does nothing else."""
    return MAY.get(role, frozenset()) <= {"verify"}
