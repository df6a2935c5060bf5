"""Help topics: for each section of the menu, and for the audit form, what the page is for and what to do there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from rba_audit.messages import Message, say


@dataclass(frozen=True, slots=True)
class HelpTopic:
    """Help about one section: the purpose of its page, and the steps that readers take there."""

    purpose: Message
    steps: tuple[Message, ...]


FORM: Final = "form"
"""The topic of the audit form, which is in no menu."""
HELP: Final[Mapping[str, HelpTopic]] = MappingProxyType(
    {
        "queue": HelpTopic(
            say("Your sites, drafts, and what waits to be sent; it also opens without signal."),
            (
                say(
                    "Open this page once with signal before you leave, so that your sites and their forms are on the phone."
                ),
                say("Choose a site and audit it. Every answer is kept at once."),
                say("With signal everything is sent by itself. What was sent back for correction is at the top."),
            ),
        ),
        FORM: HelpTopic(
            say("One visit to one site: questions, measurements and photos."),
            (
                say("Answer what you see. Leave open what you could not see: unknown is neither a pass nor a fail."),
                say("Report an immediate danger with the red button; it is sent before everything else."),
                say("Send the visit at the end. A reviewer then approves it or sends it back with notes."),
            ),
        ),
        "dashboard": HelpTopic(
            say("The register at a glance: how many sites have which status, and what to do first."),
            (
                say("Press a number to see the sites behind it."),
                say("Begin with what must be fixed first, then with what fails at most sites."),
            ),
        ),
        "map": HelpTopic(
            say("Where the sites are and which status each has; shape and colour say the same."),
            (
                say("Filter by status or kecamatan, or search by name; then open the page of a site from its card."),
                say("A site without a position is in the list and not on the map."),
            ),
        ),
        "sites": HelpTopic(
            say("Every site with its status, score and rank; each name leads to the page with the reasons."),
            (
                say("Narrow the list with the filters; the address of the page keeps them, so it can be shared."),
                say(
                    "On the page of a site, every requirement says what was wanted, what was found, and where the rule comes from."
                ),
            ),
        ),
        "non_standard": HelpTopic(
            say("Sites that were audited and cannot be standard as they are, and the repairs they need."),
            (
                say("Mandatory requirements and what must be fixed first come before everything else."),
                say("Download the list, or hand each agency the repairs that it leads."),
            ),
        ),
        "not_known": HelpTopic(
            say("Sites that nobody audited, or about which too little is known. That is no verdict."),
            (say("Send a surveyor; the number of open requirements says where a visit decides most."),),
        ),
        "imports": HelpTopic(
            say(
                "Bring a list of places as it is: a table, a map file or an export. You see what would change before anything does."
            ),
            (
                say("Choose the file. Say what a column means where the program is not sure."),
                say("Look at what is new, changed or doubtful, choose, and take it in one step."),
                say("An import can be undone as a whole; its file, its columns and who took it are kept."),
            ),
        ),
        "rehearsals": HelpTopic(
            say("A verifier goes through a copy of the folder as the province would, before the province does."),
            (
                say(
                    "Begin a rehearsal: the folder is copied as it is at that moment, and later changes do not change the copy."
                ),
                say("Invite a verifier. An administrator makes that account under “People”, with its last day."),
                say(
                    "Read what was refused, from whom it is needed and by when; afterwards record what really was decided, for next year."
                ),
            ),
        ),
        "proposed": HelpTopic(
            say("Places that surveyors found and that are not in the register yet."),
            (say("Look at each: accept it, merge it with a known site, or decline it with a reason."),),
        ),
        "review": HelpTopic(
            say("Visits that wait for a decision. Only approved visits count."),
            (
                say("Open a visit, compare it with what was known, and look at its photos."),
                say(
                    "Approve it, or send it back with a note that says what to look at again. Nobody decides about their own visit."
                ),
            ),
        ),
        "photos": HelpTopic(
            say("Photos that may become public, one after the other."),
            (
                say(
                    "Cover faces, then clear the photo, or keep it back. Another person than the one who took it decides."
                ),
            ),
        ),
        "agreement": HelpTopic(
            say(
                "Where two auditors looked at the same site: how often they agree, and on which questions they do not."
            ),
            (say("Talk about the questions with little agreement, and decide at the site which answer counts."),),
        ),
        "forum": HelpTopic(
            say("What children say about a site, without names."),
            (say("Choose the site and hand the phone to a child, or print the questions on paper."),),
        ),
        "actions": HelpTopic(
            say("What has to be done about requirements that are not met, by whom and until when."),
            (
                say("Name who does it and set the day; what is overdue comes first."),
                say("Report it as done with a photo. At high risk a second person confirms."),
            ),
        ),
        "agencies": HelpTopic(
            say("What each agency has to repair, where, and at which cost."),
            (say("Choose an agency and hand it its list and its letter."),),
        ),
        "kla": HelpTopic(
            say("Your own points in a KLA round, the band that they come to, and what would change it."),
            (
                say("Enter the points of each indicator as your papers have them; leave empty what you do not know."),
                say(
                    "Enter what play spaces give and what a missing document may cost, and see what each would change."
                ),
            ),
        ),
        "nominations": HelpTopic(
            say("Which sites are ready to be proposed for an audit, and how far the nominated ones are."),
            (
                say("Look at why a site is where it is in the order, and what would change that; then nominate it."),
                say("Open a nominated site and record each step of its audit, with findings and their deadlines."),
            ),
        ),
        "packs": HelpTopic(
            say("All evidence of a round in one ZIP file, with an index that first says what is missing."),
            (
                say("Look at what is missing, make the pack, and check the index before it leaves the office."),
                say("Note who got it: after an erasure these are the people to ask to delete their copy."),
            ),
        ),
        "papers": HelpTopic(
            say("PDF files to hand out: the city, one page for the mayor, and a report of each site."),
            (
                say(
                    "Press a file; the reports of all sites come in one ZIP, also those of a list you narrowed before."
                ),
                say(
                    "Letters and workbooks of agencies are on the page of agencies; the wording of letters is on the office's."
                ),
            ),
        ),
        "dangers": HelpTopic(
            say("Immediate dangers that surveyors reported ahead of everything else."),
            (say("Act, then write what is being done and by whom; until then a red line stays on every page."),),
        ),
        "surveillance": HelpTopic(
            say("When each site has to be looked at again."),
            (say("Open what is due as a check, or put the days into your calendar."),),
        ),
        "certificates": HelpTopic(
            say("Certificates that other bodies issued, and until when they are valid."),
            (say("Copy a certificate from its paper; withdraw one that no longer holds, with the reason."),),
        ),
        "documents": HelpTopic(
            say(
                "Papers for the child-friendly-city award (KLA): who recorded each, what it proves, until when it is valid."
            ),
            (
                say("Record a document with its file, photo or address, and answer only what it states itself."),
                say("A second person accepts what proves requirements; refuse or withdraw with a reason."),
                say("A document that expires makes what it proved unknown again; record its new version."),
            ),
        ),
        "plan": HelpTopic(
            say("Which sites to upgrade first with the money there is, and what that brings."),
            (
                say("Enter a budget. Refuse a site that cannot be done and see what changes."),
                say("The prices are orders of magnitude, not offers."),
            ),
        ),
        "folder": HelpTopic(
            say("What the city still has to hand in for KLA, who has it, and by when."),
            (
                say("Begin with what is overdue or urgent; filter by agency to see what one of them owes."),
                say("Tick documents and make the letters: each agency gets links by which it sends exactly these."),
                say("Decide about what arrives: only a document that was accepted counts."),
            ),
        ),
        "coverage": HelpTopic(
            say("Who has a standard place within walking reach, and where nobody has."),
            (say("Choose which sites count and how far they reach; then look at the areas served worst."),),
        ),
        "layers": HelpTopic(
            say(
                "What lies around the sites: boundaries, streets, rails, rivers and who lives where. Judging and figures use it."
            ),
            (
                say("Upload a map file or a table of inhabitants, and say of which day it is and who made it."),
                say("End a layer that is not right any more, or undo the last change; every version is kept."),
            ),
        ),
        "city": HelpTopic(
            say("Which places to audit next: those that reach most people without a standard place come first."),
            (
                say("Choose places never audited, or those whose audit is oldest, and an area."),
                say("Places whose position is not known come last; put them on the map first."),
            ),
        ),
        "kha": HelpTopic(
            say("Who was trained in the rights of the child (KHA), and in which sectors and sites nobody was."),
            (
                say(
                    "Record the training, then its people: one by one or from a table, which is shown before it is stored."
                ),
                say("Take identity numbers (NIK) out of the table first; with one in it nothing is stored."),
                say("Train next where nobody is recorded, or where certificates end soon."),
            ),
        ),
        "standard": HelpTopic(
            say("Every requirement of the edition that is used here, with its source and its remedy."),
            (say("Look up what a requirement asks for before you argue about a verdict."),),
        ),
        "office": HelpTopic(
            say("Who issues letters and reports: letterhead, signer and wording."),
            (say("Fill it in once; papers made afterwards name the office like this."),),
        ),
        "links": HelpTopic(
            say("One page of figures for a reader without an account, such as the head of the office."),
            (
                say(
                    "Name the reader and the days, hand the link over yourself, and end it when it is not needed any more."
                ),
            ),
        ),
        "people": HelpTopic(
            say("Who may come in, with which role and in which area."),
            (
                say(
                    "Make an account and hand over its one-time link. Whoever leaves is kept out, and their work stays."
                ),
            ),
        ),
        "exports": HelpTopic(
            say("Every file and photo that was handed out: to whom and when."),
            (say("After a breach, choose the time and download the list for the report."),),
        ),
    }
)
"""The topics by the name of their section in the menu."""
