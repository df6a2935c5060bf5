// Which places open without signal: also after the server went on to judge by another edition.

import assert from "node:assert/strict";
import { test } from "node:test";
import { keptEdition, missing, readyUnder } from "../../static/phone/readiness.js";

const OLD = "rbra-2024", NEW = "rbra-2022";
const parts = (edition, version) => [`/survey-shell?edition=${edition}`, `/standards/${edition}/table?v=${version}`];
const partsOf = (edition) => parts(edition, "2"); // as the page says them that the server answers with now
const keptPages = (edition, version, kept = parts(edition, version)) => new Map([["/queue", `<header id="work" data-person="{}" data-edition="${edition}">`], ...kept.map((each) => [each, ""])]);
const openings = (edition, count = 16) => Array.from({ length: count }, (_, at) => [`taman-${at}`, edition]);
const sites = openings(OLD).map(([site]) => site);

/** The stores of a phone, in the order in which they were made, as the browser hands them out. */
function caches(stores) {
  return {
    keys: async () => Object.keys(stores),
    open: async (name) => ({ match: async (address) => (stores[name].has(address) ? { text: async () => stores[name].get(address) } : undefined) }),
  };
}

test("what is ready under the edition it was loaded with is ready while a newer version waits to be loaded", async () => {
  const phone = caches({ "assets-1": new Map(), "pages-1": keptPages(OLD, "1"), "assets-2": new Map(), "pages-2": keptPages(NEW, "2") });
  const edition = await keptEdition(phone, "/queue", partsOf);
  assert.equal(edition, OLD);
  assert.equal(readyUnder(edition, openings(OLD)).size, 16);
  // A page asked for under the new edition counts only what opens without signal: the old forms.
  assert.equal(readyUnder(edition, openings(NEW)).size, 0);
});

test("once the new version is loaded, what was fetched for it before is ready at once", async () => {
  const phone = caches({ "assets-2": new Map(), "pages-2": keptPages(NEW, "2") });
  const edition = await keptEdition(phone, "/queue", partsOf);
  assert.equal(edition, NEW);
  assert.equal(readyUnder(edition, [...openings(OLD), ...openings(NEW, 5)]).size, 5);
});

test("nothing opens without signal where no form is kept, or only a part of one", async () => {
  for (const stores of [{}, { "assets-1": new Map() }, { "pages-1": new Map() }, { "pages-1": keptPages(OLD, "1", parts(OLD, "1").slice(0, 1)) }, { "pages-1": keptPages("", "1", []) }]) {
    const edition = await keptEdition(caches(stores), "/queue", partsOf);
    assert.equal(edition, "");
    assert.equal(readyUnder(edition, [...openings(OLD), ["taman-0", ""]]).size, 0);
  }
  assert.equal(await keptEdition(caches({ "pages-1": keptPages(OLD, "1") }), "/queue", () => []), "");
});

test("what opens now is fetched first, then what opens once the new version is loaded, and nothing twice", () => {
  assert.deepEqual(missing(sites, openings(OLD), OLD, OLD), []);
  assert.deepEqual(missing(sites, openings(OLD), OLD, NEW), openings(NEW));
  assert.deepEqual(missing(["a", "b"], [["a", OLD], ["b", NEW]], OLD, NEW), [["b", OLD], ["a", NEW]]);
  assert.deepEqual(missing(["a"], [], "", NEW), [["a", NEW]]);
});
