"""Pages of evidence packs: make the pack of a round with its progress, download it, and note to whom packs went.

A pack is stored only while its page waits for it: the same state gives the same bytes, so it can be made again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Final

from flask import (
    Blueprint,
    Response,
    flash,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from werkzeug.wrappers import Response as BaseResponse

from rba_audit.days import today
from rba_audit.errors import EvidenceError, NotInRegister, Unavailable
from rba_audit.messages import format_number, say
from rba_audit.papers.evidence_pack import PackResult, write_pack
from rba_audit.papers.pack_contents import lacking_words
from rba_audit.papers.pack_plan import PackPlan, PackSource, pack_items, plan_pack
from rba_audit.papers.pictures import LocationMaps
from rba_audit.register import Register
from rba_audit.register.kla.packs import MadePack
from rba_audit.review_states import COUNTED
from rba_audit.web.http.access import open_to, signed_in
from rba_audit.web.http.downloads import download, name_of
from rba_audit.web.http.export_log import describe_export
from rba_audit.web.http.formatting import format_day, format_moment
from rba_audit.web.http.jobs import Job
from rba_audit.web.http.services import services
from rba_audit.web.pages.kla.rounds import round_choice, round_of_year

pages = Blueprint("packs", __name__)

_BAD_REQUEST: Final = 400
_SEE_OTHER: Final = 303
_ZIP: Final = "application/zip"
LONGEST_RECIPIENT: Final = 200
_MEGA: Final = 1_000_000


@pages.get("/packs")
@open_to("build_packs")
def page() -> Response:
    """Show what the pack of a round would have, the packs that were made, and to whom they went."""
    return _page()


@pages.post("/packs")
@open_to("build_packs")
def start() -> BaseResponse:
    """Start to make the pack of a round; the page of the job shows the progress."""
    year = _year(request.form.get("year", ""))
    source = _source(round_of_year(year).year)
    plan = plan_pack(source)
    name = name_of("evidence_pack", "zip", day=source.day, site=str(year))
    about = str(say("round {year}, as of {day}", year=str(year), day=format_day(source.day)))
    work = partial(_make, services().register, source, plan, signed_in().id)
    try:
        job = services().jobs.start(signed_in().id, plan.steps, name, about, work)
    except Unavailable as error:  # of other people's work, not of the disk: here its own words help
        flash(str(error), "error")
        return redirect(url_for("packs.page", year=year), code=_SEE_OTHER)
    return redirect(url_for("packs.progress", id=job.id), code=_SEE_OTHER)


@pages.get("/packs/<id>")
@open_to("build_packs")
def progress(id: str) -> str | Response:
    """Show how far a pack is; with `?state=1` only the numbers, for the script of the page."""
    job = services().jobs.find(id, signed_in().id)
    if request.args.get("state"):
        return jsonify(state=job.state, done=job.done, all=job.all)
    result = job.result if isinstance(job.result, PackResult) else None
    size = format_number(result.bytes / _MEGA, 1) if result else ""
    return render_template("packs/job.html", page="packs", job=job, result=result, size=size)


@pages.get("/packs/<id>/file")
@open_to("build_packs")
def file(id: str) -> BaseResponse:
    """Serve a pack that is ready."""
    job = services().jobs.find(id, signed_in().id)
    if job.state != "ready":
        raise NotInRegister(say("This pack is not ready yet; wait on its page."))
    result = job.result if isinstance(job.result, PackResult) else None
    describe_export(
        result.files if result else None, photos=job.photos, filter=f"{job.about}, {result.sha256 if result else ''}"
    )
    return download(send_file(job.path, mimetype=_ZIP), job.name)


@pages.post("/packs/<id>/end")
@open_to("build_packs")
def end(id: str) -> BaseResponse:
    """Stop making a pack."""
    services().jobs.end(id, signed_in().id)
    return redirect(url_for("packs.page"), code=_SEE_OTHER)


@pages.post("/packs/made/<int:number>/recipients")
@open_to("build_packs")
def note_recipient(number: int) -> BaseResponse:
    """Note to whom a pack went."""
    recipient = " ".join(request.form.get("recipient", "").split())[:LONGEST_RECIPIENT]
    try:
        if not recipient:
            raise EvidenceError(say("Write who got the pack."))
        day = _day(request.form.get("day", "").strip())
    except EvidenceError as error:
        return _page(str(error), number)
    services().register.kla.packs.add_recipient(number, recipient, day, signed_in().id)
    flash(str(say("Noted: {recipient} got this pack.", recipient=recipient)), "success")
    return redirect(url_for("packs.page", _anchor=f"pack-{number}"), code=_SEE_OTHER)


def _make(register: Register, source: PackSource, plan: PackPlan, person_id: str, job: Job) -> None:
    """Write a pack to the file of a job, and log it."""
    with job.path.open("wb") as target:
        result = write_pack(source, plan, target, job.advance)
    register.kla.packs.add_pack(
        source.year, source.day, result.sha256, result.bytes, result.files, result.people, person_id
    )
    job.result, job.photos = result, result.photos


def _source(year: int) -> PackSource:
    now = services()
    locations = now.memos.location_maps.get(
        "", now.context, lambda: LocationMaps(now.context, now.policies.whereabouts)
    )
    audited = now.audited(COUNTED)
    return PackSource(now.register, audited, now.context, locations, year, audited.day or today())


def _page(problem: str = "", of_pack: int = 0) -> Response:
    register = services().register
    made = register.kla.packs.all()
    choice = round_choice(request.args, {pack.year for pack in made})
    outline = pack_items(_source(choice.year))
    states = Counter(item.state for item in outline.lacking)
    names = {user.id: user.name for user in register.people.all()}
    return make_response(
        render_template(
            "packs/packs.html",
            page="packs",
            choice=choice,
            outline=outline,
            states=[(lacking_words(state), number) for state, number in states.items()],
            packs=[_line(pack, names) for pack in made],
            problem=problem,
            of_pack=of_pack,
            recipient=request.form.get("recipient", ""),
            handed=request.form.get("day", "") or today().isoformat(),
            today=today(),
            longest=LONGEST_RECIPIENT,
        ),
        _BAD_REQUEST if problem else 200,
    )


def _line(pack: MadePack, names: Mapping[str, str]) -> dict[str, object]:
    """Return a pack in words."""
    return {
        "number": pack.seq,
        "year": str(pack.year),
        "day": format_day(pack.day),
        "made": format_moment(pack.at),
        "made_by": names.get(pack.person_id, pack.person_id) or str(say("command line")),
        "sha256": pack.sha256,
        "files": pack.files,
        "size": format_number(pack.bytes / _MEGA, 1),
        "trained": pack.trained,
        "recipients": [
            (each.recipient, format_day(each.day), names.get(each.person_id, each.person_id))
            for each in pack.recipients
        ],
    }


def _year(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= len("2026") else 0


def _day(text: str) -> date:
    """Return the day of a handover.

    Raises:
        EvidenceError: it is no day, or has not come yet.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise EvidenceError(say("“{text}” is no day; write it as 2026-11-30.", text=text)) from None
    if day > today():
        raise EvidenceError(say("The day of the handover has not come yet; write the day on which the pack went out."))
    return day
