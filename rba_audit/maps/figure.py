"""Render the folium map without tile servers: boundaries, areas and sites.

Each external link of folium is replaced by a vendored file, dropped on purpose, or raises an error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from rba_audit.errors import RbaError
from rba_audit.messages import say

if TYPE_CHECKING:
    from branca.element import Figure

SCRIPTS: Final = (
    "vendor/leaflet/leaflet.js",
    "map/shapes.js",
    "map/ground.js",
    "map/card.js",
    "map/cells.js",
    "map/spread.js",
    "map/controls.js",
    "map/panel.js",
    "map/paper.js",
    "map/sites.js",
)
STYLES: Final = ("vendor/leaflet/leaflet.css", "map/map.css")
GROUND_MODULES: Final = ("phone/ground_paint.js", "office/ground_legend.js", "office/saved_ground.js")
"""Modules that draw the basemap of a saved map, each after those that it imports."""
AREA_SCRIPT: Final = "map/coverage.js"
"""Script that draws shaded areas; only a map with areas loads it and `AREA_STYLE`."""
AREA_STYLE: Final = "map/coverage.css"

# By file name that folium links to: the vendored file, or None if the map does not need it.
# Our own script draws the markers, so icon fonts, jQuery and Bootstrap are not used.
_ANSWERS: Final[Mapping[str, str | None]] = {
    "leaflet.js": "vendor/leaflet/leaflet.js",
    "leaflet.css": "vendor/leaflet/leaflet.css",
    "jquery-3.7.1.min.js": None,
    "bootstrap.bundle.min.js": None,
    "leaflet.awesome-markers.js": None,
    "bootstrap.min.css": None,
    "bootstrap-glyphicons.css": None,
    "all.min.css": None,
    "leaflet.awesome-markers.css": None,
    "leaflet.awesome.rotate.min.css": None,
}


@dataclass(frozen=True, slots=True)
class MapMarkup:
    """The rendered map: the HTML of its element, and the script that starts it."""

    html: str
    script: str


def render_map(
    data: Mapping[str, Any],
    boundaries: Sequence[Mapping[str, Any]],
    centre: tuple[float, float],
    areas: Mapping[str, Any] | None = None,
) -> MapMarkup:
    """Return the map of `data` (sites, looks and words) over `boundaries` and shaded `areas`, around `centre` (lon, lat).

    Raises:
        RbaError: something in the map would be loaded from another server.
    """
    # Imported here because folium takes a third of a second to load, and most commands draw no map.
    import folium
    from branca.element import Figure

    from rba_audit.maps.script_layer import ScriptLayer

    chart = folium.Map(
        location=(centre[1], centre[0]),
        tiles=None,
        zoom_start=11,
        zoom_control=False,
        attribution_control=False,
    )
    chart._id = "rba"  # noqa: SLF001 - a fixed id gives the same bytes for the same data; folium offers no other way
    chart.add_child(ScriptLayer("ground", {"boundaries": list(boundaries), "words": data["words"]}))
    if areas is not None:
        chart.add_child(ScriptLayer("coverage", areas))
    chart.add_child(ScriptLayer("sites", data))
    figure = Figure()
    figure.add_child(chart)
    # Rendering adds links, elements and scripts to the figure, so it must run only once.
    figure.render()
    refuse_unvendored(figure, own=chart.get_name())
    return MapMarkup(html=figure.html.render().strip(), script=figure.script.render().strip() + "\n")


def refuse_unvendored(figure: Figure, own: str) -> None:
    """Check that every link in the header of `figure` has a vendored file; `own` is the name of the map's own header.

    Raises:
        RbaError: a link has no vendored file, or the header has another element.
    """
    from branca.element import CssLink, JavascriptLink

    for name, element in figure.header._children.items():  # noqa: SLF001 - branca offers no other way to read a header
        if isinstance(element, (JavascriptLink, CssLink)):
            answer = _ANSWERS.get(element.url.rsplit("/", 1)[-1], "")
            if answer is None or answer in SCRIPTS or answer in STYLES:
                continue
            raise RbaError(
                say(
                    "The map asks for {url}, which is not vendored; add it to static/vendor or drop it.",
                    url=element.url,
                )
            )
        # These two are dropped: the page has its own character set, viewport and styles.
        if name not in {"meta_http", own}:
            raise RbaError(
                say("The map's header holds {name}, which no page shows; put it into static/map.", name=name)
            )
