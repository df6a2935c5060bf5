"""Repeats of a survey form are parts of the site that their row became, whatever its id, and keep their ids in the next export."""

import io

import xlsxwriter

from rba_audit.imports import sites_of_file
from rba_audit.messages import using_language
from rba_audit.standard import default_edition, load_published
from rba_audit.standard.policies import shipped_policies

SITES = (
    ("nama", "kode", "_gps_latitude", "_gps_longitude", "_gps_altitude", "_gps_precision", "_uuid", "_index"),
    ("Taman Sari", "TS-1", "-6.11", "106.15", "", "4.5", "u-1", "1"),
    ("Taman Baru", "TB-2", "-6.12", "106.16", "", "5", "u-2", "2"),
)
HEAD = (
    "alat/part",
    "alat/tinggi",
    "_alat_gps_latitude",
    "_alat_gps_longitude",
    "_index",
    "_parent_table_name",
    "_parent_index",
)
ITEMS = (
    HEAD,
    ("equipment", "2", "-6.11", "106.15", "1", "Form", "1"),
    ("lampu", "4", "-6.11", "106.151", "2", "Form", "1"),
    ("equipment", "1", "-6.12", "106.16", "3", "Form", "2"),
)


def sites_of(sheets):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    sites, _, mapping = sites_of_file(
        out.getvalue(), "form.xlsx", load_published(default_edition()), shipped_policies()
    )
    assert mapping.table == "Form"
    return sites


def test_repeats_are_parts_of_their_site_and_the_larger_table_is_no_table_of_sites():
    sites = sites_of({"Form": SITES, "alat": ITEMS})

    assert sites.ids == ("TS-1", "TB-2")
    assert [(part.site, part.kind) for part in sites.parts] == [
        ("TS-1", "equipment"),
        ("TS-1", "lamp"),
        ("TB-2", "equipment"),
    ]
    assert sites.parts[0].feature["properties"]["alat/tinggi"] == "2"
    assert sites.parts[1].feature["geometry"]["coordinates"] == [106.151, -6.11]


def test_parts_keep_their_ids_when_the_next_export_has_more_rows():
    more = (
        SITES[0],
        ("Taman Nol", "T-0", "-6.2", "106.2", "", "3", "u-0", "1"),
        *((*row[:7], str(int(row[7]) + 1)) for row in SITES[1:]),
    )
    items = (HEAD, *((*row[:4], str(int(row[4]) + 5), "Form", str(int(row[6]) + 1)) for row in ITEMS[1:]))

    before, after = sites_of({"Form": SITES, "alat": ITEMS}), sites_of({"Form": more, "alat": items})

    assert [part.id for part in before.parts] == [part.id for part in after.parts]


def test_repeats_that_are_no_parts_or_belong_to_no_row_are_noted():
    head = ("usulan", "_index", "_parent_table_name", "_parent_index")
    sites = sites_of(
        {"Form": SITES, "usulan": (head, ("pohon besar", "1", "Form", "1")), "alat": (*ITEMS, (*ITEMS[1][:6], "9"))}
    )

    with using_language("en"):
        problems = [str(problem) for problem in sites.problems]
    assert any("“usulan”: 1 rows belong to rows of sites" in problem for problem in problems)
    assert any("alat, row 5: the row that it belongs to is not in the file" in problem for problem in problems)
    assert len(sites.parts) == 3
