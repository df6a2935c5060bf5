// The outline of a place that was walked round: its corners, its area against known figures, and how far it may be off.

import assert from "node:assert/strict";
import { test } from "node:test";
import { nearPlaces, likeness } from "../../static/phone/near_places.js";
import * as outline from "../../static/phone/walk_outline.js";
import { SEEDS, chanceOf } from "./cases.js";

const SERANG = [106.15, -6.12];
const STEP_M = 1.3; // between two fixes of somebody who walks
const WITHIN_95 = 2.45; // standard deviations of a plane's error that hold 19 points in 20
const { metres, degrees } = outline.plane(SERANG);
const SQUARE = [[0, 0], [50, 0], [50, 50], [0, 50]];
const SHAPES = {
  SQUARE,
  long: [[0, 0], [120, 0], [120, 40], [0, 40]],
  bent: [[0, 0], [80, 0], [80, 30], [30, 30], [30, 80], [0, 80]],
  small: [[0, 0], [20, 0], [20, 15], [0, 15]],
  round: Array.from({ length: 40 }, (_, at) => [60 * Math.cos((at * Math.PI) / 20), 60 * Math.sin((at * Math.PI) / 20)]),
};

const fix = ([x, y], more = {}) => {
  const [lon, lat] = degrees([x, y]);
  return { lon, lat, accuracy_m: 4, corner: false, undone: false, ...more };
};
const area = (ring) => Math.abs(outline.signedArea(ring));
const near = (value, wanted, off) => assert.ok(Math.abs(value - wanted) <= off, `${value} is not ${wanted} ± ${off}`);

/** The points of a walk from corner to corner and back to the first, `beyond` metres over it and `still` fixes long at each corner. */
function points(corners, { beyond = 0, still = 0 } = {}) {
  const found = [];
  const along = ([x1, y1], [x2, y2], most = Infinity) => {
    const length = Math.hypot(x2 - x1, y2 - y1);
    for (let way = 0; way < Math.min(length, most); way += STEP_M) found.push([x1 + ((x2 - x1) * way) / length, y1 + ((y2 - y1) * way) / length]);
  };
  corners.forEach((corner, at) => {
    for (let each = 0; each < still; each++) found.push(corner);
    along(corner, corners[(at + 1) % corners.length]);
  });
  found.push(corners[0]);
  along(corners[0], corners[1], beyond);
  return found;
}

/** A walk as satellites see it: each fix off by its accuracy, the errors of fixes within `drift` fixes alike. */
function walk(corners, { accuracy_m, drift, random, ...more }) {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const sigma = accuracy_m / WITHIN_95;
  const same = drift ? Math.exp(-1 / drift) : 0;
  let off = [sigma * normal(), sigma * normal()];
  return points(corners, more).map(([x, y]) => {
    off = off.map((each) => same * each + Math.sqrt(1 - same ** 2) * sigma * normal());
    return fix([x + off[0], y + off[1]], { accuracy_m });
  });
}

test("a degree is as long as the ellipsoid has it: areas agree with geodesic ones", () => {
  // Squares of a thousandth of a degree, in square metres: pyproj 3.7, Geod(ellps="WGS84").
  const known = [[[0, 0], 12309.07], [[106.15, -6.12], 12240.79], [[140.7, -2.5], 12297.67], [[95.3, 5.5], 12253.9]];
  for (const [[lon, lat], wanted] of known) {
    const ring = [[lon, lat], [lon + 1e-3, lat], [lon + 1e-3, lat + 1e-3], [lon, lat + 1e-3]];
    near(area(ring.map(outline.plane([lon, lat]).metres)), wanted, wanted * 1e-5);
  }
});

test("a walk without errors gives the corners, the area and the perimeter that were walked", () => {
  for (const [name, corners] of Object.entries(SHAPES)) {
    const found = outline.outlineOf(points(corners).map((each) => fix(each, { accuracy_m: 3 })));
    near(found.area_m2, area(corners), found.area_off_m2);
    if (name !== "round") assert.equal(found.ring.length, corners.length, name);
    assert.deepEqual(found.crossings, []);
    near(found.perimeter_m, corners.reduce((sum, [x, y], at) => sum + Math.hypot(x - corners.at(at - 1)[0], y - corners.at(at - 1)[1]), 0), found.perimeter_off_m);
  }
});

