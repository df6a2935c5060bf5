"""Folium layer drawn by our own script."""

from __future__ import annotations

from folium.elements import JSCSSMixin
from folium.map import Layer
from folium.template import Template


class ScriptLayer(JSCSSMixin, Layer):
    """A folium layer that the function `maker` of the JavaScript object `rbaMap` draws from `data`."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = rbaMap.{{ this.maker }}({{ this.data|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, maker: str, data: object) -> None:
        super().__init__(name=maker, overlay=True, control=False)
        self._name = f"rba_{maker}"
        # A fixed id gives the same bytes for the same data, so that the browser's cached copy stays valid.
        self._id = "layer"
        self.maker = maker
        self.data = data
