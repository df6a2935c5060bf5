"""A layer of folium's map that our own script draws."""

from __future__ import annotations

from folium.elements import JSCSSMixin
from folium.map import Layer
from folium.template import Template


class ScriptLayer(JSCSSMixin, Layer):
    """A layer our own script draws from data; `maker` is the function of `rbaMap` that makes it."""

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
        # A fixed id gives the same bytes for the same data, so that a browser's copy stays good.
        self._id = "layer"
        self.maker = maker
        self.data = data
