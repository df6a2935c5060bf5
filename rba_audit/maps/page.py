"""A map ready to be shown: as a page of a site with a strict policy, or as one file that needs no network.

A saved map carries every script and style inside, each named by its hash, so that nothing else can run in it.
"""

from __future__ import annotations

import base64
import hashlib
import mimetypes
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, Template
from markupsafe import Markup

from rba_audit.maps.area_layer import ShadedAreas
from rba_audit.maps.figure import SCRIPTS, STYLES
from rba_audit.resources import static_dir, templates_dir

CONTENT_POLICY: Final = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'"


def _under_static(name: str) -> str:
    return f"/static/{name}"


@dataclass(frozen=True, slots=True)
class ComplianceMap:
    """A map of audited sites in one language.

    `script` is served under its own address, or goes into a saved file; `frame` is the markup of map, legend,
    filters and list, to stand inside any page that also loads `styles`, `scripts` (paths below `static/`, in
    order) and then `script`.
    """

    title: str
    lang: str
    script: str
    frame: Markup
    styles: tuple[str, ...] = STYLES
    scripts: tuple[str, ...] = SCRIPTS

    def page(self, script_url: str, *, asset_url: Callable[[str], str] = _under_static) -> str:
        """Return a page of its own, with nothing inline, that holds under `CONTENT_POLICY`.

        Args:
            script_url: Where `script` is served, as `text/javascript`.
            asset_url: The address of a file below `static/`.
        """
        return _template().render(
            map=self,
            policy=None,
            style_links=[asset_url(name) for name in self.styles],
            script_links=[*(asset_url(name) for name in self.scripts), script_url],
            inline_styles=[],
            inline_scripts=[],
        )

    def html(self) -> str:
        """Return the map as one file: no link in it leads to a script, style, font or image elsewhere."""
        inline_styles = [_style(name) for name in self.styles]
        inline_scripts = [*(_script(_text(name)) for name in self.scripts), _script(self.script)]
        return _template().render(
            map=self,
            policy=(
                f"default-src 'none'; script-src {_hashes(inline_scripts)}; "
                f"style-src {_hashes(inline_styles)}; "
                "img-src data: blob:; base-uri 'none'; form-action 'none'"
            ),
            style_links=[],
            script_links=[],
            inline_styles=inline_styles,
            inline_scripts=inline_scripts,
        )

    def save(self, path: str | Path) -> Path:
        """Write the map to `path` as one file that opens without any network, and return the path."""
        target = Path(path)
        target.write_text(self.html(), encoding="utf-8", newline="\n")
        return target


def frame_markup(
    *,
    title: str,
    subtitle: str,
    words: dict[str, str],
    lang: str,
    element: str,
    credit: str,
    areas: ShadedAreas | None = None,
    embedded: bool = False,
) -> Markup:
    """Return the markup of map, legends, filters and lists; `element` is the map's own element.

    Where it is `embedded`, the page around it has the heading.
    """
    macros: Any = _template().module
    # The template escapes every word; the element is folium's and holds none.
    element = Markup(element)  # noqa: S704
    return Markup(  # noqa: S704
        macros.frame(
            title=title,
            subtitle=subtitle,
            words=words,
            lang=lang,
            element=element,
            credit=credit,
            areas=areas,
            embedded=embedded,
        )
    )


def _template() -> Template:
    loader = FileSystemLoader(templates_dir())
    return Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True).get_template(
        "map/frame.html"
    )


def _text(name: str) -> str:
    # Read with universal newlines: a browser hashes inline text after it has made every line end in "\n".
    return (static_dir() / name).read_text(encoding="utf-8")


def _script(code: str) -> Markup:
    """Return `code` such that no text in it can end or comment out the element around it."""
    # These are our own and vendored files, and folium's script, whose data has every "<" escaped.
    safe = re.sub(r"<(?=/script|!--)", r"\\u003c", code, flags=re.IGNORECASE)
    return Markup(f"\n{safe}\n")  # noqa: S704 - see above


def _style(name: str) -> Markup:
    folder = (static_dir() / name).parent

    def carried(match: re.Match[str]) -> str:
        target = match[1].strip("\"' ")
        if target.startswith(("#", "data:")):
            return match[0]
        kind = mimetypes.guess_type(target)[0]
        content = base64.b64encode((folder / target).read_bytes()).decode("ascii")
        return f"url(data:{kind};base64,{content})"

    safe = re.sub(r"url\(([^)]*)\)", carried, _text(name)).replace("</", "<\\/")
    return Markup(f"\n{safe}\n")  # noqa: S704 - our own and vendored files


def _hashes(texts: Sequence[str]) -> str:
    digests = (hashlib.sha256(text.encode("utf-8")).digest() for text in texts)
    return " ".join(f"'sha256-{base64.b64encode(digest).decode('ascii')}'" for digest in digests)
