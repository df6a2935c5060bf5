"""Background jobs of signed-in people: progress for the page that waits, a file at the end, and an end when the page is left.

Jobs live in this process only. After a restart a person starts again; nothing is stored in the register.
"""

from __future__ import annotations

import logging
import shutil
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_urlsafe
from tempfile import mkdtemp
from threading import Lock, Thread
from typing import Final, Literal

from rba_audit.days import now_utc
from rba_audit.errors import NotInRegister, RbaError, Unavailable
from rba_audit.logs import cause_of, frames_of, log_event
from rba_audit.messages import language, say, using_language

JobState = Literal["working", "ready", "failed", "ended"]
_MOST: Final = 2
"""Jobs that work at the same time."""
_LEFT: Final = timedelta(seconds=30)
"""A job of which the page has not asked for so long is not waited for any more."""
_KEPT: Final = timedelta(minutes=15)
"""How long the file of a job can be downloaded."""
_LOG: Final = logging.getLogger(__name__)


class JobCancellation(Exception):  # it is no error: the person went away
    """The person ended the job, or left its page."""


@dataclass(eq=False)
class Job:
    """Work of one person.

    Attributes:
        owner: The id of the person; nobody else sees it.
        all: Number of steps.
        name: File name of the result.
        about: The filter of its contents, for the log of exports.
        done: Steps done.
        photos: Number of photos in the result.
        problem: What the person can do about it if it failed; empty if only the log says why.
        result: What the work returned beside its file, for the page of the job.
        folder: Its files; `remove_files` removes them.
    """

    id: str
    owner: str
    all: int
    name: str
    about: str
    asked: datetime
    state: JobState = "working"
    done: int = 0
    photos: int = 0
    problem: str = ""
    result: object = None
    folder: Path = field(default_factory=lambda: Path(mkdtemp(prefix="rba-job-")))

    def __post_init__(self) -> None:
        # Also when the process ends, so that no file of a job stays on the disk.
        self.remove_files = weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)

    @property
    def path(self) -> Path:
        """The file of the result."""
        return self.folder / "result"

    def advance(self) -> None:
        """Count one step.

        Raises:
            JobCancellation: The job is to stop.
        """
        if self.state != "working" or now_utc() - self.asked > _LEFT:
            raise JobCancellation
        self.done += 1


class Jobs:
    """The jobs of one application. Thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._jobs: dict[str, Job] = {}

    def start(self, owner: str, steps: int, name: str, about: str, work: Callable[[Job], None]) -> Job:
        """Start a job in the language of the reader; an earlier one of the same person ends.

        `work` writes the file `path` of the job and calls `advance` after each of its `steps`.

        Raises:
            Unavailable: Other people's jobs take all there is.
        """
        with self._lock:
            self._sweep(owner)
            if sum(job.state == "working" for job in self._jobs.values()) >= _MOST:
                raise Unavailable(say("Papers are being made for other people just now; try again in a minute."))
            job = Job(token_urlsafe(12), owner, steps, name, about, now_utc())
            self._jobs[job.id] = job
        Thread(target=_run, args=(job, work, language()), name="job", daemon=True).start()
        return job

    def find(self, id: str, owner: str) -> Job:
        """Return a job of a person, and note that its page still waits.

        Raises:
            NotInRegister: There is none, or it was given up.
        """
        with self._lock:
            job = self._jobs.get(id)
            if job is None or job.owner != owner:
                raise NotInRegister(say("These papers are not here any more; make them again."))
            job.asked = now_utc()
            return job

    def end(self, id: str, owner: str) -> None:
        """End a job of a person and give up its file; nothing if there is none."""
        with self._lock:
            job = self._jobs.get(id)
            if job is not None and job.owner == owner:
                self._give_up(job)

    def _sweep(self, owner: str) -> None:
        for job in list(self._jobs.values()):
            if job.owner == owner or now_utc() - job.asked > (_LEFT if job.state == "working" else _KEPT):
                self._give_up(job)

    def _give_up(self, job: Job) -> None:
        working = job.state == "working"
        job.state = "ended"
        del self._jobs[job.id]
        if not working:  # else its thread removes the folder when it stops
            job.remove_files()


def _run(job: Job, work: Callable[[Job], None], code: str) -> None:
    over: JobState = "ended"
    try:
        with using_language(code):
            try:
                work(job)
            except RbaError as fault:
                job.problem = str(fault)  # in the language of the reader
                raise
        if job.state == "working":
            job.state = "ready"
            return
    except JobCancellation:
        pass
    except Exception as fault:
        log_event(_LOG, "job_failure", logging.ERROR, cause=cause_of(fault), trace=frames_of(fault))
        over = "failed"
    job.remove_files()
    job.state = over
