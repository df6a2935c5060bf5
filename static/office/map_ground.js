// @ts-check
// Basemap of the map of all sites, for users with an account: streets, water and buildings below the other layers.

import { groundLegend, showCredits } from "./ground_legend.js";
import { addGround } from "../phone/ground_tiles.js";

const { map_rba: map } = globalThis;
const show = groundLegend(map);

map.on("ground", ({ titles, credits }) => {
  show(titles);
  showCredits(map, credits);
});
// Boundaries are left out: the map draws them already, with their names.
addGround(map, { above: 155, without: ["boundary"] }).catch(() => null);
