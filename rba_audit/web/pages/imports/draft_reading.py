"""Reading of a draft: sites of its file, what its columns mean, and the plan against the register; long ones in a job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from rba_audit.errors import NotInRegister, SiteError, Unavailable
from rba_audit.file_formats import SourceFile
from rba_audit.imports import (
    ColumnChoices,
    ColumnMapping,
    earlier_mapping,
    plan_import,
    sites_of_file,
    with_choices,
)
from rba_audit.imports.import_plan import ImportPlan, RowChoice, RowKind
from rba_audit.layers import ContextFeature
from rba_audit.messages import Message, say
from rba_audit.register import Register
from rba_audit.sites import Sites
from rba_audit.standard import Standard
from rba_audit.standard.policies import Policies
from rba_audit.web.http.drafts import Draft
from rba_audit.web.http.jobs import Job
from rba_audit.web.http.services import services

_AT_ONCE_BYTES: Final = 1_000_000
"""A larger file is read in a job, whose page shows the progress."""
READING_STEPS: Final = 2


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file that was read with one meaning of its columns.

    Attributes:
        sites: Its sites.
        source: Its tables; None for GeoJSON.
        mapping: What its columns became.
        plan: What taking it would do.
        from_earlier: Whether the meaning of the columns is that of an earlier import with the same headings.
    """

    sites: Sites
    source: SourceFile | None
    mapping: ColumnMapping
    plan: ImportPlan
    from_earlier: bool = False

    @property
    def unsure(self) -> tuple[Message, ...]:
        """Why a person has to look at the columns before the preview; empty if the program is sure."""
        return tuple(_doubts(self))


@dataclass
class DraftImport:
    """What the pages of an import know about a draft.

    Attributes:
        read: The file as it was read last; None before the first reading is over.
        table: The table that a person chose; None for the guessed one.
        mapping: What a person wants the columns to mean; None for what the program guesses.
        choices: Choices by the id of a row.
        kinds: Choices by the kind of a row.
        job_id: The job that reads it now, if any.
        problem: Why it could not be read as it was wanted last.
    """

    read: ReadFile | None = None
    table: str | None = None
    mapping: ColumnMapping | None = None
    choices: dict[str, RowChoice] = field(default_factory=dict)
    kinds: dict[RowKind, RowChoice] = field(default_factory=dict)
    job_id: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _PlanningContext:
    """What a reading needs, also in the thread of a job."""

    register: Register
    standard: Standard
    policies: Policies
    context: Sequence[ContextFeature]


def start_reading(draft: Draft) -> None:
    """Read a draft as its pages want it now; a large file in a job.

    Raises:
        SiteError: The file cannot be used, or not with this meaning of its columns.
        Unavailable: Other files are being read.
    """
    now = services()
    context = _PlanningContext(now.whole, now.standard, now.policies, now.context)
    if draft.size > _AT_ONCE_BYTES:
        try:
            job = now.jobs.start(draft.owner, READING_STEPS, draft.name, "", partial(_read_in_job, draft, context))
        except Unavailable:
            pass  # other people's work takes all jobs: then this request waits
        else:
            draft.content.job_id = job.id
            return
    draft.content.read = _read(draft, context, None)
    draft.content.problem = ""


def job_of(draft: Draft) -> Job | None:
    """Return the job that still reads a draft; None if none does. A job that failed leaves its reason in `problem`."""
    content: DraftImport = draft.content
    if not content.job_id:
        return None
    try:
        job = services().jobs.find(content.job_id, draft.owner)
    except NotInRegister:
        content.job_id = ""
        return None
    if job.state == "working":
        return job
    content.job_id = ""
    if job.state == "failed":
        content.problem = job.problem or str(say("The file could not be read; the log of the server says why."))
    return None


def current_plan(read: ReadFile, draft: Draft) -> ReadFile:
    """Return a file with its plan against the register as it is now."""
    now = services()
    if read.plan.register_version != now.whole.version():
        read = replace(read, plan=plan_import(now.whole, read.sites, now.context, now.policies))
        draft.content.read = read
    return read


def with_new_meaning(
    mapping: ColumnMapping, targets: Mapping[str, str], crs: str, values: Mapping[str, Mapping[str, str]]
) -> ColumnMapping:
    """Return a mapping with what a person chose; readings of cells of a column that means something else now are dropped.

    Raises:
        SiteError: The reference system is not known.
    """
    chosen = with_choices(mapping, targets, crs)
    if not crs:
        chosen = replace(chosen, crs="")
    used = {use.target for use in chosen.columns}
    words = {target: dict(read) for target, read in (chosen.values or {}).items() if target in used}
    for target, read in values.items():
        words[target] = {**words.get(target, {}), **read}
    return replace(chosen, values=words or None)


def _read_in_job(draft: Draft, context: _PlanningContext, job: Job) -> None:
    draft.content.read = _read(draft, context, job)
    draft.content.problem = ""


def _read(draft: Draft, around: _PlanningContext, job: Job | None) -> ReadFile:
    content: DraftImport = draft.content
    data = draft.read()
    choices = ColumnChoices(table=content.table)
    read = partial(sites_of_file, data, draft.name, around.standard, around.policies, choices=choices)
    sites, source, mapping = read(content.mapping)
    from_earlier = False
    if content.mapping is None:
        earlier = earlier_mapping(around.register, mapping, source)
        if earlier is not None:
            try:
                sites, source, mapping = read(earlier)
                from_earlier = True
            except SiteError:
                pass  # the file differs in more than its rows: then the guess counts
    if job is not None:
        job.advance()
    plan = plan_import(around.register, sites, around.context, around.policies)
    if job is not None:
        job.advance()
    return ReadFile(sites, source, mapping, plan, from_earlier)


def _doubts(read: ReadFile) -> list[Message]:
    doubts = []
    targets = {use.target for use in read.mapping.columns}
    columns = bool(read.mapping.columns)
    if not len(read.sites) and not read.plan.rows:
        doubts.append(say("No row was read: choose another table of the file, or another file."))
    elif read.source is not None and not any(shape is not None for shape in read.sites.shapes):
        doubts.append(say("No row has a position: say which columns have it, and in which system its numbers are."))
    if columns and "name" not in targets:
        doubts.append(say("No column was recognised as the name of the places."))
    unread = sum(len(use.unread) for use in read.mapping.columns if use.target)
    if unread:
        doubts.append(
            say("{count} different values are no answer to their question; they count as not known.", count=unread)
        )
    filled = [table for table in read.source.tables if table.rows] if read.source else []
    if len(filled) > 1:
        doubts.append(
            say(
                "The file has several tables ({count}); “{table}” is read.", count=len(filled), table=read.mapping.table
            )
        )
    return doubts
