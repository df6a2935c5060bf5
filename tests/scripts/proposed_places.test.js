// What a proposed place becomes: its document, the opening of its form, and what the queue says of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { begunAgain, documentOf, MOST_SENT, openingOf, positionOf, siteOf } from "../../static/phone/place_document.js";
import { auditedAs, documentIn, namesOfPlaces, placesIn, proposals } from "../../static/phone/proposed_places.js";
import { plane, signedArea } from "../../static/phone/walk_outline.js";

const ID = "3f2a9c01-77aa-4b1c-9d2e-000000000001";
const SERANG = [106.15, -6.12];
const { metres, degrees } = plane(SERANG);
const place = (more = {}) => ({ id: ID, name: " Lapangan RW 05 ", kind: "rth", note: " di belakang ", how: "", walk: "", as_middle: false, point: null, pin: null, begun_at: "2026-11-30T01:00:00Z", ...more });
const fixes = (corners, more = {}) => corners.map((each, number) => ({ place: ID, number, lon: degrees(each)[0], lat: degrees(each)[1], accuracy_m: 4, at: `2026-11-30T01:00:0${number % 10}Z`, corner: true, undone: false, ...more }));
const SQUARE = [[0, 0], [0, 50], [50, 50], [50, 0]]; // with the clock
const blank = { site: "", edition: "e", name: "", point: null, outline: null, accuracy_m: null, allowed_m: 250, known: { kind: "" }, last: null };
const entry = (document, more = {}) => ({ id: document.id, kind: "place", site: document.site, siteName: document.name, author: "a", since: "2026-11-30T01:00:00Z", state: "waiting", receipt: null, bytes: new TextEncoder().encode(JSON.stringify(document)).buffer, ...more });

test("a proposed place has as its site the first twelve digits of its id", () => {
  assert.equal(siteOf(ID), "usulan-3f2a9c0177aa");
});

test("a place is where somebody stood, set a pin, or walked; words alone are no position", () => {
  const point = { lon: 106.15, lat: -6.12, accuracy_m: 5, count: 3 };
  assert.deepEqual(positionOf(place({ how: "stand", point }), []), { geometry: { type: "Point", coordinates: SERANG }, accuracy_m: 5 });
  assert.deepEqual(positionOf(place({ how: "pin", pin: { lon: 106.15, lat: -6.12 } }), []), { geometry: { type: "Point", coordinates: SERANG }, accuracy_m: null });
  for (const how of ["", "stand", "pin", "walk"]) assert.equal(positionOf(place({ how, walk: "closed" }), []), null, how);
});

test("a closed walk is a polygon as GeoJSON has it: closed, against the clock", () => {
  const { geometry, accuracy_m } = positionOf(place({ how: "walk", walk: "closed" }), fixes(SQUARE));
  const [ring] = geometry.coordinates;
  assert.equal(geometry.type, "Polygon");
  assert.deepEqual(ring[0], ring.at(-1));
  assert.equal(ring.length, 5);
  assert.ok(signedArea(ring.slice(0, -1).map(metres)) > 0);
  assert.equal(accuracy_m, 4);
});

test("a walk that is open or crosses itself is no position, and its middle may stand for it", () => {
  const crossed = fixes([[0, 0], [50, 50], [50, 0], [0, 50]]);
  assert.equal(positionOf(place({ how: "walk", walk: "paused" }), fixes(SQUARE)), null);
  assert.equal(positionOf(place({ how: "walk", walk: "closed" }), crossed), null);
  const { geometry, accuracy_m } = positionOf(place({ how: "walk", walk: "closed", as_middle: true }), crossed);
  const [x, y] = metres(geometry.coordinates);
  assert.ok(Math.hypot(x - 25, y - 25) < 0.1);
  assert.ok(Math.abs(accuracy_m - (Math.hypot(25, 25) + 4)) < 0.3);
});

test("the document has what the server takes and nothing else, the whole trace of a walk in it", () => {
  const trace = fixes([...SQUARE, [400, 400]]).map((each, at) => (at === 4 ? { ...each, accuracy_m: 60 } : each));
  const document = documentOf(place({ how: "walk", walk: "closed" }), trace, { author: "siti", near: ["taman-sari"] });
  assert.deepEqual(Object.keys(document).sort(), ["accuracy_m", "author", "begun_at", "geometry", "id", "kind", "name", "near", "note", "site", "walk"]);
  assert.deepEqual([document.name, document.note, document.site, document.near, document.author], ["Lapangan RW 05", "di belakang", siteOf(ID), ["taman-sari"], "siti"]);
  assert.deepEqual(document.walk.map((each) => each[2]), [4, 4, 4, 4, 60]);
  assert.deepEqual(document.walk[0], [trace[0].lon, trace[0].lat, 4, trace[0].at]);
  const point = { lon: 106.15, lat: -6.12, accuracy_m: 5 };
  assert.deepEqual(documentOf(place({ how: "stand", point }), trace, { author: "siti", near: [] }).walk, [], "who stands walked nothing");
  assert.equal(documentOf(place({ how: "walk", walk: "closed" }), Array(3000).fill(trace[0]), { author: "siti", near: [] }).walk.length, MOST_SENT);
});

