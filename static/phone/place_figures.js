// @ts-check
// Sentences about a walk round a new place: number of points, size with uncertainty, and points left out of the outline.

import { fill } from "../dom.js";
import { amount } from "./formatting.js";
import { MOST_SENT, middleOf } from "./place_document.js";
import { atMost, isUsed, meaningful, WIDEST_M } from "./walk_outline.js";

/** Return the sentences about a walk; `outline` is null while the walk is open. */
export function linesOf({ as_middle }, fixes, outline, words) {
  const used = fixes.filter((fix) => isUsed(fix)).length;
  const wide = fixes.filter((fix) => !fix.undone).length - used;
  const found = [fill(words.count, { count: used })];
  if (as_middle) found.push(fill(words.middle, { metres: amount(middleOf(fixes)?.accuracy_m ?? 0) }));
  else if (outline) found.push(...outlineLines(outline, words));
  if (wide) found.push(fill(words.wide, { count: wide, most: WIDEST_M }));
  if (fixes.length > MOST_SENT) found.push(fill(words.thinned, { count: fixes.length, sent: atMost(fixes, MOST_SENT).length }));
  return found;
}

function outlineLines({ ring, crossings, area_m2, area_off_m2, perimeter_m, perimeter_off_m, closing_m, accuracy_m, repeated, loops }, words) {
  if (!ring.length) return [words.few];
  if (crossings.length) return [fill(words.crosses, { count: crossings.length })];
  const area = (value) => amount(meaningful(Math.max(value, 0), area_off_m2));
  const round = meaningful(perimeter_off_m, perimeter_off_m);
  return [
    fill(words.figures, { area: area(area_m2), low: area(area_m2 - area_off_m2), high: area(area_m2 + area_off_m2), perimeter: amount(meaningful(perimeter_m, perimeter_off_m)), off: amount(round) }),
    fill(words.why, { metres: amount(accuracy_m, 1), corners: ring.length }),
    closing_m > 2 * accuracy_m && fill(words.closing, { metres: amount(closing_m) }),
    repeated && words.repeated,
    loops && fill(words.loops, { count: loops }),
    area_off_m2 > area_m2 / 2 && words.tiny,
  ].filter(Boolean);
}
