"""Made-up tables: CSV, TSV, XLSX, ODS and the exports of survey programs, each with its usual traps."""

import csv
import io
import zipfile
from xml.sax.saxutils import escape

import openpyxl

from rba_audit.standard import load_published
from unit.imports.trial_files import AT, BARAT, DAHLIA, NAMES, SARI, UTM, Trial

KELURAHAN = {BARAT: "Kota Baru", SARI: "Cimuncang", DAHLIA: "Cipare"}
HOSTILE = '=HYPERLINK("http://x","a") "Taman, Raya"'


def text_table(rows, *, separator=",", encoding="utf-8", newline="\r\n"):
    """Return a maker of a CSV file."""

    def make():
        out = io.StringIO()
        csv.writer(out, delimiter=separator, lineterminator=newline).writerows(rows)
        return out.getvalue().encode(encoding)

    return make


def book(*sheets, merge=()):
    """Return a maker of an XLSX file: sheets as (name, rows); `merge` are ranges of the first."""

    def make():
        workbook = openpyxl.Workbook()
        workbook.remove(workbook.active)
        for name, rows in sheets:
            sheet = workbook.create_sheet(name)
            for row in rows:
                sheet.append(row)
        for cells in merge:
            workbook.worksheets[0].merge_cells(cells)
        out = io.BytesIO()
        workbook.save(out)
        return out.getvalue()

    return make


def open_document(rows):
    """Return a maker of an ODS file."""

    def cell(value):
        if isinstance(value, (int, float)):
            return f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p></table:table-cell>'
        return f'<table:table-cell office:value-type="string"><text:p>{escape(str(value))}</text:p></table:table-cell>'

    def make():
        lines = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
        names = " ".join(
            f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
            for short, long in (("office", "office"), ("table", "table"), ("text", "text"))
        )
        content = f'<?xml version="1.0"?><office:document-content {names} office:version="1.2"><office:body><office:spreadsheet><table:table table:name="Taman">{lines}</table:table></office:spreadsheet></office:body></office:document-content>'
        out = io.BytesIO()
        kind = "application/vnd.oasis.opendocument.spreadsheet"
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("mimetype", kind)
            archive.writestr("content.xml", content)
            archive.writestr(
                "META-INF/manifest.xml",
                f'<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>',
            )
        return out.getvalue()

    return make


LABEL = load_published("rbra-2024").question("is_public").ask.id
"""A question as its form shows it: exports with labels have it as heading."""


def archived_survey():
    """Return the ZIP archive that ODK Central gives: submissions, photos, and an empty repeat."""
    rows = [
        [
            "SubmissionDate",
            "nama",
            "titik-Latitude",
            "titik-Longitude",
            "titik-Altitude",
            "titik-Accuracy",
            "foto",
            "KEY",
        ],
        *by_name(lambda name, lon, lat: ["2026-11-01", name, lat, lon, 20, 4.9, "1.jpg", f"uuid:{name[6:]}"]),
    ]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("taman.csv", text_table(rows)())
        archive.writestr("media/1.jpg", b"\xff\xd8\xff\xe0")
    return out.getvalue()


def comma(number):
    return f"{number}".replace(".", ",")


def degrees(number, positive, negative):
    whole, minutes = divmod(abs(number) * 60, 60)[0], abs(number) * 60 % 60
    seconds = minutes % 1 * 60
    return f"{int(whole)}° {int(minutes)}' {seconds:.2f}\" {positive if number > 0 else negative}"


def by_name(row, *, names=NAMES):
    return [row(name, *AT[name]) for name in names]


PLAIN = [
    ["id", "nama", "longitude", "latitude"],
    *by_name(lambda name, lon, lat: [f"k-{name[6:].lower()}", name, lon, lat]),
]
IDS = {name: f"k-{name[6:].lower()}" for name in NAMES}


def trial(name, make, **wish):
    return Trial(name, make, **wish)


