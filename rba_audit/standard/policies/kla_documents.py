"""Kinds of documents that the folder of a KLA round has to hold (`kla/documents.toml`)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, cast, get_args

from rba_audit.messages import BilingualText
from rba_audit.standard.policies.kla_indicators import refuse_twice
from rba_audit.standard.policies.sourced_numbers import (
    NumberOrigin,
    Sources,
    months_above_zero,
    number_origin,
    read_sources,
    rules_table,
)
from rba_audit.standard.toml_tables import Table

DocumentScope = Literal["city", "site"]
DOCUMENT_SCOPES: Final[tuple[DocumentScope, ...]] = get_args(DocumentScope)
"""Whether a document is needed once for the city, or for each nominated site."""


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """A kind of document.

    Attributes:
        about: What it has to contain; None if its name says it.
        per: Whether it is needed once, or for each nominated site.
        indicators: Names of the indicators it serves.
        requirements: Ids of requirements that it can prove; an edition need not have them all.
        agency: Who usually holds it: a key of an edition's agencies.
        due_step: Name of the step of the calendar by whose end it is needed.
        valid_months: How long it is valid if it states no end itself; None: until it is replaced.
        needs_signer: Whether it counts only when signed.
    """

    name: str
    words: BilingualText
    about: BilingualText | None
    per: DocumentScope
    indicators: tuple[str, ...]
    requirements: tuple[str, ...]
    agency: str
    due_step: str
    valid_months: int | None
    needs_signer: bool


@dataclass(frozen=True, eq=False, slots=True)
class DocumentKinds:
    """Content of `kla/documents.toml`, in the order of the file; `origin` is how sure the list is."""

    kinds: tuple[DocumentKind, ...]
    origin: NumberOrigin
    sources: Sources


def read_document_kinds(path: Path) -> DocumentKinds:
    """Return the content of a `kla/documents.toml`.

    Raises:
        StandardError: the file is missing, or a key in it is missing, unknown or of the wrong type.
    """
    table = rules_table(path)
    sources = read_sources(table)
    kinds = tuple(_kind(Table(item, f"{table.where} [kind]")) for item in table.tables("kind"))
    refuse_twice(table, "kind", [kind.name for kind in kinds])
    about = table.table("list")
    origin = number_origin(about, sources)
    for part in (about, table):
        part.refuse_unknown_keys()
    return DocumentKinds(kinds, origin, sources)


def _kind(table: Table) -> DocumentKind:
    kind = DocumentKind(
        name=table.text("name"),
        words=table.words("words"),
        about=table.maybe_words("about"),
        per=cast("DocumentScope", table.one_of("per", DOCUMENT_SCOPES)),
        indicators=table.texts("indicators"),
        requirements=table.texts("requirements", default=()),
        agency=table.text("agency"),
        due_step=table.text("due_step"),
        valid_months=months_above_zero(table, "valid_months") if table.has("valid_months") else None,
        needs_signer=table.flag("needs_signer"),
    )
    table.refuse_unknown_keys()
    return kind
