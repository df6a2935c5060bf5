"""Import a file of sites into a register; an id that the register has for another site is refused."""

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
_NAMED: Final = 5  # sites that an error names; it only counts the others


def import_sites(
    register: Register, sites: Sites, *, replace_places: bool = False, policy: WhereaboutsPolicy | None = None
) -> ImportResult:
    """Import sites and their parts into a register; each new or changed one gets a version there.

    Args:
        register: The register.
        sites: The sites to import.
        replace_places: Whether a known id may be used for another site, and the file overrides changes made in the office.
        policy: When a site under a known id counts as another site; by default the shipped policy.

    Raises:
        SiteError: a known id is used for another site, or one of a part for a site or the reverse; then nothing is imported.
    """
    if not replace_places:
        _refuse_other_places(register.features(everything=True), sites, policy or shipped_policies().whereabouts)
    features = [*sites.features, *(part.feature for part in sites.parts)]
    imported = register.import_features(features, sites.source, insist=replace_places)
    refused = sum(problem.level == "refused" for problem in (*sites.problems, *imported.problems))
    log_event(_LOG, "import", new=imported.new, changed=imported.changed, same=imported.same, refused=refused)
    return imported


def duplicate_warnings(register: Register, sites: Sites) -> list[Message]:
    """Return a warning for each new site with exactly the geometry of a site that is in the register."""
    existing = sites_from_features(register.features(everything=True), str(say("the register")))
    existing_ids, id_by_shape = (
        set(existing.ids),
        dict(zip(shapely.to_wkb(existing.shapes).tolist(), existing.ids, strict=True)),
    )
    return [
        say(
            "“{id}” is new and lies exactly where “{other}” lies, which stays; if they are one place, give it one id in every file",
            id=quote(id),
            other=quote(id_by_shape[shape]),
        )
        for id, shape in zip(sites.ids, shapely.to_wkb(sites.shapes).tolist(), strict=True)
        if id not in existing_ids and shape is not None and shape in id_by_shape
    ]


def _refuse_other_places(features: Sequence[Mapping[str, Any]], sites: Sites, policy: WhereaboutsPolicy) -> None:
    """Check that no imported site would replace another site under the same id.

    Raises:
        SiteError: some would; the message names up to five of them.
    """
    existing = sites_from_features(features, str(say("the register")))
    problems = [other.message for other in other_places(sites, {site.id: site for site in existing}, policy=policy)]
    of_site, of_part = set(existing.ids), {part.id for part in existing.parts}
    problems += [say("“{id}”: a part would become a site", id=quote(id)) for id in sites.ids if id in of_part]
    problems += [
        say("“{id}”: a site would become a part", id=quote(part.id)) for part in sites.parts if part.id in of_site
    ]
    if not problems:
        return
    named = "; ".join(map(str, problems[:_NAMED]))
    if len(problems) > _NAMED:
        named = str(say("{names} and {count} more", names=named, count=len(problems) - _NAMED))
    raise SiteError(
        say(
            "{source}: ids in it are known for other places ({count}), and nothing was taken: {places}. Row numbers are no ids; give "
            "each place an id of its own, or insist with --replace",
            source=sites.source,
            count=len(problems),
            places=named,
        )
    )
