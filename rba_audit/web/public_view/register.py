"""Read-only view of the register for readers without an account: public fields, and approved visits only.

It has only the methods that public pages need: any other call raises AttributeError instead of leaking data.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from rba_audit.equipment.item_program import word_of
from rba_audit.errors import NotInRegister
from rba_audit.forum import ChildrenOpinion, children_opinions
from rba_audit.messages import say
from rba_audit.register import Register, Visit
from rba_audit.register.action_records import Action
from rba_audit.register.certificates import Certificate
from rba_audit.register.office import Office
from rba_audit.register.reviews import ReviewStatus
from rba_audit.review_states import COUNTED, State
from rba_audit.sites import Site, site_of
from rba_audit.standard import Standard
from rba_audit.standard.policies import ChildrenAudit, shipped_policies
from rba_audit.web.public_view.findings import understood
from rba_audit.web.public_view.records import for_public, public_item, public_site


class PublicRegister:
    """View of a register with the public fields of its records.

    Attributes:
        visits: Approved visits.
        reviews: The state of a visit, without who decided.
        certificates: Rank and days.
        actions: States of actions.
        office: The name of the office.
    """

    def __init__(self, register: Register, standard: Standard, forum: ChildrenAudit | None = None) -> None:
        self._register = register
        self._standard = standard
        self._forum = forum or shipped_policies().forum
        self.visits = _PublicVisits(register, standard)
        self.reviews = _PublicReviews(register)
        self.certificates = _PublicCertificates(register)
        self.actions = _PublicActions(register)
        self.office = _PublicOffice(register)

    def version(self) -> int:
        """Return a number that grows with each change."""
        return self._register.version()

    def children_said(self, site_id: str) -> tuple[ChildrenOpinion, ...]:
        """Return what most of at least ten children called not good at a site; without counts and without answers of single children."""
        return tuple(map(for_public, children_opinions(self._register, self._forum, site_id)))

    def site(self, id: str) -> Site:
        """Return a site with its public properties.

        Raises:
            NotInRegister: the site does not exist, or is proposed or declined.
        """
        if self._register.site_events.status(id) in ("proposed", "declined"):
            raise NotInRegister(say("the register has no site '{id}'; look it up in the list of all sites", id=id))
        site = self._register.site(id)
        return site_of(site.id, public_site(site.feature, understood(site.facts, self._standard)))


class _PublicVisits:
    def __init__(self, register: Register, standard: Standard) -> None:
        self._register = register
        self._standard = standard

    def for_site(self, site_id: str) -> list[Visit]:
        """Return the approved visits of a site, newest first."""
        states = self._register.reviews
        visits = self._register.visits.for_site(site_id)
        return [self._with_answers(visit) for visit in visits if states.status(visit.root).state in COUNTED]

    def newest(self, states: Collection[State] = COUNTED) -> list[tuple[Visit, State]]:
        """Return the newest version of each approved visit, without its answers."""
        visits = self._register.visits.newest([state for state in states if state in COUNTED])
        return [(replace(for_public(visit), answers={}, items=()), state) for visit, state in visits]

    def _with_answers(self, visit: Visit) -> Visit:
        kinds = {kind.name for kind in self._standard.equipment.kinds}
        items = tuple(public_item(item, kinds, self._of_item(item.get("answers"))) for item in visit.items)
        return replace(for_public(visit), answers=understood(visit.answers, self._standard), items=items)

    def _of_item(self, answers: object) -> dict[str, object]:
        if not isinstance(answers, dict):
            return {}
        choices = {
            question.id: {choice.name for choice in question.choices} for question in self._standard.equipment.questions
        }
        words = {key: value for key, value in answers.items() if word_of(value) in choices.get(key, ())}
        return {**words, **understood(answers, self._standard)}


class _PublicReviews:
    def __init__(self, register: Register) -> None:
        self._register = register

    def status(self, root: str) -> ReviewStatus:
        """Return the review state of a visit."""
        return for_public(self._register.reviews.status(root))


class _PublicCertificates:
    def __init__(self, register: Register) -> None:
        self._register = register

    def all(self, site_id: str | None = None) -> tuple[Certificate, ...]:
        """Return the certificates of all sites, or of one, newest first."""
        return tuple(map(for_public, self._register.certificates.all(site_id)))


class _PublicActions:
    def __init__(self, register: Register) -> None:
        self._register = register

    def all(self, sites: Sequence[str] | None = None) -> tuple[Action, ...]:
        """Return the actions of all sites, or of some, with their states only."""
        return tuple(map(for_public, self._register.actions.all(sites)))


class _PublicOffice:
    def __init__(self, register: Register) -> None:
        self._register = register

    def get(self) -> Office:
        """Return the office with nothing but its name."""
        return for_public(self._register.office.get())
