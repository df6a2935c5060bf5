"""A city's own list of parks as an office has it: a workbook with a title, odd headings, decimal commas and labels for answers."""

import json
from io import BytesIO

import shapely
import xlsxwriter

from rba_audit.messages import using_language
from rba_audit.resources import sample_areas

TITLE = "DAFTAR TAMAN DAN RUANG TERBUKA HIJAU TAHUN 2026"


def park_positions(count):
    """Return positions as (longitude, latitude), a kilometre or so apart, that lie in the kecamatan of the demonstration."""
    features = json.loads(sample_areas().read_text(encoding="utf-8"))["features"]
    city = shapely.union_all(
        [
            shapely.geometry.shape(each["geometry"]).buffer(-0.001)
            for each in features
            if each["geometry"]["type"].endswith("Polygon")
        ]
    )
    west, south, east, north = city.bounds
    points = []
    for step in range(10_000):  # Halton's sequence in 2 and 3: spread evenly, and the same every time
        lon, lat = (
            start + (end - start) * _halton(step + 1, base) for start, end, base in ((west, east, 2), (south, north, 3))
        )
        if city.contains(shapely.Point(lon, lat)):
            points.append((round(lon, 6), round(lat, 6)))
        if len(points) == count:
            return points
    raise AssertionError("the areas are smaller than was thought")


def park_workbook(standard, count=70, questions=3):
    """Return the list as XLSX; `questions` columns have the text of a question as heading, and its labels as cells."""
    asked = [
        each
        for each in standard.questions
        if each.requirement and {"yes", "no"} <= {word.name for word in each.choices}
    ]
    with using_language("id"):
        headings = [str(each.ask) for each in asked[:questions]]
        labels = [{word.name: str(word.words) for word in each.choices} for each in asked[:questions]]
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Data Taman")
        sheet.write_row(0, 0, [TITLE])
        sheet.write_row(2, 0, ["No", "Nama Taman", "Lintang", "Bujur", "Luas (m2)", "Keterangan", *headings])
        for at, (lon, lat) in enumerate(park_positions(count)):
            answers = [words[("yes", "no")[(at + column) % 2]] for column, words in enumerate(labels)]
            position = [f"{lat}".replace(".", ","), f"{lon}".replace(".", ",")]
            sheet.write_row(at + 3, 0, [at + 1, f"Taman Contoh {at + 1:02}", *position, 400 + 25 * at, "", *answers])
    return buffer.getvalue()


def _halton(index, base):
    value, part = 0.0, 1.0
    while index:
        part /= base
        index, digit = divmod(index, base)
        value += part * digit
    return value
