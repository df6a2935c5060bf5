"""Made-up layers: GeoJSON, KML, GPX, shapefiles, GeoPackage and others, each with its usual traps."""

import io
import json
import tempfile
import warnings
import zipfile
from pathlib import Path

import geopandas
import osmium
import pyogrio
import shapely
from osmium.osm.mutable import Node, Relation, Way

from unit.imports.trial_files import AT, BARAT, DAHLIA, NAMES, SARI, Trial

POINTS = [shapely.Point(AT[name]) for name in NAMES]


def square(name, half=0.0004):
    lon, lat = AT[name]
    return shapely.box(lon - half, lat - half, lon + half, lat + half)


def frame(columns, shapes=None, crs="EPSG:4326"):
    return geopandas.GeoDataFrame(columns, geometry=POINTS if shapes is None else shapes, crs=crs)


def written(name, driver, columns, shapes=None, *, crs="EPSG:4326", change=None, **options):
    """Return a maker of a file that GDAL writes; of several files a ZIP archive, whose names and bytes `change` may change."""

    def make():
        with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
            path = Path(folder) / name
            data = frame(columns, shapes).to_crs(32748) if crs == "utm" else frame(columns, shapes, crs)
            warnings.simplefilter("ignore")  # GDAL says what it cuts; the trap is just that
            if driver == "parquet":
                data.to_parquet(path)
            else:
                pyogrio.write_dataframe(data, path, driver=driver, **options)
            files = {file.name: file.read_bytes() for file in sorted(Path(folder).iterdir())}
        if len(files) == 1 and change is None:
            return files[name]
        return packed(change(files) if change else files)

    return make


def packed(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def without(*endings):
    return lambda files: {name: data for name, data in files.items() if not name.endswith(endings)}


def in_folder(files):
    return {f"Data Taman 2025/{name.upper()}": data for name, data in files.items()} | {
        "Data Taman 2025/baca.txt": b"-"
    }


def features(*rows, **members):
    """Return a maker of a GeoJSON file: rows are (properties, geometry) or whole features."""
    whole = [
        row if isinstance(row, dict) else {"type": "Feature", "properties": row[0], "geometry": row[1]} for row in rows
    ]
    return lambda: json.dumps({"type": "FeatureCollection", **members, "features": whole}).encode()


def point(name):
    return {"type": "Point", "coordinates": list(AT[name])}


def per_name(row):
    return [row(index, name) for index, name in enumerate(NAMES)]


def kml(body, prefix=""):
    tag = "xmlns" + (f":{prefix[:-1]}" if prefix else "")
    text = f'<?xml version="1.0" encoding="UTF-8"?><{prefix}kml {tag}="http://www.opengis.net/kml/2.2"><{prefix}Document>{body}</{prefix}Document></{prefix}kml>'
    return text.encode()


def placemark(name, shape="", more=""):
    lon, lat = AT.get(name, (0, 0))
    return f"<Placemark><name>{name}</name>{more}{shape or f'<Point><coordinates>{lon},{lat},12</coordinates></Point>'}</Placemark>"


def ring(name, close=True):
    corners = list(square(name).exterior.coords)[: None if close else -1]
    text = " ".join(f"{lon},{lat},0" for lon, lat in corners)
    return f"<Polygon><outerBoundaryIs><LinearRing><coordinates>{text}</coordinates></LinearRing></outerBoundaryIs></Polygon>"


def gpx(body):
    head = '<?xml version="1.0"?><gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1">'
    return f"{head}{body}</gpx>".encode


def walk(name):
    return "".join(f'<trkpt lat="{lat}" lon="{lon}"></trkpt>' for lon, lat in square(name).exterior.coords)


def overpass():
    nodes = [
        {
            "type": "node",
            "id": index + 1,
            "lat": AT[name][1],
            "lon": AT[name][0],
            "tags": {"leisure": "playground", "name": name},
        }
        for index, name in enumerate(NAMES[:2])
    ]
    outline = [{"lon": lon, "lat": lat} for lon, lat in square(DAHLIA).exterior.coords]
    way = {
        "type": "way",
        "id": 9,
        "nodes": [1, 2, 3, 4, 1],
        "geometry": outline,
        "tags": {"leisure": "playground", "name": DAHLIA},
    }
    swing = {"type": "node", "id": 77, "lat": AT[DAHLIA][1], "lon": AT[DAHLIA][0], "tags": {"playground": "swing"}}
    return json.dumps({"version": 0.6, "generator": "x", "osm3s": {}, "elements": [*nodes, way, swing]}).encode()


def extract():
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "city.osm.pbf")
        writer = osmium.SimpleWriter(path)
        corners = list(square(DAHLIA).exterior.coords)[:-1]
        for index, name in enumerate(NAMES[:2]):
            writer.add_node(Node(id=index + 1, location=AT[name], tags={"leisure": "playground", "name": name}))
        for index, at in enumerate(corners):
            writer.add_node(Node(id=10 + index, location=at))
        writer.add_way(Way(id=20, nodes=[10, 11, 12, 13, 10], tags={"leisure": "playground", "name": DAHLIA}))
        writer.add_way(Way(id=21, nodes=[10, 11, 99], tags={"highway": "residential"}))
        writer.add_relation(Relation(id=30, members=[("w", 20, "")], tags={"type": "site"}))
        writer.close()
        return Path(path).read_bytes()


