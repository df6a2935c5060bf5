"""A paper is a PDF file for everybody: names stay text, the file keeps its marks, and the same data give the same bytes."""

from datetime import UTC, datetime

import pypdfium2
import pytest

from rba_audit.papers import typesetting
from rba_audit.papers.typesetting import typeset
from rba_audit.status_style import LOOKS

AT = datetime(2026, 11, 30, 3, 0, tzinfo=UTC)
BODY = """
#import "paper.typ": *
#show: paper
= #data.title
#for row in data.rows [#row.status #status-mark(row.status) #par(row.name)]
"""
HOSTILE = (
    '#read("/etc/passwd")',
    '#import "@preview/evil:1.0.0": *',
    "] #panic() [",
    "$ x^2 $ *bold* _under_ `code` @ref <label>",
    "= Heading",
    "// comment",
    "<script>alert(1)</script> & &amp; \\ \\u{41}",
    '"quoted" \\" \'single\'',
    "https://example.org/#a",
)


@pytest.fixture
def template(tmp_path, monkeypatch):
    """A folder of papers with the look of every paper, and a template that prints names."""
    folder = tmp_path / "papers"
    folder.mkdir()
    look = typesetting._papers_dir() / "paper.typ"
    (folder / "paper.typ").write_text(look.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "names.typ").write_text(BODY, encoding="utf-8")
    monkeypatch.setattr(typesetting, "_papers_dir", lambda: folder)
    return "names.typ"


def paper(template, *names, **more):
    frame = {"lang": "id", "title": "Daftar nama", "office": "Dinas", "day": "30 Nov 2026", "page_words": "Halaman"}
    rows = [{"name": name, "status": status} for name in names for status in [next(iter(LOOKS))]]
    return typeset(template, {**frame, "rows": rows, **more}, at=AT)


def text_of(pdf):
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def flat(text):
    return "".join(text.replace("\u200b", "").split())


@pytest.mark.parametrize("name", HOSTILE)
def test_markup_in_a_name_is_printed_as_it_is_written(template, name):
    assert flat(name) in flat(text_of(paper(template, name)))


def test_nothing_outside_the_data_is_read(template):
    assert "root:" not in text_of(paper(template, '#read("/etc/passwd")', "../../etc/passwd"))


def test_a_paper_is_marked_as_archive_and_as_accessible(template):
    pdf = paper(template, "Taman Sari")

    assert b"<pdfaid:part>2" in pdf
    assert b"<pdfaid:conformance>A" in pdf
    assert b"<pdfuaid:part>1" in pdf
    assert b"/StructTreeRoot" in pdf
    assert b"/Lang" in pdf


@pytest.mark.parametrize("name", ["Taman 🎠", "公园", "a\x00b\x07c\x1bd", "\ud800"])
def test_a_name_without_a_font_still_gives_a_tagged_paper(template, name):
    pdf = paper(template, f"Sebelum {name} sesudah")

    assert b"/StructTreeRoot" in pdf
    assert "Sebelum" in text_of(pdf)
    assert "sesudah" in text_of(pdf)


def test_right_to_left_and_joined_letters_are_kept_as_text(template):
    assert "Taman" in text_of(paper(template, "Taman \u202eterbalik\u202c", "حديقة Taman", "e\u0301"))


def test_a_very_long_name_without_a_space_is_set(template):
    assert flat(text_of(paper(template, "x" * 5000))).count("x") >= 5000


def test_the_same_data_give_the_same_bytes(template):
    assert paper(template, "Taman Sari") == paper(template, "Taman Sari")
    assert paper(template, "Taman Sari") != paper(template, "Taman Kota")


def test_every_status_has_its_mark(template):
    frame = {"rows": [{"name": status, "status": status} for status in LOOKS]}
    assert all(status in text_of(paper(template, **frame)) for status in LOOKS)


def test_the_look_of_a_status_stands_in_no_template():
    written = "".join(path.read_text(encoding="utf-8") for path in typesetting._papers_dir().glob("*.typ"))
    own = {look.colour for status, look in LOOKS.items() if status not in ("non_standard", "not_audited")}
    assert [colour for colour in own if colour in written] == []


@pytest.mark.usefixtures("template")
def test_a_wrong_template_is_an_error_and_no_paper(tmp_path):
    (tmp_path / "papers" / "wrong.typ").write_text("#nothing", encoding="utf-8")
    with pytest.raises(typesetting.typst.TypstError):
        paper("wrong.typ")
