"""Tables and layers on the command line: what columns became is said, and options change it."""

import json

import pytest

from rba_audit.cli import main

TABLE = "No;Objek;Papan;X;Y\n1;Taman Sari;Ya;624123,45;9323456,1\n2;Taman Dua;Tidak;624500;9323500\n"


def run(capsys, *words, code=0):
    assert main([*map(str, words), "--lang", "en"]) == code
    return capsys.readouterr()


def written(folder, name, text):
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_a_table_is_audited_as_the_options_say(capsys, tmp_path):
    file = written(tmp_path, "taman.csv", TABLE)

    refused = run(capsys, "audit", file, code=1).err
    assert "line 2: the position is in metres" in refused
    assert "not one site could be taken" in refused
    chosen = ["--id", "No", "--name", "Objek", "--map", "Papan=MAN-06", "--crs", "EPSG:32748"]
    said = run(capsys, "audit", file, *chosen, "--out", tmp_path / "out", "--format", "json")
    assert "column “Papan” → MAN-06, as chosen (Ya, Tidak)" in said.err
    assert json.loads(said.out)["sites"] == 2
    assert "Taman Sari (1)" in run(capsys, "explain", file, "1", "MAN-06", *chosen).out
    register = f"sqlite:///{tmp_path / 'register.db'}"
    assert "2 new" in run(capsys, "register", "import", file, *chosen, "--register", register).out
    assert (
        "0 new, 0 changed, 2 as they were"
        in run(capsys, "register", "import", file, *chosen, "--register", register).out
    )


def test_what_an_import_gave_out_comes_in_again_as_the_same_bytes(capsys, tmp_path):
    file = written(tmp_path, "taman.csv", TABLE)
    first, second = (f"sqlite:///{tmp_path / name}" for name in ("a.db", "b.db"))
    run(capsys, "register", "import", file, "--crs", "EPSG:32748", "--register", first)
    run(capsys, "register", "export", tmp_path / "a.geojson", "--register", first)
    run(capsys, "register", "import", tmp_path / "a.geojson", "--register", second)
    run(capsys, "register", "export", tmp_path / "b.geojson", "--register", second)

    assert (tmp_path / "a.geojson").read_bytes() == (tmp_path / "b.geojson").read_bytes()


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--map", "Papan"], "write COLUMN=QUESTION"),
        (["--map", "Papan=MAN-99"], "“Papan” cannot become “MAN-99”"),
        (["--id", "NOMOR"], "the file has no column “NOMOR”; its columns are: No, Objek, Papan, X, Y"),
        (["--crs", "48S"], "the crs “48S” is not known"),
        (["--layer", "railway"], "write NAME=FILE"),
    ],
)
def test_an_option_that_cannot_be_followed_says_why(capsys, tmp_path, words, why):
    assert why in run(capsys, "audit", written(tmp_path, "taman.csv", TABLE), *words, code=1).err


def rails(folder, **properties):
    line = {"type": "LineString", "coordinates": [[106.15, -6.1], [106.16, -6.1]]}
    features = [
        {"type": "Feature", "geometry": line, "properties": {"id": 0, "at": at, **properties}} for at in range(3)
    ]
    text = json.dumps({"type": "FeatureCollection", "date": "2026-04-06", "features": features})
    return written(folder, "rel.geojson", text)


@pytest.mark.parametrize("layer", ["railway", "rel kereta"])
def test_a_file_is_the_layer_that_it_is_said_to_be(capsys, tmp_path, layer):
    site = {"type": "Point", "coordinates": [106.155, -6.1003]}
    feature = {"type": "Feature", "id": "a", "geometry": site, "properties": {"name": "A"}}
    sites = written(tmp_path, "sites.geojson", json.dumps({"type": "FeatureCollection", "features": [feature]}))
    file = rails(tmp_path, NAMA="Rel")

    assert "nothing in it is recognised as context" in run(capsys, "audit", sites, "--context", file, code=1).err
    said = run(capsys, "explain", sites, "a", "LOK-05", "--layer", f"{layer}={file}").out
    assert "it is drawn as a point" in said  # so the layer is there
    assert "is no layer" in run(capsys, "audit", sites, "--layer", f"kebun={file}", code=1).err
