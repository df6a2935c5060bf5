// @ts-check
// Legend of a basemap on a map: the classes in view with their colours, and below the map where they come from.

import { colourOf } from "../phone/ground_paint.js";

/** Return a function that shows `titles`, as [name, title], in a control of `map`. */
export function groundLegend(map) {
  const { L } = globalThis;
  const key = L.control({ position: "bottomleft" });
  key.onAdd = () => L.DomUtil.create("div", "rba-under");
  return (titles) => {
    if (!key.getContainer()) key.addTo(map);
    key.getContainer().replaceChildren(
      ...titles.map(([name, title]) => {
        const line = document.createElement("span"), swatch = document.createElement("i");
        swatch.style.background = colourOf(name);
        line.append(swatch, title);
        return line;
      }),
    );
  };
}

/** Show where a basemap comes from in the corner of `map`, instead of what was there. */
export function showCredits(map, credits) {
  if (!credits.length) return;
  const ground = map.getContainer().closest(".rba-ground");
  let line = ground.querySelector(".rba-credit");
  if (!line) {
    line = document.createElement("p");
    line.className = "rba-credit";
    ground.append(line);
  }
  line.textContent = credits.join(" · ");
}
