// @ts-check
// Streets, water and buildings under the map of all sites, for readers with an account; below everything that is judged.

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
// Boundaries are drawn there already, with their names.
addGround(map, { above: 155, without: ["boundary"] }).catch(() => null);