test("corners set by hand are kept exactly, in their order", () => {
  const corners = SQUARE.map((each) => fix(each, { corner: true, accuracy_m: 9 }));
  const { ring, area_m2, used, wide, closing_m } = outline.outlineOf(corners);
  assert.deepEqual(ring, corners.map(({ lon, lat }) => [lon, lat]));
  near(area_m2, 2500, 1);
  assert.deepEqual([used, wide, Math.round(closing_m)], [4, 0, 50]);
});

test("fixes that are too wide and those taken back stay out of the outline, and are counted apart", () => {
  const good = points(SQUARE).map((each) => fix(each));
  const bad = good.flatMap((each, at) => (at % 9 ? [each] : [each, fix([500, 500], { accuracy_m: 15.1, corner: at % 18 === 0 }), fix([-300, 0], { undone: true })]));
  const [clean, found] = [outline.outlineOf(good), outline.outlineOf(bad)];
  assert.deepEqual(found.ring, clean.ring);
  assert.equal(found.wide, Math.ceil(good.length / 9));
  assert.equal(found.used, good.length);
  assert.equal(outline.outlineOf([fix([0, 0], { accuracy_m: 15 })]).used, 1);
});

test("too little is no outline", () => {
  for (const few of [[], [fix([0, 0])], [fix([0, 0]), fix([9, 0])], points([[0, 0], [40, 0]]).map((each) => fix(each)), Array(60).fill(fix([0, 0]))]) {
    const found = outline.outlineOf(few);
    assert.deepEqual([found.ring, found.area_m2, found.crossings], [[], 0, []]);
  }
});

test("a walk that crosses itself is told where, and not straightened", () => {
  const eight = [[0, 0], [60, 60], [60, 0], [0, 60]];
  const { ring, crossings } = outline.outlineOf(points(eight).map((each) => fix(each)));
  assert.equal(ring.length, 4);
  assert.equal(crossings.length, 1);
  const [x, y] = metres(crossings[0]);
  near(Math.hypot(x - 30, y - 30), 0, 2);
});

test("a small loop of fixes that strayed is cut off and counted; one with a corner set by hand is told", () => {
  const loop = Array.from({ length: 30 }, (_, at) => [25 + 3 * Math.sin((at * Math.PI) / 15), 3 - 3 * Math.cos((at * Math.PI) / 15)]);
  const straight = points(SQUARE);
  const walked = (corner) => [...straight.slice(0, 20), ...loop, ...straight.slice(20)].map((each) => fix(each, { corner: corner && each === loop[15], accuracy_m: 3 }));
  const found = outline.outlineOf(walked(false));
  assert.deepEqual([found.crossings.length, found.loops > 0], [0, true]);
  assert.ok(outline.outlineOf(walked(true)).crossings.length > 0);
});

test("whoever walks on over the beginning draws it once", () => {
  const found = outline.outlineOf(points(SQUARE, { beyond: 14 }).map((each) => fix(each)));
  assert.ok(found.repeated >= 9);
  near(found.area_m2, 2500, found.area_off_m2);
  assert.deepEqual(found.crossings, []);
});

test("the true area of a noisy walk lies within what is told, and so does the perimeter nearly always", () => {
  const tried = { walks: 0, area: 0, perimeter: 0, crossed: 0 };
  for (const seed of SEEDS) {
    for (const [index, corners] of Object.values(SHAPES).entries()) {
      for (const accuracy_m of [3, 6, 12]) {
        for (const drift of [0, 5, 30, 90, 300]) {
          const random = chanceOf(1 + seed * 1009 + index * 101 + accuracy_m * 7 + drift);
          const found = outline.outlineOf(walk(corners, { accuracy_m, drift, random, beyond: 15 * random(), still: random() < 0.3 ? 20 : 0 }));
          if (accuracy_m === 12 && corners === SHAPES.small) continue; // no larger than what the satellites are off
          tried.walks += 1;
          tried.area += Math.abs(found.area_m2 - area(corners)) <= found.area_off_m2;
          const round = corners.reduce((sum, [x, y], at) => sum + Math.hypot(x - corners.at(at - 1)[0], y - corners.at(at - 1)[1]), 0);
          tried.perimeter += Math.abs(found.perimeter_m - round) <= found.perimeter_off_m;
          tried.crossed += found.crossings.length > 0;
        }
      }
    }
  }
  assert.ok(tried.area >= 0.95 * tried.walks, JSON.stringify(tried));
  assert.ok(tried.perimeter >= 0.9 * tried.walks, JSON.stringify(tried));
  assert.ok(tried.crossed <= 0.05 * tried.walks, JSON.stringify(tried));
});

