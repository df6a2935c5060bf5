"""All modules with routes of pages; the application registers what they export as `pages`."""

from __future__ import annotations

from typing import Final

from rba_audit.web.pages import followup, standards
from rba_audit.web.pages.accounts import routes as accounts
from rba_audit.web.pages.agencies import routes as agencies
from rba_audit.web.pages.city import routes as city
from rba_audit.web.pages.coverage import routes as coverage
from rba_audit.web.pages.dangers import routes as dangers
from rba_audit.web.pages.dangers import telephones
from rba_audit.web.pages.documents import routes as documents
from rba_audit.web.pages.equipment import routes as equipment
from rba_audit.web.pages.folder import routes as folder
from rba_audit.web.pages.form import routes as form
from rba_audit.web.pages.forum import routes as forum
from rba_audit.web.pages.help import routes as help_
from rba_audit.web.pages.imports import draft_routes as import_drafts
from rba_audit.web.pages.imports import routes as imports
from rba_audit.web.pages.kha import people as kha_people
from rba_audit.web.pages.kha import routes as kha
from rba_audit.web.pages.kha import tables as kha_tables
from rba_audit.web.pages.kla import routes as kla
from rba_audit.web.pages.layers import routes as layers
from rba_audit.web.pages.links import routes as links
from rba_audit.web.pages.lists import routes as lists
from rba_audit.web.pages.map import routes as map_
from rba_audit.web.pages.nominations import routes as nominations
from rba_audit.web.pages.office import routes as office
from rba_audit.web.pages.overview import routes as overview
from rba_audit.web.pages.packs import routes as packs
from rba_audit.web.pages.papers import routes as papers
from rba_audit.web.pages.people import exports, personal_data
from rba_audit.web.pages.people import routes as people
from rba_audit.web.pages.photos import clearances
from rba_audit.web.pages.photos import routes as photos
from rba_audit.web.pages.plans import routes as plans
from rba_audit.web.pages.queue import routes as queue
from rba_audit.web.pages.rehearsals import routes as rehearsals
from rba_audit.web.pages.review import routes as review
from rba_audit.web.pages.site_editing import change_routes, field_form, history
from rba_audit.web.pages.site_editing import routes as places
from rba_audit.web.pages.sites import routes as sites

ROUTES: Final = (
    accounts,
    people,
    personal_data,
    exports,
    links,
    layers,
    help_,
    office,
    overview,
    map_,
    lists,
    agencies,
    folder,
    sites,
    coverage,
    city,
    plans,
    kla,
    nominations,
    packs,
    papers,
    review,
    followup,
    dangers,
    telephones,
    photos,
    clearances,
    form,
    equipment,
    documents,
    places,
    change_routes,
    history,
    forum,
    field_form,
    queue,
    standards,
    kha,
    kha_tables,
    kha_people,
    rehearsals,
    imports,
    import_drafts,
)
"""In the order in which they are registered."""