OSM_IDS = {BARAT: "node/1", SARI: "node/2"}
IDS = {name: f"k{index}" for index, name in enumerate(NAMES)}
OWN = {"kode": list(IDS.values()), "nama": list(NAMES)}
GEOJSON = [
    Trial(
        "plain.geojson",
        features(*per_name(lambda index, name: ({"id": f"k{index}", "name": name}, point(name)))),
        ids=IDS,
    ),
    Trial(
        "qgis-junk-id.geojson",
        features(*per_name(lambda index, name: ({"id": 0, "NAMOBJ": name, "KODE": f"k{index}"}, point(name)))),
        ids=IDS,
    ),
    Trial(
        "geopandas-row-numbers.geojson",
        features(
            *per_name(
                lambda index, name: {
                    "type": "Feature",
                    "id": str(index),
                    "properties": {"Nama_Taman": name, "KODE_ASET": f"A-{index}"},
                    "geometry": point(name),
                }
            )
        ),
        notes=("row number|number",),
    ),
    Trial(
        "near-miss-keys.geojson",
        features(
            *per_name(
                lambda index, name: ({"id": f"k{index}", "NAMA": name, "man_06": "yes", "Typology": "rth"}, point(name))
            )
        ),
        says={name: {"MAN-06": "yes", "typology": "rth"} for name in NAMES},
    ),
    Trial(
        "one-open-ring.geojson",
        features(
            ({"id": "a", "name": BARAT}, point(BARAT)),
            (
                {"id": "b", "name": SARI},
                {"type": "Polygon", "coordinates": [[[106.1, -6.1], [106.2, -6.1], [106.2, -6.2]]]},
            ),
        ),
        names=(BARAT,),
        refused=1,
        notes=("ring|clos",),
    ),
    Trial(
        "empty-geometry.geojson",
        features(
            ({"id": "a", "name": BARAT}, point(BARAT)),
            ({"id": "b", "name": SARI}, {"type": "Point", "coordinates": []}),
        ),
        names=(BARAT, SARI),
        at={BARAT: AT[BARAT], SARI: None},
    ),
    Trial(
        "height-in-some.geojson",
        features(
            ({"id": "a", "name": BARAT}, {"type": "Point", "coordinates": [*AT[BARAT], 21.5]}),
            ({"id": "b", "name": SARI}, point(SARI)),
        ),
        names=(BARAT, SARI),
    ),
    Trial(
        "exchanged.geojson",
        features(
            *per_name(
                lambda index, name: (
                    {"id": f"k{index}", "name": name},
                    {"type": "Point", "coordinates": list(AT[name][::-1])},
                )
            )
        ),
        names=(),
        refused=3,
        notes=("swap|exchang|longitude",),
    ),
    Trial("utm-metres.geojson", lambda: frame(OWN).to_crs(32748).to_json().encode(), notes=("UTM zone 48S",)),
    Trial(
        "nested-objects.geojson",
        features(({"id": "a", "nama": {"id": BARAT}, "info": {"a": [1, 2]}}, point(BARAT))),
        names=(BARAT,),
        says={BARAT: {"info": {"a": [1, 2]}}},
    ),
    Trial(
        "plain.geojson.zip",
        lambda: packed(
            {
                "data/plain.geojson": features(
                    *per_name(lambda index, name: ({"id": f"k{index}", "name": name}, point(name)))
                )(),
                "__MACOSX/data/._plain.geojson": b"\0",
            }
        ),
        ids=IDS,
    ),
    Trial(
        "usa.geojson",
        features(
            *per_name(
                lambda index, name: (
                    {"OBJECTID": index + 1, "GLOBALID": f"{{G{index}}}", "PARK_NAME": name, "ACRES": 1.5},
                    point(name),
                )
            )
        ),
        ids={name: f"{{G{index}}}" for index, name in enumerate(NAMES)},
    ),
    Trial("overpass.json", overpass, ids=OSM_IDS),
]
MARKUP = [
    Trial("plain.kml", lambda: kml("".join(map(placemark, NAMES)))),
    Trial(
        "own-facts.kml",
        lambda: kml(
            "".join(
                placemark(
                    name,
                    more=f'<ExtendedData><Data name="id"><value>k{index}</value></Data><Data name="MAN-06"><value>yes</value></Data></ExtendedData>',
                )
                for index, name in enumerate(NAMES)
            )
        ),
        ids=IDS,
        says={name: {"MAN-06": "yes"} for name in NAMES},
    ),
    Trial(
        "folders.kml",
        lambda: kml(
            f"<Folder><name>A</name>{placemark(BARAT)}</Folder><Folder><name>B</name>{placemark(SARI)}{placemark(DAHLIA, ring(DAHLIA))}</Folder>"
        ),
    ),
    Trial(
        "one-open-ring.kml",
        lambda: kml(placemark(BARAT, ring(BARAT)) + placemark(SARI, ring(SARI, close=False)) + placemark(DAHLIA)),
        names=(BARAT, DAHLIA),
        refused=1,
    ),
    Trial(
        "prefixed.kml",
        lambda: kml(
            "".join(map(placemark, NAMES)).replace("</", "</k:").replace("<", "<k:").replace("<k:/k:", "</k:"), "k:"
        ),
    ),
    Trial(
        "google-earth.kmz",
        lambda: packed({"doc.kml": kml("".join(map(placemark, NAMES))), "files/icon.png": b"\x89PNG\r\n"}),
    ),
    Trial(
        "waypoints.gpx",
        gpx(
            "".join(
                f'<wpt lat="{AT[name][1]}" lon="{AT[name][0]}"><ele>20</ele><name>{name}</name></wpt>' for name in NAMES
            )
        ),
    ),
    Trial("walked.gpx", gpx(f"<trk><name>{SARI}</name><trkseg>{walk(SARI)}</trkseg></trk>"), names=(SARI,)),
]
SHAPEFILE = "ESRI Shapefile"
SHAPEFILES = [
    Trial("plain.zip", written("taman.shp", SHAPEFILE, OWN), ids=IDS),
    Trial("in-a-folder.zip", written("taman.shp", SHAPEFILE, OWN, change=in_folder), ids=IDS),
    Trial(
        "ten-letters.zip",
        written("taman.shp", SHAPEFILE, {"nama_taman_kota": list(NAMES), "position_accuracy_m": [5, 6, 7]}),
        says={BARAT: {"position_accuracy_m": 5}},
    ),
    Trial(
        "no-cpg.zip",
        written(
            "taman.shp",
            SHAPEFILE,
            {"kode": ["a"], "nama": ["Taman Señorita Ä"]},
            POINTS[:1],
            encoding="cp1252",
            change=without(".cpg"),
        ),
        names=("Taman Señorita Ä",),
        at={},
    ),
    Trial(
        "utf8-without-cpg.zip",
        written(
            "taman.shp",
            SHAPEFILE,
            {"kode": ["a"], "nama": ["Taman “Étoile”"]},
            POINTS[:1],
            encoding="UTF-8",
            change=without(".cpg"),
        ),
        names=("Taman “Étoile”",),
        at={},
    ),
    Trial(
        "no-prj-degrees.zip",
        written("taman.shp", SHAPEFILE, OWN, crs=None),
        ids=IDS,
        notes=("prj|reference system|coordinate system",),
    ),
    Trial(
        "no-prj-metres.zip",
        written("taman.shp", SHAPEFILE, OWN, crs="utm", change=without(".prj")),
        names=(),
        refused=3,
        notes=("prj|reference system|coordinate system|metres",),
    ),
    Trial("utm.zip", written("taman.shp", SHAPEFILE, OWN, crs="utm"), ids=IDS),
    Trial("no-shx.zip", written("taman.shp", SHAPEFILE, OWN, change=without(".shx")), ids=IDS),
    Trial(
        "no-dbf.zip",
        written("taman.shp", SHAPEFILE, OWN, change=without(".dbf")),
        names=("", "", ""),
        at={},
        notes=("dbf",),
    ),
    Trial("no-shp.zip", written("taman.shp", SHAPEFILE, OWN, change=without(".shp")), names=(), error="shp"),
    Trial(
        "number-with-null.zip",
        written("taman.shp", SHAPEFILE, {"nama": list(NAMES), "kode": [1.0, 2.0, None]}),
        ids={BARAT: "1", SARI: "2"},
    ),
]
LAYERS = [
    Trial("plain.gpkg", written("a.gpkg", "GPKG", OWN, layer="taman"), ids=IDS),
    Trial(
        "null-number.gpkg",
        written("a.gpkg", "GPKG", {"Nama": list(NAMES), "kode": geopandas.pd.array([1, 2, None], dtype="Int64")}),
        ids={BARAT: "1", SARI: "2"},
    ),
    Trial("utm.gpkg", written("a.gpkg", "GPKG", OWN, crs="utm"), ids=IDS),
    Trial(
        "outlines-and-heights.gpkg",
        written(
            "a.gpkg", "GPKG", OWN, [square(BARAT), shapely.Point(*AT[SARI], 12), shapely.MultiPolygon([square(DAHLIA)])]
        ),
        ids=IDS,
    ),
    Trial(
        "big-number.gpkg",
        written("a.gpkg", "GPKG", {"kode": [9007199254740993, 2, 3], "nama": list(NAMES)}),
        ids={BARAT: "9007199254740993"},
    ),
    Trial(
        "no-geometry-in-one.gpkg",
        written("a.gpkg", "GPKG", OWN, [POINTS[0], None, POINTS[2]]),
        at={BARAT: AT[BARAT], SARI: None},
        ids=IDS,
    ),
    Trial("plain.fgb", written("a.fgb", "FlatGeobuf", OWN), ids=IDS),
    Trial("plain.parquet", written("a.parquet", "parquet", OWN), ids=IDS),
    Trial("utm.parquet", written("a.parquet", "parquet", OWN, crs="utm"), ids=IDS),
    Trial(
        "plain.gml",
        lambda: b'<?xml version="1.0"?><gml:FeatureCollection xmlns:gml="http://www.opengis.net/gml"/>',
        names=(),
        error="GML",
    ),
    Trial(
        "vrt-as.kml",
        lambda: (
            b'<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'
        ),
        names=(),
        error="never followed|only names",
    ),
    Trial("city.osm.pbf", extract, ids=OSM_IDS),
]
MAPS = [*GEOJSON, *MARKUP, *SHAPEFILES, *LAYERS]
