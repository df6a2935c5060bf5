"""Import a file of sites into a register; an id that is known for another place is refused."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any, Final

import shapely

from rba_audit.errors import SiteError
from rba_audit.logs import log_event
from rba_audit.messages import Message, say
from rba_audit.register import ImportResult, Register
from rba_audit.sites import Sites, sites_from_features
from rba_audit.sites.problems import quote
from rba_audit.standard.policies import WhereaboutsPolicy, shipped_policies
from rba_audit.whereabouts import other_places

_LOG: Final = logging.getLogger(__name__)
_NAMED: Final = 5  # a list of places longer than this is read by nobody


def import_sites(
    register: Register, sites: Sites, *, replace_places: bool = False, policy: WhereaboutsPolicy | None = None
) -> ImportResult:
    """Take sites and their parts into a register; each one that is new or has changed gets a version there.

    Args:
        register: Where to.
        sites: What comes.
        replace_places: Whether another place may come under a known id, and the file's word counts before the office's.
        policy: When what comes under a known id is another place; the shipped limits where none are given.

    Raises:
        SiteError: another place would come under a known id, or a site under that of a part; then nothing is taken.
    """
    if not replace_places:
        _refuse_other_places(register.features(everything=True), sites, policy or shipped_policies().whereabouts)
    features = [*sites.features, *(part.feature for part in sites.parts)]
    taken = register.import_features(features, sites.source, insist=replace_places)
    refused = sum(problem.level == "refused" for problem in (*sites.problems, *taken.problems))
    log_event(_LOG, "import", new=taken.new, changed=taken.changed, same=taken.same, refused=refused)
    return taken


def duplicate_warnings(register: Register, sites: Sites) -> list[Message]:
    """Return a sentence for each site that is new to a register and lies exactly where another lies that is in it."""
    kept = sites_from_features(register.features(everything=True), str(say("the register")))
    known, there = set(kept.ids), dict(zip(shapely.to_wkb(kept.shapes).tolist(), kept.ids, strict=True))
    return [
        say(
            "“{id}” is new and lies exactly where “{other}” lies, which stays; if they are one place, give it one id in every file",
            id=quote(id),
            other=quote(there[shape]),
        )
        for id, shape in zip(sites.ids, shapely.to_wkb(sites.shapes).tolist(), strict=True)
        if id not in known and shape is not None and shape in there
    ]


def _refuse_other_places(features: Sequence[Mapping[str, Any]], sites: Sites, policy: WhereaboutsPolicy) -> None:
    """Refuse sites of which each would push another place out of the register.

    Raises:
        SiteError: There are some; the message names them.
    """
    kept = sites_from_features(features, str(say("the register")))
    found = [each.told for each in other_places(sites, {site.id: site for site in kept}, policy=policy)]
    of_site, of_part = set(kept.ids), {part.id for part in kept.parts}
    found += [say("“{id}”: a part would become a site", id=quote(id)) for id in sites.ids if id in of_part]
    found += [
        say("“{id}”: a site would become a part", id=quote(part.id)) for part in sites.parts if part.id in of_site
    ]
    if not found:
        return
    named = "; ".join(map(str, found[:_NAMED]))
    if len(found) > _NAMED:
        named = str(say("{names} and {count} more", names=named, count=len(found) - _NAMED))
    raise SiteError(
        say(
            "{source}: ids in it are known for other places ({count}), and nothing was taken: {places}. Row numbers are no ids; give "
            "each place an id of its own, or insist with --replace",
            source=sites.source,
            count=len(found),
            places=named,
        )
    )
