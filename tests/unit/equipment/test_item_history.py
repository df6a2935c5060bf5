"""Items over several visits: which are known, which are gone, which are one, and what is known of how they are."""

import pytest

from rba_audit.equipment.item_history import VisitItemList, items_from_visits


def item(id, *, gone=False, same_as="", name="", **answers):
    told = {"id": id, "kind": "swing", "name": name or id, "gone": gone, "answers": answers, "note": ""}
    return {**told, "same_as": same_as} if same_as else told


def known(*lists):
    found = items_from_visits(VisitItemList(f"v{at}", items, part) for at, (part, *items) in enumerate(lists, 1))
    return {each.id: each for each in found}


def test_an_item_that_a_full_visit_leaves_out_is_known_and_nothing_about_it_is():
    found = known(("names", item("a", broken="yes"), item("b", broken="no")), ("full", item("b", broken="no")))

    assert found["a"].left_out
    assert found["a"].entries() == [{"id": "a", "kind": "swing", "name": "a", "gone": False, "note": "", "answers": {}}]
    assert not found["b"].left_out
    assert found["b"].sources == {"broken": "v2"}


def test_a_check_lays_each_answer_over_what_was_known_and_forgets_nothing():
    found = known(
        ("full", item("a", broken="yes", rust="no"), item("b", broken="no")),
        ("check", item("a", broken="no", rust="not_seen")),
    )

    assert found["a"].answers == ({"broken": "no", "rust": "no"},)
    assert found["a"].sources == {"broken": "v2", "rust": "v1"}
    assert found["b"].answers == ({"broken": "no"},)


def test_gone_holds_until_a_visit_lists_the_item_again():
    lists = [("full", item("a")), ("check", item("a", gone=True))]

    assert (known(*lists)["a"].gone, known(*lists)["a"].gone_by) == (True, "v2")
    assert not known(*lists, ("full", item("a")))["a"].gone
    assert known(*lists, ("full", item("b")))["a"].gone


def test_what_may_only_be_added_neither_takes_away_nor_renames():
    found = known(("full", item("a", broken="no")), ("offers", item("a", gone=True, name="x"), item("b", broken="no")))

    assert (found["a"].gone, found["a"].name, found["a"].answers) == (False, "a", ({"broken": "no"},))
    assert (found["b"].added, found["b"].left_out, found["b"].sources) == (True, False, {})


def test_merged_entries_that_differ_stand_both_until_the_item_is_looked_at_again():
    lists = [
        ("full", item("a", broken="yes"), item("b", broken="no", rust="no")),
        ("check", item("a", same_as="b")),
    ]

    found = known(*lists)
    assert found["a"].same_as == "b"
    assert [each["answers"] for each in found["b"].entries()] == [
        {"broken": "no", "rust": "no"},
        {"broken": "yes", "rust": "no"},
    ]
    again = known(*lists, ("check", item("b", broken="no")))
    assert again["b"].answers == ({"broken": "no", "rust": "no"},)


def test_an_entry_nobody_looked_at_takes_nothing_from_the_one_it_is_merged_with():
    found = known(
        ("names", item("a", broken="no")), ("full", item("b", broken="no")), ("check", item("a", same_as="b"))
    )

    assert found["b"].answers == ({"broken": "no"},)


@pytest.mark.parametrize(
    "merges",
    [{"a": "a"}, {"a": "b", "b": "a"}, {"a": "nowhere"}, {"a": "b", "b": "c", "c": "a"}],
    ids=["itself", "each other", "an unknown item", "round in a circle"],
)
def test_a_merge_that_leads_nowhere_is_none(merges):
    found = known(("full", *(item(id, same_as=merges.get(id, ""), broken="yes") for id in "abc")))

    assert {id: each.same_as for id, each in found.items()} == dict.fromkeys("abc", "")
    assert all(each.answers == ({"broken": "yes"},) for each in found.values())


def test_a_chain_of_merges_ends_at_its_last_item_and_goes_when_that_is_gone():
    lists = ("full", item("a", same_as="b"), item("b", same_as="c"), item("c", broken="no"))

    assert [known(lists)[id].same_as for id in "abc"] == ["c", "c", ""]
    assert known(lists, ("check", item("c", gone=True)))["a"].gone


def test_an_entry_that_is_listed_again_by_itself_is_no_longer_merged():
    found = known(("full", item("a", same_as="b"), item("b")), ("full", item("a", broken="yes"), item("b")))

    assert found["a"].same_as == ""
    assert found["a"].answers == ({"broken": "yes"},)