test("no outline that is told to be simple crosses itself, whatever was walked", () => {
  const random = chanceOf(7);
  for (let each = 0; each < 60 * SEEDS.length; each++) {
    const corners = Array.from({ length: 3 + Math.floor(random() * 6) }, () => [80 * random(), 80 * random()]);
    const found = outline.outlineOf(walk(corners, { accuracy_m: 2 + 8 * random(), drift: 20, random }));
    const ring = found.ring.map(metres);
    assert.equal(outline.crossingsOf(ring).length > 0, found.crossings.length > 0);
    assert.ok(found.ring.every((point) => point.every(Number.isFinite)));
    assert.ok(Number.isFinite(found.area_m2) && Number.isFinite(found.area_off_m2));
  }
});

test("taking back goes as many metres back as asked, and over what was taken back before", () => {
  const fixes = points([[0, 0], [30, 0]]).slice(0, 24).map((each) => fix(each));
  const first = outline.lastOf(fixes, 10);
  assert.deepEqual([first[0], first.length], [23, 8]);
  for (const at of first) fixes[at].undone = true;
  assert.equal(outline.lastOf(fixes, 10)[0], 15);
  assert.deepEqual(outline.lastOf([fix([0, 0])], 10), [0]);
  assert.deepEqual(outline.lastOf([], 10), []);
});

test("who stands still is where the good fixes say, no more accurate than the best of them", () => {
  const found = outline.standing([fix([0, 0], { accuracy_m: 5 }), fix([4, 0], { accuracy_m: 5 }), fix([300, 0], { accuracy_m: 60 })]);
  const [x, y] = metres([found.lon, found.lat]);
  near(Math.hypot(x - 2, y), 0, 0.05);
  assert.deepEqual([found.accuracy_m, found.count], [5, 2]);
  assert.equal(outline.standing([]), null);
});

test("a figure is told without digits that say nothing", () => {
  const told = [[2483.7, 512], [2483.7, 48], [2483.7, 0.3], [7, 60]].map(([value, off]) => outline.meaningful(value, off));
  assert.deepEqual(told, [2500, 2480, 2484, 10]);
});

test("of a very long walk as many fixes go as are taken, ends and corners among them", () => {
  const long = Array.from({ length: 5000 }, (_, at) => fix([at, 0], { corner: at % 1000 === 500, at }));
  const some = outline.atMost(long, 2000);
  assert.equal(some.length, 2000);
  assert.deepEqual([some[0].at, some.at(-1).at, some.filter(({ corner }) => corner).length], [0, 4999, 5]);
  assert.deepEqual(some.map(({ at }) => at), [...some.map(({ at }) => at)].sort((one, other) => one - other));
  assert.equal(outline.atMost(long.slice(0, 9), 2000).length, 9);
});

/* --- is it one of these? --- */

test("names are alike by their letters, not by case, accents or order", () => {
  assert.equal(likeness("Taman Sari", "TAMAN  SARI!"), 1);
  assert.equal(likeness("Taman Sari", "Sari Taman"), 1);
  assert.ok(likeness("Taman Warga Ciracas", "Tmn. Warga Ciracas") > 0.7);
  assert.ok(likeness("Lapangan Cipare", "Alun-alun Timur") < 0.2);
  assert.deepEqual([likeness("", "Taman"), likeness("--", "Taman")], [0, 0]);
});

test("what lies beside comes first, a like name counts within three kilometres, and all else is left out", () => {
  const at = (x, y) => degrees([x, y]);
  const places = [
    { id: "far", name: "Taman Sari", point: at(9000, 0) },
    { id: "like", name: "Taman Sari", point: at(2000, 0) },
    { id: "beside", name: "Lapangan", point: at(60, 0) },
    { id: "both", name: "Taman Sari Baru", point: at(30, 0) },
    { id: "unlike", name: "Alun-alun", point: at(900, 0) },
    { id: "nowhere", name: "taman sari", point: null },
  ];
  const ids = (asked) => nearPlaces(places, asked).map(({ place }) => place.id);
  assert.deepEqual(ids({ point: at(0, 0), name: "Taman Sari" }), ["both", "like", "nowhere", "beside"]);
  assert.deepEqual(ids({ point: at(0, 0), name: "" }), ["both", "beside"]);
  assert.deepEqual(ids({ point: null, name: "Taman Sari" }).slice(0, 3), ["far", "like", "nowhere"]);
  assert.deepEqual(ids({ point: null, name: "" }), []);
  assert.equal(nearPlaces(Array(9).fill(places[2]), { point: at(0, 0), name: "" }).length, 5);
});
