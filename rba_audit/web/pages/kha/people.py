"""Page of one trained person: their certificates, corrections, their own data as a file, and erasure."""

from __future__ import annotations

from typing import Final
from uuid import UUID, uuid4

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from rba_audit.days import today
from rba_audit.errors import EvidenceError
from rba_audit.kla.kha_erasure import erase_trained_person, files_with, packs_with, person_document
from rba_audit.kla.kha_people import LONGEST_TEXT, correct_person, person_of, record_people, remove_certificate
from rba_audit.kla.kha_reach import STATE_WORDS, state_on
from rba_audit.messages import say
from rba_audit.register.exports import Export
from rba_audit.register.kla.packs import MadePack
from rba_audit.register.kla.trainings import KhaPerson
from rba_audit.web.http.access import open_to, signed_in
from rba_audit.web.http.downloads import download, name_of
from rba_audit.web.http.export_log import describe_export
from rba_audit.web.http.formatting import format_moment
from rba_audit.web.http.services import services
from rba_audit.web.pages.kha.blueprint import (
    SEE_OTHER,
    chosen_sector,
    chosen_sites,
    field,
    form_certificate,
    kha_policy,
    pages,
    site_names,
    titles,
)
from rba_audit.web.pages.people.exports import export_kind_words

_BAD_REQUEST: Final = 400


@pages.get("/kha/people/<uuid:kha_person_id>")
@open_to("follow_up")
def person(kha_person_id: UUID) -> str:
    """A person with their certificates and sites."""
    return _page(services().register.kla.trainings.person(str(kha_person_id)))


@pages.post("/kha/people/<uuid:kha_person_id>")
@open_to("record_documents")
def correct(kha_person_id: UUID) -> BaseResponse | tuple[str, int]:
    """Correct name, institution, sector and sites of a person."""
    stored = services().register.kla.trainings.person(str(kha_person_id))
    try:
        typed = person_of(field("name"), field("institution"), chosen_sector(), chosen_sites(), None)
        new = KhaPerson(typed.name, typed.institution, typed.sector, typed.sites, stored.certificates, stored.id)
        correct_person(services().register, new, signed_in())
    except EvidenceError as error:
        return _page(stored, str(error), "person"), _BAD_REQUEST
    flash(str(say("The correction is recorded.")), "success")
    return _back(kha_person_id)


@pages.post("/kha/people/<uuid:kha_person_id>/certificates")
@open_to("record_documents")
def add_certificate(kha_person_id: UUID) -> BaseResponse | tuple[str, int]:
    """Record a further certificate of a person."""
    stored = services().register.kla.trainings.person(str(kha_person_id))
    try:
        certificate = form_certificate()
        if certificate is None:
            raise EvidenceError(say("Write the number or the date of the certificate."))
        new = KhaPerson(stored.name, stored.institution, stored.sector, (), (certificate,))
        record_people(services().register, [new], "form", signed_in(), field("id"))
    except EvidenceError as error:
        return _page(stored, str(error), "certificate"), _BAD_REQUEST
    flash(str(say("The certificate is recorded.")), "success")
    return _back(kha_person_id)


@pages.post("/kha/people/<uuid:kha_person_id>/certificates/<uuid:kha_certificate_id>/remove")
@open_to("record_documents")
def drop_certificate(kha_person_id: UUID, kha_certificate_id: UUID) -> BaseResponse:
    """Remove a certificate that was recorded wrongly."""
    remove_certificate(services().register, str(kha_person_id), str(kha_certificate_id), signed_in())
    flash(str(say("The certificate is removed.")), "success")
    return _back(kha_person_id)


@pages.get("/kha/people/<uuid:kha_person_id>/data.json")
@open_to("administer")
def person_file(kha_person_id: UUID) -> Response:
    """All that is stored about a person, to be handed to them."""
    someone = services().register.kla.trainings.person(str(kha_person_id))
    describe_export(1, filter=someone.id)
    response = Response(person_document(someone, titles()), mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return download(response, name_of("personal_data", "json"))


@pages.get("/kha/people/<uuid:kha_person_id>/erase")
@open_to("administer")
def erasure(kha_person_id: UUID) -> str:
    """What erasing a person means, the files that left before, and the form to do it."""
    return _erasure_page(services().register.kla.trainings.person(str(kha_person_id)))


@pages.post("/kha/people/<uuid:kha_person_id>/erase")
@open_to("administer")
def erase(kha_person_id: UUID) -> str | tuple[str, int]:
    """Erase a person, and show what is still to be done by hand."""
    register = services().register
    someone = register.kla.trainings.person(str(kha_person_id))
    if request.form.get("sure", "") != "yes":
        return _erasure_page(someone, str(say("Nothing was erased: the box was not ticked."))), _BAD_REQUEST
    done = erase_trained_person(register, someone.id, signed_in())
    return render_template(
        "kha/erased.html", page="kha", done=done, exports=[*_pack_lines(done.packs), *_export_lines(done.exports)]
    )


def _back(id: UUID) -> BaseResponse:
    return redirect(url_for("kha.person", kha_person_id=id), code=SEE_OTHER)


def _page(someone: KhaPerson, problem: str = "", of_form: str = "") -> str:
    policy = kha_policy()
    sector = policy.sector(someone.sector)
    return render_template(
        "kha/person.html",
        page="kha",
        someone=someone,
        policy=policy,
        sector=str(sector.words) if sector else "",
        state=STATE_WORDS[state_on(someone, today(), policy.warning_days.value)],
        site_names=site_names(),
        titles=titles(),
        problem=problem,
        of_form=of_form,
        typed=request.form if problem else {},
        id=str(uuid4()),
        longest=LONGEST_TEXT,
        recorded=format_moment(someone.recorded_at) if someone.recorded_at else "",
    )


def _erasure_page(someone: KhaPerson, fault: str = "") -> str:
    register = services().register
    return render_template(
        "kha/erase.html",
        page="kha",
        someone=someone,
        fault=fault,
        exports=[*_pack_lines(packs_with(register, someone)), *_export_lines(files_with(register, someone))],
        mentions=[mention for mention in register.personal_data.mentions(someone.name) if mention.record != someone.id],
    )


def _pack_lines(packs: tuple[MadePack, ...]) -> list[str]:
    return [
        str(
            say(
                "{when} · evidence pack of the round {year}, handed to: {recipients}",
                when=format_moment(pack.at),
                year=str(pack.year),
                recipients="; ".join(each.recipient for each in pack.recipients) or say("not stated"),
            )
        )
        for pack in packs
    ]


def _export_lines(exports: tuple[Export, ...]) -> list[str]:
    names = {user.id: user.name for user in services().register.people.all()}
    return [
        f"{format_moment(each.at)} · {export_kind_words(each.kind)} · {names.get(each.person_id) or each.role}"
        for each in exports
    ]
