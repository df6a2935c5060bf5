"""No two modules need each other, not even for types alone or inside a function."""

from graphlib import CycleError, TopologicalSorter

import pytest

from helpers.own_modules import imports_of, module_names


def cycle_of(graph):
    """Return the modules of a cycle, the first one again at the end; nothing where there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as fault:
        return fault.args[1][::-1]
    return []


def test_no_module_needs_itself_by_way_of_others():
    found = cycle_of({name: imports_of(name) for name in module_names()})

    assert found == [], f"these modules import each other in a circle: {' → '.join(found)}"


@pytest.mark.parametrize(
    ("graph", "found"),
    [
        ({"a": {"b"}, "b": {"c"}, "c": set()}, set()),
        ({"a": {"b"}, "b": {"c"}, "c": {"b"}}, {"b", "c"}),
    ],
)
def test_a_cycle_is_named(graph, found):
    assert set(cycle_of(graph)) == found


def test_imports_inside_functions_and_for_types_are_counted():
    assert "rba_audit.register.sqlite" in imports_of("rba_audit.register.people")
    assert "rba_audit.web.http.services" in imports_of("rba_audit.web.http.access")
