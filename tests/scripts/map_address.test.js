// The address of the map: what it reads it writes again, and nothing in it is trusted.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { ROOT } from "./cases.js";

const rbaMap = {};
runInNewContext(readFileSync(join(ROOT, "static/map/address.js"), "utf8"), {
  window: { rbaMap },
  document: { getElementById: () => null }, // on another page than that of the map
  URLSearchParams,
  location: { search: "" },
});
const STATUSES = ["standard", "nearly_standard", "non_standard", "undetermined", "not_audited"];
const read = (text) => rbaMap.readAddress(text, STATUSES);
const write = (state, also = []) => rbaMap.writeAddress(state, STATUSES, also);

test("an empty address asks for everything, and everything has an empty address", () => {
  const state = read("");

  assert.deepEqual([...state.statuses], STATUSES);
  assert.equal(state.view, null);
  assert.equal(write(state), "");
});

test("what is written is read again", () => {
  for (const text of [
    "q=alun+%26+alun&kecamatan=Cipocok+Jaya&status=non_standard",
    "kind=rth&due=action&hide=standard,not_audited&site=way/12%3F",
    "hide=standard,nearly_standard,non_standard,undetermined,not_audited",
    "kecamatan=-&view=12/-6.12000/106.15000",
  ]) {
    assert.equal(write(read(text)), text);
  }
});

test("parameters of the server are kept where they were", () => {
  assert.equal(write(read("kecamatan=Curug&item=red"), [["item", "red"], ["show", "plan"]]), "kecamatan=Curug&item=red&show=plan");
});

test("a hidden status that is unknown hides nothing, and a view that is no view is left out", () => {
  assert.deepEqual([...read("hide=gold,%3Cimg%3E&status=great").statuses], STATUSES);
  for (const view of ["12", "12/6", "x/1/2", "12/1e9/2", "999/1/2", "12/1/2/3", "12/NaN/2"]) assert.equal(read(`view=${view}`).view, null);
});

test("a search is cut where the lists cut it", () => {
  assert.equal(read(`q=${"a".repeat(500)}`).query.length, 100);
});
