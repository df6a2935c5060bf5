"""HTML of a map: a page for a server with a strict content security policy, or one self-contained file.

A saved map contains every script and style inline, and its policy allows only their hashes, so that no other script can run.
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
from rba_audit.maps.figure import GROUND_MODULES, SCRIPTS, STYLES
from rba_audit.resources import static_dir, templates_dir

CONTENT_POLICY: Final = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'"


def _under_static(name: str) -> str:
    return f"/static/{name}"


@dataclass(frozen=True, slots=True)
class ComplianceMap:
    """A map of audited sites in one language.

    `script` is served under its own URL or written into a saved file. `frame` is the markup of map, legend,
    filters and list for any page that also loads `styles`, `scripts` (paths below `static/`, in order) and then
    `script`. `ground` is the JSON of the basemap's tiles in a saved file; empty without a basemap.
    """

    title: str
    lang: str
    script: str
    frame: Markup
    styles: tuple[str, ...] = STYLES
    scripts: tuple[str, ...] = SCRIPTS
    ground: str = ""

    def page(self, script_url: str, *, asset_url: Callable[[str], str] = _under_static) -> str:
        """Return a complete page without inline code, as `CONTENT_POLICY` requires.

        Args:
            script_url: URL of `script`, served as `text/javascript`.
            asset_url: Returns the URL of a file below `static/`.
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
        """Return the map as one HTML file that links to no other script, style, font or image."""
        inline_styles = [_style(name) for name in self.styles]
        inline_scripts = [*(_script(_text(name)) for name in self.scripts), _script(self.script)]
        inline_module = _script(_one_module(GROUND_MODULES)) if self.ground else None
        return _template().render(
            map=self,
            policy=(
                f"default-src 'none'; script-src {_hashes([*inline_scripts, *([inline_module] if inline_module else [])])}; "
                f"style-src {_hashes(inline_styles)}; "
                "img-src data: blob:; base-uri 'none'; form-action 'none'"
            ),
            style_links=[],
            script_links=[],
            inline_styles=inline_styles,
            inline_scripts=inline_scripts,
            inline_module=inline_module,
            # Data cannot end its element: every "<" in it is escaped.
            ground=Markup(self.ground.replace("<", "\\u003c")),  # noqa: S704 - see above
        )

    def save(self, path: str | Path) -> Path:
        """Write the map to `path` as one file that opens without a network, and return the path."""
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
    """Return the markup of map, legends, filters and lists; `element` is the HTML of folium's map element.

    With `embedded`, the surrounding page has the heading.
    """
    macros: Any = _template().module
    # The template escapes all texts; the element comes from folium and has no text of users.
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
    # Read with universal newlines, because a browser normalises line ends to "\n" before it hashes inline text.
    return (static_dir() / name).read_text(encoding="utf-8")


def _one_module(names: Sequence[str]) -> str:
    """Return modules as one, each after those that it imports: nothing in a saved file can be imported."""
    return "\n".join(re.sub(r"^import .*;$", "", _text(name), flags=re.MULTILINE) for name in names)


def _script(code: str) -> Markup:
    """Return `code` escaped so that no text in it can end or comment out its script element."""
    # Safe for our own and vendored files, and for folium's script, whose data has every "<" escaped.
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
