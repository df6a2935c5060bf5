"""List of actions, its files, and the follow-up section of a site's page."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from rba_audit.days import today
from rba_audit.followup import LONGEST_ACTION_NOTE, WITHDRAWAL_WORDS, actions_by_requirement, make_actions, risk_of
from rba_audit.followup.action_files import actions_csv, actions_workbook
from rba_audit.followup.action_list import (
    DUE_IN_WORDS,
    ITEMS,
    NO_OWNER,
    SHOWN,
    ActionLine,
    ActionQuery,
    action_lines,
    counts_by_state,
    matching_lines,
    query_words,
    read_action_query,
    state_words,
)
from rba_audit.followup.agency_summary import actions_by_agency
from rba_audit.followup.bulk_changes import MOST_CHANGED_AT_ONCE, can_be_changed
from rba_audit.followup.bulk_closing import can_be_closed
from rba_audit.followup.certification import CERTIFICATE_STATE_WORDS as CERTIFICATE_WORDS
from rba_audit.followup.certification import CertificateState, state_of_certificate
from rba_audit.followup.surveillance import NextLook, next_looks
from rba_audit.messages import Message, say
from rba_audit.register.certificates import Certificate
from rba_audit.status_style import gate_words
from rba_audit.web.http.access import may_open, open_to, signed_in
from rba_audit.web.http.downloads import download, name_of
from rba_audit.web.http.export_log import describe_export
from rba_audit.web.http.formatting import format_moment
from rba_audit.web.http.provenance import provenance
from rba_audit.web.http.services import services
from rba_audit.web.pages.followup.agency_view import agency_section
from rba_audit.web.pages.followup.blueprint import SEE_OTHER, audited, findings, names, pages
from rba_audit.web.pages.lists.query import FilterOption

ON_A_PAGE: Final = 50
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pages.get("/actions")
@open_to("follow_up")
def actions() -> str:
    """All actions, overdue first."""
    return list_page(request.args)


@dataclass(frozen=True, slots=True)
class ActionsDraft:
    """Input of the form for many actions.

    Attributes:
        which: The chosen actions: `ticked`, `page`, or `all` that match the query.
        ticked: Values of the ticked boxes.
        reason: Why they are no longer needed.
        change: Fields of the part that assigns and dates them, by name.
        closing_problem: Why they cannot be closed.
        change_problem: Why they cannot be changed.
        note_problem: Why the note about the agency cannot be recorded.
    """

    which: str = "ticked"
    ticked: Collection[str] = ()
    reason: str = ""
    change: Mapping[str, str] = field(default_factory=dict)
    closing_problem: str = ""
    change_problem: str = ""
    note_problem: str = ""


def list_page(parameters: Mapping[str, str], draft: ActionsDraft | None = None) -> str:
    """Return the list for the parameters of an address; `draft` is the input of a form that was rejected, to be shown again."""
    every = action_lines(services().register, audited(), today())
    query = read_action_query(parameters)
    matching = matching_lines(every, query)
    text = parameters.get("page", "")
    requested = int(text) if text.isascii() and text.isdigit() and len(text) < len("1000000") else 1
    last = max(-(-len(matching) // ON_A_PAGE), 1)
    number = min(max(requested, 1), last)
    shown = matching[(number - 1) * ON_A_PAGE : number * ON_A_PAGE]
    # Each state is counted with the rest of the query applied, so that its link lists as many actions as its count.
    counts = counts_by_state(matching_lines(every, ActionQuery(**{**query.query(), "state": "all"})))
    return render_template(
        "followup/actions.html",
        page="actions",
        lines=shown,
        choosable_here=[line for line in shown if can_be_changed(line)],
        choosable=sum(map(can_be_changed, matching)),
        closable=any(map(can_be_closed, matching)),
        most_at_once=MOST_CHANGED_AT_ONCE,
        most_letters=LONGEST_ACTION_NOTE,
        typed=draft or ActionsDraft(),
        found=len(matching),
        all=len(every),
        wish=query,
        states=[(name, words, counts[name]) for name, words in SHOWN.items()],
        agencies=_options(
            {(line.action.request.lead, str(line.action.request.lead_words)) for line in every}, query.agency
        ),
        places=_options({(line.kecamatan, line.kecamatan) for line in every if line.kecamatan}, query.kecamatan),
        risks=[
            FilterOption(risk.name, str(risk.words), risk.name == query.risk)
            for risk in services().policies.followup.risks
        ],
        sites=_options({(line.action.request.site_id, line.site) for line in every}, query.site),
        owners=_owner_options(every, query.owner),
        requirements=_options(
            {
                (line.action.request.requirement, f"{line.action.request.requirement} {line.action.request.title}")
                for line in every
            },
            query.requirement,
        ),
        dues=[FilterOption(name, str(words), name == query.due) for name, words in DUE_IN_WORDS.items()],
        items=[FilterOption(item, gate_words(item), item == query.item) for item in ITEMS],
        by_agency=actions_by_agency(matching_lines(every, replace(query, agency="", state="all"))),
        agency=agency_section(query.agency, every),
        today=today(),
        no_owner=NO_OWNER,
        last_change=_last_change(),
        number=number,
        last=last,
    )


@dataclass(frozen=True, slots=True)
class LastChange:
    """The change of many actions that was made last: its id, the number of its actions, by whom and when."""

    id: str
    actions: int
    by: str
    when: str


def _last_change() -> LastChange | None:
    change = services().register.bulk_changes.newest()
    if change is None:
        return None
    by = names().get(change.person_id, change.person_id)
    return LastChange(change.id, len(change.actions), by, format_moment(change.at))


def _owner_options(lines: Iterable[ActionLine], now: str) -> list[FilterOption]:
    owners = {line.action.owner for line in lines}
    nobody = [FilterOption(NO_OWNER, str(say("nobody yet")), now == NO_OWNER)] if "" in owners else []
    return nobody + _options({(owner, owner) for owner in owners if owner}, now)


def _options(values: Iterable[tuple[str, str]], now: str) -> list[FilterOption]:
    return [
        FilterOption(value, words, value == now)
        for value, words in sorted(values, key=lambda option: option[1].casefold())
    ]


@pages.get("/actions.<any(csv, xlsx):kind>")
@open_to("follow_up")
def actions_file(kind: str) -> Response:
    """The list of actions as a file, with the filter of its page."""
    every, query = action_lines(services().register, audited(), today()), read_action_query(request.args)
    lines, origin = (
        matching_lines(every, query),
        provenance(findings(), query_words(query, every, policy=services().policies.followup)),
    )
    describe_export(len(lines), filter=origin.filter_words)
    response = (
        Response(actions_csv(lines, origin), mimetype="text/csv")
        if kind == "csv"
        else Response(actions_workbook(lines, origin), mimetype=_XLSX)
    )
    return download(response, name_of("actions", kind, day=origin.day, filter=origin.filter))


@pages.post("/actions")
@open_to("plan")
def make() -> BaseResponse:
    """Make the actions that follow from the findings of one site, or of all."""
    site = request.form.get("site", "")
    made = make_actions(services().register, audited(), [site] if site else None, signed_in(), today())
    flash(str(_nothing_made(site) if not made else say("{count} actions were made.", count=len(made))), "success")
    return redirect(url_for("followups.actions", site=site or None), code=SEE_OTHER)


def _nothing_made(site: str) -> Message:
    """Return why nothing was made for a site, or for all."""
    counts = actions_by_requirement(services().register, audited(), [site] if site else None)
    if not (counts.open or counts.obsolete):
        return say("There was nothing to make: no requirement is found to be not met.")
    if not counts.obsolete:
        return say(
            "There was nothing to make: every requirement not met has its action. Not closed: {standing}.",
            standing=counts.open,
        )
    return say(
        "There was nothing to make. Requirements not met: {unmet}. With an action that is not closed: {standing}. With one that was closed, and not found unmet again at a later visit: {over}.",
        unmet=counts.open + counts.obsolete,
        standing=counts.open,
        over=counts.obsolete,
    )


@dataclass(frozen=True, slots=True)
class SiteFollowup:
    """Follow-up of one site, as the reader may see it.

    Attributes:
        lines: The actions that are not closed; empty unless the reader is at the desk.
        waiting: Number of actions that are not closed.
        closed: Number of closed actions.
        withdrawn: Number of withdrawn actions; 0 unless the reader is at the desk.
        certificate: The newest certificate that is not withdrawn; None without one.
        certificate_state: Its state; None without a certificate.
        next_look: When the site is due again; None if no visit was approved and no certificate recorded.
        at_desk: Whether the reader may open the list of actions.
    """

    site_id: str
    lines: tuple[ActionLine, ...]
    waiting: int
    closed: int
    withdrawn: int
    certificate: Certificate | None
    certificate_state: CertificateState | None
    next_look: NextLook | None
    at_desk: bool


def followups_of(site_id: str) -> SiteFollowup:
    """Return the follow-up of one site."""
    register, audit_findings, day, policy = services().register, findings(), today(), services().policies.followup
    at_desk = may_open("followups.actions")
    # All readers get the counts over the whole register; only readers in the office get the actions themselves.
    every = action_lines(services().whole, audited(), day, [site_id])
    effective = [line for line in every if line.withdrawn is None]
    waiting = [line for line in effective if line.action.state != "closed"]
    certificates = [certificate for certificate in register.certificates.all(site_id) if certificate.withdrawn is None]
    looks = next_looks(register, audit_findings, day, policy=policy)
    return SiteFollowup(
        site_id=site_id,
        lines=tuple(waiting) if at_desk else (),
        waiting=len(waiting),
        closed=len(effective) - len(waiting),
        withdrawn=len(every) - len(effective) if at_desk else 0,
        certificate=certificates[0] if certificates else None,
        certificate_state=state_of_certificate(certificates[0], day, policy=policy) if certificates else None,
        next_look=next((look for look in looks if look.site_id == site_id), None),
        at_desk=at_desk,
    )


pages.add_app_template_global(followups_of)
pages.add_app_template_global(lambda action: risk_of(action, policy=services().policies.followup), "risk_of_action")
pages.add_app_template_filter(lambda line: str(state_words(line)), "action_state_words")
pages.add_app_template_filter(lambda line: str(WITHDRAWAL_WORDS[line.withdrawn]), "withdrawal_words")
pages.add_app_template_filter(can_be_changed, "can_be_changed")
pages.add_app_template_filter(lambda state: str(CERTIFICATE_WORDS[state]), "certificate_words")