test("the form begins with what the document says, and with what the server would say of a place it does not know", () => {
  const document = documentOf(place({ how: "walk", walk: "closed" }), fixes(SQUARE), { author: "siti", near: [] });
  const { kept_at, ...opening } = openingOf(document, blank);
  assert.ok(kept_at);
  assert.deepEqual(Object.keys(opening).sort(), Object.keys(blank).sort());
  assert.deepEqual([opening.site, opening.name, opening.known, opening.accuracy_m, opening.edition], [siteOf(ID), "Lapangan RW 05", { kind: "rth" }, 4, "e"]);
  assert.ok(Math.hypot(...metres(opening.point).map((each) => each - 25)) < 0.1);
  assert.equal(opening.outline.type, "Polygon");
  assert.equal(opening.allowed_m, 254, "whoever is far from it is asked, as at any place");
  assert.deepEqual(openingOf({ ...document, kind: "" }, blank).known, {});
});

test("what was refused opens again with all that was sent, under its own id", () => {
  const ways = [
    [place({ how: "walk", walk: "closed" }), fixes(SQUARE)],
    [place({ how: "walk", walk: "closed" }), fixes([[0, 0], [25, 1.5], [50, 0], [50, 50], [0, 50]])], // only a hand sets such a corner
    [place({ how: "walk", walk: "closed", as_middle: true }), fixes([[0, 0], [50, 50], [50, 0], [0, 50]])],
    [place({ how: "pin", pin: { lon: 106.15, lat: -6.12 } }), []],
    [place({ how: "stand", point: { lon: 106.15, lat: -6.12, accuracy_m: 5, count: 1 } }), []],
  ];
  for (const [one, trace] of ways) {
    const document = documentOf(one, trace, { author: "siti", near: [] });
    const again = begunAgain(document);
    assert.equal(again.place.id, ID);
    const sent = documentOf(again.place, again.fixes, { author: "siti", near: [] });
    assert.deepEqual(sent, document);
  }
});

/* --- the queue --- */

const proposed = documentOf(place({ how: "pin", pin: { lon: 106.15, lat: -6.12 } }), [], { author: "a", near: [] });
const other = { ...proposed, id: "9".repeat(8), site: "usulan-999999999999", name: "Lain" };

test("proposals are told by the server's newest word, else by what the phone remembers", () => {
  const states = (entries, work) => Object.fromEntries(proposals(entries, work, "a").map(({ site, state, reason, into }) => [site, [state, into, reason]]));
  const { site } = proposed;
  assert.deepEqual(states([entry(proposed)], null), { [site]: ["waiting", null, ""] });
  assert.deepEqual(states([entry(proposed, { state: "refused" })], null), { [site]: ["refused", null, ""] });
  assert.deepEqual(states([entry(proposed, { state: "sent", receipt: { state: "accepted" } })], null), { [site]: ["accepted", null, ""] });
  const work = { places: [{ place: ID, site, name: "L", state: "merged", into: "taman-sari", reason: "sama" }] };
  assert.deepEqual(states([entry(proposed, { state: "sent", receipt: { state: "proposed" } })], work), { [site]: ["merged", "taman-sari", "sama"] });
  assert.deepEqual(states([entry(other), entry(proposed, { author: "b" })], work), { "usulan-999999999999": ["waiting", null, ""], [site]: ["merged", "taman-sari", "sama"] });
  assert.deepEqual(states([], undefined), {});
});

test("a proposal is audited as what it is now, and called so", () => {
  const one = { site: "usulan-1", into: "taman-sari" };
  assert.deepEqual(["waiting", "proposed", "accepted", "merged", "declined"].map((state) => auditedAs({ ...one, state })), ["usulan-1", "usulan-1", "usulan-1", "taman-sari", ""]);
  assert.equal(auditedAs({ site: "usulan-1", state: "merged", into: null }), "");
  const work = { sites: [{ id: "taman-sari", name: "Taman Sari" }], places: [{ site: "usulan-1", name: "L", into: "taman-sari" }, { site: "usulan-2", name: "M", into: null }, { site: "usulan-3", name: "N", into: "elsewhere" }] };
  assert.deepEqual(namesOfPlaces(work), [["usulan-1", "Taman Sari"], ["usulan-2", "M"], ["usulan-3", "N"]]);
  assert.deepEqual(namesOfPlaces(null), []);
});

test("places proposed here are among those that a new one may be", () => {
  assert.deepEqual(documentIn(entry(proposed)), proposed);
  const [found, ...more] = placesIn([entry(proposed), { ...entry(proposed), kind: "visit" }]);
  assert.deepEqual([found.id, found.name, found.point, found.proposed, more], [proposed.site, "Lapangan RW 05", SERANG, true, []]);
});
