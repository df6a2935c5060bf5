"""Map layers in the browser: taken with their day, used by every page, ended, undone and saved."""

from contextlib import closing
from io import BytesIO

import pytest

from helpers.registers import filled_register
from helpers.sending import WHO, app_for, enrol
from rba_audit.resources import sample_areas
from rba_audit.web.http.services import services_of

PLANNER = {WHO: "ade"}
TABLE = "Kode;Kecamatan;Jumlah;0-4;5-9;10-14;15-19\n;Kasemen;1.200;100;90;80;70\n;Nowhere;5;1;1;1;1\n"


@pytest.fixture
def app(tmp_path, standard):
    with closing(filled_register(tmp_path)) as register:
        enrol(register)
        yield app_for(register, standard)


def _send(client, data, name, **fields):
    return client.post("/layers", data={"file": (BytesIO(data), name), **fields}, headers=PLANNER)


def test_a_layer_is_taken_used_ended_and_undone(app):
    client, now = app.test_client(), services_of(app)
    client.set_cookie("lang", "en")
    areas = sample_areas().read_bytes()
    assert _send(client, areas, "areas.geojson").status_code == 400  # neither a day nor that it is not known
    before = len(now.context)

    assert _send(client, areas, "areas.geojson", dated="2024", source="City").status_code == 303
    assert _send(client, TABLE.encode(), "people.csv", dated="2024").status_code == 303
    page = client.get("/layers", headers=PLANNER).text
    assert "no boundary is called Nowhere" in page
    assert [feature.properties for feature in now.context if feature.layer == "population"] == [
        {"people": 1200.0, "children": 270.0}
    ]

    layer = now.whole.layers.current()[0]
    saved = client.get(f"/layers/{layer.layer_id}/file", headers=PLANNER)
    assert saved.data == areas
    path = f"/layers/{layer.layer_id}"
    assert client.post(path, data={"do": "end", "seen": "9"}, headers=PLANNER).status_code == 409
    client.post(path, data={"do": "end", "seen": "1"}, headers=PLANNER)
    assert len(now.context) == before
    assert now.context_faults  # the table has no boundaries any more
    client.post(path, data={"do": "undo", "seen": "2"}, headers=PLANNER)
    assert len(now.context) > before
