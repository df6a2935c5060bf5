// Opens the form many times with storage and satellites of chance speeds, on the real draft.js and position.js with a page and a storage that are
// made up; prints what was kept: [{order, before, drafts, visit}]. Run with --experimental-vm-modules.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createContext, SourceTextModule, SyntheticModule } from "node:vm";

const [folder, count] = process.argv.slice(2);
const SITE = "taman";
const GOOD = { coords: { longitude: 106.15, latitude: -6.12, accuracy: 5 }, timestamp: 0 };
const REAL = ["draft.js", "position.js", "retry.js"];
const nothing = () => {};
const textOf = (name) => readFileSync(join(folder, "phone", name), "utf8");
// What the real ones import of each other module: what is not made up below does nothing.
const imported = {};
for (const name of REAL) for (const [, names, from] of textOf(name).matchAll(/import \{([^}]+)\} from "\.\.?\/([^"]+)"/g)) (imported[from] ??= []).push(...names.split(",").map((each) => each.trim().split(" ")[0]));
const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function element() {
  return { hidden: false, value: "", textContent: "", dataset: {}, addEventListener: nothing, querySelectorAll: () => buttons(), querySelector: () => element(), replaceChildren: nothing };
}
const buttons = () => ["locate", "accept", "forget"].map((name) => ({ ...element(), dataset: { do: name } }));

/** One opening of the form: a fix is there `order` = "gps" before the draft was looked for, or "storage" after it. */
async function opening(order, before) {
  const drafts = new Map(before.map((draft) => [draft.id, draft]));
  const kept = [];
  let found = nothing;
  const made = {
    "store.js": {
      all: async () => (await later(order === "gps" ? 2 : 0), structuredClone([...drafts.values()])),
      get: async () => undefined,
      put: async (_, record) => (kept.push(structuredClone(record)), drafts.set(record.id, structuredClone(record))),
    },
    "form_page.js": { form: { elements: { "visit.id": { value: "" } }, dataset: {} }, words: new Proxy({}, { get: () => "" }), questions: new Map(), edition: "a" },
    "dom.js": { fill: String, element },
    "formatting.js": { amount: String },
    "answers.js": { fillIn: nothing, written: () => ({}) },
    "chapters.js": { goTo: nothing },
    "notices.js": { tell: nothing, untell: nothing },
    "ground.js": { distance_m: () => 0, fromEdge_m: () => 0, inside: () => true },
  };
  const context = createContext({
    document: { getElementById: element, createElement: element, activeElement: null },
    navigator: { geolocation: { watchPosition: (fix) => ((found = fix), 1), clearWatch: () => (found = nothing) } },
    location: { search: "", hash: "" },
    localStorage: { getItem: () => null },
    crypto: globalThis.crypto,
    URLSearchParams,
    structuredClone,
    setTimeout,
    Promise,
    Date,
  });
  const modules = new Map();
  const moduleOf = (name) => {
    if (!modules.has(name)) {
      const given = { ...Object.fromEntries((imported[name] ?? []).map((each) => [each, nothing])), ...made[name] };
      modules.set(
        name,
        REAL.includes(name)
          ? new SourceTextModule(textOf(name), { context, identifier: name })
          : new SyntheticModule(Object.keys(given), function () { for (const [key, value] of Object.entries(given)) this.setExport(key, value); }, { context, identifier: name }),
      );
    }
    return modules.get(name);
  };
  const start = new SourceTextModule('export * as draft from "./draft.js"; export * as position from "./position.js";', { context, identifier: "start" });
  await start.link((specifier) => moduleOf(specifier.split("/").at(-1)));
  await start.evaluate();
  const { draft, position } = start.namespace;

  position.beginPosition(nothing);
  position.locate();
  if (order === "gps") found(GOOD);
  await later(Math.random() * 2);
  await draft.find(SITE, "Taman", null, nothing);
  if (order === "storage") found(GOOD);
  position.settle(); // as the form does once it shows the visit
  await draft.saved();
  return { order, before, drafts: [...drafts.values()], kept, visit: draft.visit };
}

const BEFORE = [[], [{ id: "d", site: SITE, edition: "a", author: "", values: {}, notes: {}, items: [], photos: [], position: null, begun_at: "", changed_at: "2026" }]];
const all = [];
for (let time = 0; time < count; time += 1) for (const order of ["gps", "storage"]) all.push(await opening(order, BEFORE[time % BEFORE.length]));
process.stdout.write(JSON.stringify(all));
