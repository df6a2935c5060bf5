"""Documents, requests and trained people of sites that were merged: they are read at the site they belong to now."""

from contextlib import closing
from datetime import date

from helpers.kla_documents import NOON, accepted
from helpers.registers import filled_register, sample_features
from helpers.reviews import OTHER, SITE
from rba_audit.kla.calendar import round_in
from rba_audit.kla.round_folder import read_folder
from rba_audit.papers.pack_contents import pack_documents
from rba_audit.register.kla.requests import DocumentRequest
from rba_audit.register.kla.trainings import KhaPerson
from rba_audit.site_editing import merge_sites
from rba_audit.standard.policies import shipped_policies


def test_a_document_and_a_request_of_a_merged_site_are_those_of_the_site_it_belongs_to_now(tmp_path):
    policy, day = shipped_policies().kla, date(2026, 11, 20)
    kind = next(each for each in policy.documents.kinds if each.per == "site")
    with closing(filled_register(tmp_path, sample_features((SITE, OTHER)))) as register:
        recorded = accepted(register, kind.name, signer="S", sites=(SITE,))
        register.kla.nominations.add(SITE, 2027, "", "tono")
        request = DocumentRequest("r", kind.name, SITE, "dlh", day, day, "", "tono", NOON)
        register.kla.requests.add(request, "x")
        merge_sites(
            register, SITE, OTHER, "tono", "sama", {id: register.site_events.snapshot(id).seen for id in (SITE, OTHER)}
        )

        folder = read_folder(register, policy, round_in(register, policy, 2027), day)
        [item] = [each for each in folder.items if each.kind == kind]
        packed = pack_documents(policy, register.kla.documents.all(), [OTHER], day)

    assert (item.site_id, item.document.document_id) == (OTHER, recorded.document_id)
    assert [request.site_id for request in folder.requests] == [OTHER]
    assert [each.version.document_id for each in packed] == [recorded.document_id]


def test_people_of_a_merged_site_work_at_the_site_it_belongs_to_now(tmp_path):
    with closing(filled_register(tmp_path, sample_features((SITE, OTHER)))) as register:
        register.kla.trainings.record([KhaPerson("Halimah", "DLH", "", (SITE, OTHER), ())], "form", "tono", "r")
        seen = {id: register.site_events.snapshot(id).seen for id in (SITE, OTHER)}
        merge_sites(register, SITE, OTHER, "tono", "sama", seen)

        [person] = register.kla.trainings.people()

    assert person.sites == (OTHER,)
