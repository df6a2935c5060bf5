"""Files as people have them get in, or are refused, as a person would wish; see `trial_files.py`."""

import re

import pytest
from pyproj import Geod

from rba_audit.errors import SiteError
from rba_audit.imports import sites_of_file
from rba_audit.messages import using_language
from rba_audit.standard.policies import shipped_policies
from unit.imports.trial_layers import MAPS
from unit.imports.trial_tables import TABLES

EARTH = Geod(ellps="WGS84")


def metres(point, at):
    return EARTH.inv(point.x, point.y, *at)[2]


def told(sites, source, mapping):
    """Return all that is told about a file, as one text."""
    notes = [*sites.problems]
    notes += [note for table in (source.tables if source else ()) for note in table.notes]
    notes += [*(source.notes if source else ()), *(use.why for use in mapping.columns)]
    return "\n".join(map(str, notes))


GOOD = [trial for trial in (*TABLES, *MAPS) if not trial.error]
BAD = [trial for trial in (*TABLES, *MAPS) if trial.error]


@pytest.mark.parametrize("trial", BAD, ids=str)
def test_a_file_that_holds_no_places_is_refused_with_a_sentence_that_helps(trial, standard):
    with using_language("en"), pytest.raises(SiteError) as why:
        sites_of_file(trial.make(), trial.name, standard, shipped_policies())

    with using_language("en"):
        assert re.search(trial.error, str(why.value), re.IGNORECASE), str(why.value)


@pytest.mark.parametrize("trial", GOOD, ids=str)
def test_a_file_gets_in_as_a_person_would_wish(trial, standard):
    with using_language("en"):
        sites, source, mapping = sites_of_file(trial.make(), trial.name, standard, shipped_policies())
        everything = told(sites, source, mapping)
    names = {site.name: site for site in sites}
    refused = {str(problem.place or problem.path) for problem in sites.problems if problem.level == "refused"}

    assert sorted(site.name if site.named else "" for site in sites) == sorted(trial.names), everything
    assert len(refused) == trial.refused, everything
    for name, at in trial.at.items():
        if name in names:
            shape = sites.shapes[sites.index_of(names[name].id)]
            assert (shape is None) == (at is None), (name, everything)
            assert at is None or metres(shape.centroid, at) < trial.within_m, (name, shape.centroid, everything)
    assert {name: names[name].id for name in trial.ids} == dict(trial.ids), everything
    for name, wished in trial.says.items():
        assert {key: names[name].facts.get(key) for key in wished} == dict(wished), everything
    for pattern in trial.notes:
        assert re.search(pattern, everything, re.IGNORECASE), everything