CSV = [
    trial("plain.csv", text_table(PLAIN), ids=IDS),
    trial(
        "indonesia-decimal-comma.csv",
        text_table(
            [
                ["Kode", "Nama Taman", "Kelurahan", "Lintang", "Bujur"],
                *by_name(lambda name, lon, lat: [f"K{name[6:]}", name, KELURAHAN[name], comma(lat), comma(lon)]),
            ],
            separator=";",
        ),
        says={name: {"kelurahan": KELURAHAN[name]} for name in NAMES},
        ids={name: f"K{name[6:]}" for name in NAMES},
    ),
    trial(
        "degrees-minutes.csv",
        text_table(
            [
                ["Nama Lokasi", "Koordinat LS", "Koordinat BT"],
                *by_name(lambda name, lon, lat: [name, degrees(lat, "LU", "LS"), degrees(lon, "BT", "BB")]),
            ]
        ),
    ),
    trial(
        "utm-with-a-zone.csv", text_table([["Nama", "X", "Y", "Zona"], *([name, *UTM[name], "48S"] for name in NAMES)])
    ),
    trial(
        "utm-in-the-heading.csv",
        text_table([["Nama", "X_UTM48S", "Y_UTM48S"], *([name, *UTM[name]] for name in NAMES)]),
    ),
    trial(
        "utm-without-a-zone.csv",
        text_table([["Nama", "Easting", "Northing"], *([name, *UTM[name]] for name in NAMES)]),
        names=(),
        refused=3,
        notes=("zone",),
    ),
    trial(
        "exchanged.csv",
        text_table([["nama", "latitude", "longitude"], *by_name(lambda name, lon, lat: [name, lon, lat])]),
        notes=("swap|exchang",),
    ),
    trial(
        "one-column.csv",
        text_table([["Nama Taman", "Koordinat"], *by_name(lambda name, lon, lat: [name, f"{lat}, {lon}"])]),
    ),
    trial(
        "one-column-decimal-comma.csv",
        text_table(
            [["Nama Taman", "Titik Koordinat"], *by_name(lambda name, lon, lat: [name, f"{comma(lat)}; {comma(lon)}"])],
            separator="\t",
        ),
    ),
    trial(
        "usa-arcgis.csv",
        text_table(
            [
                ["X", "Y", "OBJECTID", "PARKNAME", "ADDRESS", "created_user"],
                *by_name(lambda name, lon, lat: [lon, lat, 100 + len(name), name, "1 Main St", "a"]),
            ]
        ),
    ),
    trial(
        "germany-cp1252.csv",
        text_table(
            [
                ["Spielplatz-Name", "Straße", "Breitengrad", "Längengrad"],
                ["Spielplatz Schloßgärten", "Müllerstraße 1", "49,0069", "8,4037"],
            ],
            separator=";",
            encoding="cp1252",
        ),
        names=("Spielplatz Schloßgärten",),
        at={"Spielplatz Schloßgärten": (8.4037, 49.0069)},
        says={"Spielplatz Schloßgärten": {"Straße": "Müllerstraße 1"}},
    ),
    trial("excel-unicode-text.txt", text_table(PLAIN, separator="\t", encoding="utf-16"), ids=IDS),
    trial("excel-bom.csv", text_table(PLAIN, separator=";", encoding="utf-8-sig"), ids=IDS),
    trial("says-its-separator.csv", lambda: b"sep=;\r\n" + text_table(PLAIN, separator=";")(), ids=IDS),
    trial(
        "title-above.csv",
        text_table(
            [["DAFTAR TAMAN KOTA TAHUN 2025", "", "", ""], ["", "", "", ""], *PLAIN, ["", "Sumber: Dinas", "", ""]],
            separator=";",
        ),
        names=NAMES,
        ids=IDS,
        notes=("Sumber: Dinas",),
    ),
    trial(
        "names-in-quotes.csv",
        text_table([PLAIN[0], ["a", HOSTILE, *AT[BARAT]], ["b", "Taman\nDua Baris", *AT[SARI]]]),
        names=(HOSTILE, "Taman Dua Baris"),
        at={HOSTILE: AT[BARAT]},
    ),
    trial(
        "leading-zeros.csv",
        text_table([PLAIN[0], *([f"00{index}7", name, *AT[name]] for index, name in enumerate(NAMES))]),
        ids={name: f"00{index}7" for index, name in enumerate(NAMES)},
    ),
    trial(
        "ids-twice.csv",
        text_table([PLAIN[0], ["a", BARAT, *AT[BARAT]], ["a", SARI, *AT[SARI]], ["b", DAHLIA, *AT[DAHLIA]]]),
        names=(BARAT, DAHLIA),
        refused=1,
        notes=("“a”",),
    ),
    trial(
        "one-row-not-located.csv",
        text_table([PLAIN[0], ["a", BARAT, *AT[BARAT]], ["b", SARI, "", ""]]),
        names=(BARAT, SARI),
        at={BARAT: AT[BARAT], SARI: None},
    ),
    trial(
        "null-island.csv",
        text_table([PLAIN[0], ["a", BARAT, *AT[BARAT]], ["b", SARI, 0, 0]]),
        names=(BARAT, SARI),
        at={BARAT: AT[BARAT], SARI: None},
        notes=("0",),
    ),
    trial(
        "no-positions.csv",
        text_table([["Kode", "Nama Taman"], *([f"K{index}", name] for index, name in enumerate(NAMES))]),
        at=dict.fromkeys(NAMES),
    ),
    trial(
        "typographic-minus.csv",
        text_table(
            [PLAIN[0], *by_name(lambda name, lon, lat: [name, name, comma(lon), comma(lat).replace("-", "\u2212")])],
            separator=";",
        ),
    ),
    trial(
        "outline-as-text.csv",
        text_table(
            [
                ["Nama", "WKT"],
                [
                    BARAT,
                    "POLYGON ((106.153 -6.1174, 106.1532 -6.1174, 106.1532 -6.1172, 106.153 -6.1172, 106.153 -6.1174))",
                ],
            ]
        ),
        names=(BARAT,),
    ),
    trial(
        "brazil.csv",
        text_table(
            [
                ["codigo", "nome", "bairro", "latitude", "longitude"],
                ["P-01", "Praça São José", "Centro", "-23,55052", "-46,633308"],
            ],
            separator=";",
            encoding="cp1252",
        ),
        names=("Praça São José",),
        at={"Praça São José": (-46.633308, -23.55052)},
        says={"Praça São José": {"bairro": "Centro"}},
    ),
    trial(
        "france-open-data.csv",
        text_table(
            [
                ["Geo Point", "Geo Shape", "identifiant", "nom", "adresse"],
                [
                    "48.8566, 2.3522",
                    '{"type": "Point", "coordinates": [2.3522, 48.8566]}',
                    "j7",
                    "Jardin des Enfants",
                    "1 rue A",
                ],
            ],
            separator=";",
        ),
        names=("Jardin des Enfants",),
        at={"Jardin des Enfants": (2.3522, 48.8566)},
    ),
    trial(
        "headings-twice.csv",
        text_table(
            [
                ["nama", "longitude", "latitude", "catatan", "catatan"],
                *by_name(lambda name, lon, lat: [name, lon, lat, "a", "b"]),
            ]
        ),
        says={BARAT: {"catatan": "a", "catatan (2)": "b"}},
    ),
    trial(
        "row-numbers.csv",
        text_table(
            [
                ["No", "Nama", "Lat", "Long"],
                *([index + 1, name, AT[name][1], AT[name][0]] for index, name in enumerate(NAMES)),
            ]
        ),
    ),
    trial("no-rows.csv", text_table([PLAIN[0]]), names=(), error="row|empty"),
]
SURVEYS = [
    trial(
        "kobo.csv",
        text_table(
            [
                [
                    "start",
                    "info/nama",
                    "info/jenis",
                    "_gps_latitude",
                    "_gps_longitude",
                    "_gps_altitude",
                    "_gps_precision",
                    "MAN/MAN-06",
                    "_id",
                    "_uuid",
                    "_index",
                ],
                *by_name(
                    lambda name, lon, lat: [
                        "2026-11-01T08:00:00",
                        name,
                        "rth",
                        lat,
                        lon,
                        20,
                        4.9,
                        "yes",
                        900,
                        f"u-{name[6:]}",
                        1,
                    ]
                ),
            ],
            separator=";",
        ),
        says={name: {"position_accuracy_m": 4.9, "MAN-06": "yes"} for name in NAMES},
        ids={name: f"u-{name[6:]}" for name in NAMES},
    ),
    trial(
        "odk-central.csv",
        text_table(
            [
                [
                    "SubmissionDate",
                    "grp-nama",
                    "grp-titik-Latitude",
                    "grp-titik-Longitude",
                    "grp-titik-Altitude",
                    "grp-titik-Accuracy",
                    "KEY",
                ],
                *by_name(lambda name, lon, lat: ["2026-11-01", name, lat, lon, 20, 4.9, f"uuid:{name[6:]}"]),
            ]
        ),
        ids={name: f"uuid:{name[6:]}" for name in NAMES},
    ),
    trial(
        "geopoint-text.csv",
        text_table([["nama", "titik"], *by_name(lambda name, lon, lat: [name, f"{lat} {lon} 21.0 4.9"])]),
        says={BARAT: {"position_accuracy_m": 4.9}},
    ),
    trial(
        "geoshape-text.csv",
        text_table(
            [
                ["nama", "batas"],
                [
                    BARAT,
                    "; ".join(
                        f"{lat} {lon} 0 0"
                        for lon, lat in (
                            (106.153, -6.1174),
                            (106.1532, -6.1174),
                            (106.1532, -6.1172),
                            (106.153, -6.1172),
                            (106.153, -6.1174),
                        )
                    ),
                ],
            ]
        ),
        names=(BARAT,),
    ),
    trial(
        "kobo.xlsx",
        book(
            (
                "Survei",
                [
                    ["nama", "_lokasi_latitude", "_lokasi_longitude", "_index"],
                    *by_name(lambda name, lon, lat: [name, lat, lon, 1]),
                ],
            ),
            ("alat", [["jenis_alat", "_parent_index"], ["ayunan", 1], ["perosotan", 1]]),
        ),
        refused=1,
        notes=("belong to rows of sites",),
    ),
    trial(
        "odk-media.zip",
        archived_survey,
        ids={name: f"uuid:{name[6:]}" for name in NAMES},
        notes=("media|not read|left",),
    ),
    trial(
        "kobo-labels.csv",
        text_table(
            [
                ["Nama", "_titik_latitude", "_titik_longitude", LABEL, "_uuid", "_submission_time"],
                *by_name(lambda name, lon, lat: [name, lat, lon, "ya", f"u-{name[6:]}", "2026-11-01"]),
            ]
        ),
        ids={name: f"u-{name[6:]}" for name in NAMES},
        says={name: {"is_public": "ya", LABEL: "ya"} for name in NAMES},
    ),
]
SHEETS = [
    trial("plain.xlsx", book(("Sheet1", PLAIN)), ids=IDS),
    trial(
        "office.xlsx",
        book(
            (
                "Rekap",
                [
                    ["REKAP TAMAN KOTA"],
                    [],
                    ["No", "Nama Taman", "Koordinat", None, "Ket"],
                    [None, None, "Lintang", "Bujur", None],
                    *([index + 1, name, AT[name][1], AT[name][0], ""] for index, name in enumerate(NAMES)),
                    [None, "Jumlah: 3"],
                ],
            ),
            merge=("A1:E1", "C3:D3", "A3:A4", "B3:B4", "E3:E4"),
        ),
        notes=("Jumlah: 3",),
    ),
    trial("second-sheet.xlsx", book(("Petunjuk", [["Isi lembar Data"], ["Terima kasih"]]), ("Data", PLAIN)), ids=IDS),
    trial(
        "number-ids.xlsx",
        book(("T", [PLAIN[0], [1001, BARAT, *AT[BARAT]], [1002.0, SARI, *AT[SARI]], [None, DAHLIA, *AT[DAHLIA]]])),
        ids={BARAT: "1001", SARI: "1002"},
    ),
    trial("hostile.xlsx", book(("T", [PLAIN[0], ["a", HOSTILE[1:], *AT[BARAT]]])), names=(HOSTILE[1:],), at={}),
    trial(
        "coordinates-as-text.xlsx",
        book(("T", [PLAIN[0], *by_name(lambda name, lon, lat: [name, name, f" {comma(lon)} ", f"{comma(lat)}"])])),
    ),
    trial(
        "utm-zone-column.xlsx",
        book(
            (
                "T",
                [
                    ["Kode Lokasi", "Nama", "Easting", "Northing", "Zone"],
                    *([f"K{name}", name, *UTM[name], "48 S"] for name in NAMES),
                ],
            )
        ),
    ),
    trial("plain.ods", open_document(PLAIN), ids=IDS),
    trial(
        "decimal-comma.ods",
        open_document(
            [["Nama Taman", "Lintang", "Bujur"], *by_name(lambda name, lon, lat: [name, comma(lat), comma(lon)])]
        ),
    ),
]
TABLES = [*CSV, *SURVEYS, *SHEETS]
