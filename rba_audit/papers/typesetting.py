"""Typeset a document: a Typst template of `templates/papers` and the data for it become a PDF file.

Data reach the template as JSON only, so no name or note of a site can be markup. Only the fonts inside Typst are used: the same data give
the same bytes on every computer.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import typst

from rba_audit.resources import templates_dir
from rba_audit.status_style import LOOKS

_STANDARDS: Final = ("a-2a", "ua-1")
_DATA: Final = "data.json"
_PAGE: Final = re.compile(rb"/Type\s*/Page\b")
"""The dictionary of a page, which Typst writes uncompressed."""


def typeset(
    template: str, data: Mapping[str, Any], *, at: datetime, pictures: Mapping[str, bytes] | None = None
) -> bytes:
    """Return a template of `templates/papers` with its data as a tagged PDF file, PDF/A-2a and PDF/UA-1 where its text allows it.

    A document with a character that no font has cannot be PDF/A; it is a plain tagged PDF then.

    Args:
        template: The file name of the template, such as `site.typ`; it reads `json("data.json")`.
        data: Texts, numbers, lists and mappings; `lang`, `title`, `office`, `day` and `page_words` are read by `paper.typ`.
            The colours and shapes of the statuses are added as `statuses`.
        at: The moment that the file says it was made.
        pictures: Bytes of the pictures (PNG, JPEG or SVG) that the data name, by file name without folders.

    Raises:
        typst.TypstError: If the template is wrong.
    """
    with _prepared(data, pictures) as root:
        try:
            return _compiled(root, template, at, _STANDARDS)
        except typst.TypstError:
            return _compiled(root, template, at, ())


def page_pictures(template: str, data: Mapping[str, Any], *, ppi: int = 96) -> list[bytes]:
    """Return the pages of a document as PNG pictures, for a preview in a page; the arguments are those of `typeset`.

    Raises:
        typst.TypstError: If the template is wrong.
    """
    with _prepared(data) as root:
        made: bytes | list[bytes] = typst.compile(
            str(root / template),
            root=str(root),
            font_paths=_fonts(),
            format="png",
            ppi=float(ppi),
            package_path=str(root),
            package_cache_path=str(root),
        )
    return [made] if isinstance(made, bytes) else made


@contextmanager
def _prepared(data: Mapping[str, Any], pictures: Mapping[str, bytes] | None = None) -> Iterator[Path]:
    """Provide a folder with the templates, the data and the pictures."""
    with TemporaryDirectory(prefix="rba-paper-") as folder:
        root = Path(folder)
        for source in _papers_dir().glob("*.typ"):
            shutil.copyfile(source, root / source.name)
        statuses = {name: {"colour": look.colour, "shape": look.shape} for name, look in LOOKS.items()}
        text = json.dumps({**data, "statuses": statuses}, ensure_ascii=False)
        # Half of a character of two, which JSON can carry, has no UTF-8 form.
        (root / _DATA).write_bytes(text.encode("utf-8", "replace"))
        for name, content in (pictures or {}).items():
            (root / Path(name).name).write_bytes(content)
        yield root


def _compiled(root: Path, template: str, at: datetime, standards: tuple[str, ...]) -> bytes:
    made: bytes = typst.compile(  # type: ignore[call-overload]  # its stub takes only literals as names of standards
        str(root / template),
        root=str(root),
        font_paths=_fonts(),
        format="pdf",
        timestamp=at.replace(microsecond=0),
        pdf_standards=list(standards),
        package_path=str(root),
        package_cache_path=str(root),
    )
    return made


def _papers_dir() -> Path:
    return templates_dir() / "papers"


@cache
def _fonts() -> typst.Fonts:
    """Return the fonts inside Typst, found once."""
    return typst.Fonts(include_system_fonts=False)


def count_pages(pdf: bytes) -> int:
    """Return the number of pages of a file that `typeset` returned; of any other file it is a guess."""
    return len(_PAGE.findall(pdf))
