// @ts-check
// Basemap of the map of all sites, for users with an account: streets, water and buildings below the other layers.

import { colourOf } from "../phone/ground_paint.js";
import { addGround } from "../phone/ground_tiles.js";

const { L, map_rba: map } = globalThis;
const key = L.control({ position: "bottomleft" });

key.onAdd = () => L.DomUtil.create("div", "rba-under");
map.on("ground", ({ titles }) => {
  if (!key.getContainer()) key.addTo(map);
  key.getContainer().replaceChildren(
    ...titles.map(([name, title]) => {
      const line = document.createElement("span"), swatch = document.createElement("i");
      swatch.style.background = colourOf(name);
      line.append(swatch, title);
      return line;
    }),
  );
});
// Boundaries are left out: the map draws them already, with their names.
addGround(map, { above: 155, without: ["boundary"] }).catch(() => null);
