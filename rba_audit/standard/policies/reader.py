"""Read all rules files into one `Policies` object: the shipped files, each of which a city's own file may replace."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from rba_audit.errors import StandardError
from rba_audit.messages import say
from rba_audit.resources import standards_dir, static_dir
from rba_audit.standard.policies.agreement import AgreementPolicy, read_agreement
from rba_audit.standard.policies.columns import ColumnsPolicy, read_columns
from rba_audit.standard.policies.coverage import CoveragePolicy, read_coverage
from rba_audit.standard.policies.emergency import EmergencyNumbers, read_emergency
from rba_audit.standard.policies.followup import FollowupPolicy, read_followup
from rba_audit.standard.policies.forum import ChildrenAudit, read_children_audit
from rba_audit.standard.policies.kla import KLA_FILES, KlaPolicy, read_kla
from rba_audit.standard.policies.layers import LayersPolicy, read_layers
from rba_audit.standard.policies.osm import OsmPolicy, read_osm
from rba_audit.standard.policies.plans import PlansPolicy, read_plans
from rba_audit.standard.policies.whereabouts import WhereaboutsPolicy, read_whereabouts

RULES_FILES: Final = (
    "agreement.toml",
    "columns.toml",
    "coverage.toml",
    "emergency.toml",
    "followup.toml",
    "forum-anak.toml",
    *KLA_FILES,
    "layers.toml",
    "osm.toml",
    "plans.toml",
    "whereabouts.toml",
)

_FOLDERS: Final = frozenset(name.partition("/")[0] for name in RULES_FILES if "/" in name)
"""Folders among the rules files; a city's own folder may have them too."""
_SHIPPED_ONLY: Final = frozenset({"layers.toml"})
"""Files that some code reads through `shipped_policies`, so that a city's own file would apply in part of the program only."""


@dataclass(frozen=True, eq=False, slots=True)
class Policies:
    """Content of all rules files.

    Attributes:
        digest: SHA-256 over all files, hexadecimal.
    """

    agreement: AgreementPolicy
    columns: ColumnsPolicy
    coverage: CoveragePolicy
    emergency: EmergencyNumbers
    followup: FollowupPolicy
    forum: ChildrenAudit
    kla: KlaPolicy
    layers: LayersPolicy
    osm: OsmPolicy
    plans: PlansPolicy
    whereabouts: WhereaboutsPolicy
    digest: str


def read_policies(folder: Path | None = None) -> Policies:
    """Return the shipped rules; a file of the same name in `folder` replaces a shipped one.

    Raises:
        StandardError: the folder does not exist or has a file that cannot be replaced; or a key in a file is missing, unknown or
            of the wrong type.
    """
    own = frozenset() if folder is None else _files_in(folder)

    def path(name: str) -> Path:
        return folder / name if folder is not None and name in own else standards_dir() / name

    emergency = read_emergency(path("emergency.toml"))
    return Policies(
        agreement=read_agreement(path("agreement.toml")),
        columns=read_columns(path("columns.toml")),
        coverage=read_coverage(path("coverage.toml")),
        emergency=emergency,
        followup=read_followup(path("followup.toml")),
        forum=read_children_audit(path("forum-anak.toml"), static_dir() / "forum" / "pictures", emergency),
        kla=read_kla(path),
        layers=read_layers(path("layers.toml")),
        osm=read_osm(path("osm.toml")),
        plans=read_plans(path("plans.toml")),
        whereabouts=read_whereabouts(path("whereabouts.toml")),
        digest=_digest([path(name) for name in RULES_FILES]),
    )


@cache
def shipped_policies() -> Policies:
    """Return the rules that are shipped with the program; cached after the first call."""
    return read_policies()


def _digest(paths: Iterable[Path]) -> str:
    return sha256(b"".join(sha256(path.read_bytes()).digest() for path in paths)).hexdigest()


def _files_in(folder: Path) -> frozenset[str]:
    try:
        entries = [entry for entry in folder.iterdir() if not entry.name.startswith(".")]
        below = [entry for entry in entries if entry.name in _FOLDERS and entry.is_dir()]
        inner = [entry for part in below for entry in part.iterdir() if not entry.name.startswith(".")]
        names = frozenset(entry.relative_to(folder).as_posix() for entry in [*entries, *inner] if entry not in below)
    except (OSError, ValueError):  # ValueError: a null character in the path
        raise StandardError(
            say("{folder} is no folder; name one with rules files of your own", folder=folder)
        ) from None
    for name in sorted(names - set(RULES_FILES)):
        raise StandardError(
            say(
                "{folder}: {file} is no rules file; take it out or name it as one of: {known}",
                folder=folder,
                file=name,
                known=", ".join(RULES_FILES),
            )
        )
    for name in sorted(names & _SHIPPED_ONLY):
        raise StandardError(
            say(
                "{folder}: {file} cannot be a city's own, the shipped one always holds; take it out",
                folder=folder,
                file=name,
            )
        )
    return names
