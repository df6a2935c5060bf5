// The worker is put in place although each of the shell's files in turn fails once, and says so where one goes on failing.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createContext, runInContext } from "node:vm";
import { ROOT } from "./cases.js";

const WORKER = readFileSync(join(ROOT, "static/phone/worker.js"), "utf8");
const ASSETS = Array.from({ length: 12 }, (_, at) => `/static/v-1/part-${at}.js`);
const PAGES = ["/waiting", "/queue", "/survey-shell?edition=a", "/standards/a/table.json?v=1"];
const OFFLINE = "/offline";
const FILES = [...ASSETS, ...PAGES, OFFLINE];
const HEAD = Object.entries({ VERSION: "1", ASSETS_AT: "/static/", ASSETS, PAGES, NAMELESS: ["/waiting"], CHILDREN: ["/forum", "/forum-shell"], OFFLINE, SHELL: "/survey-shell?edition=" })
  .map(([name, value]) => `const ${name} = ${JSON.stringify(value)};`)
  .join("\n");

/** A worker in a browser of its own: {install, kept, asked}; `answer(address, time)` is what the network says the n-th time. */
function worker(answer, stores = new Map()) {
  const listeners = {};
  const asked = new Map();
  const open = async (name) => {
    const store = stores.get(name) ?? new Map();
    stores.set(name, store);
    return { match: async (address) => store.get(address), put: async (address, given) => void store.set(address, given) };
  };
  const context = createContext({
    addEventListener: (name, listener) => (listeners[name] = listener),
    caches: { open, keys: async () => [...stores.keys()], delete: async (name) => stores.delete(name) },
    fetch: async (address) => {
      asked.set(address, (asked.get(address) ?? 0) + 1);
      return answer(address, asked.get(address));
    },
    setTimeout: (act) => setImmediate(act),
    location: { origin: "https://here" },
    URL,
    Error,
    Promise,
  });
  runInContext(`${HEAD}\n${WORKER}`, context);
  const install = () => new Promise((resolve) => listeners.install({ waitUntil: (work) => resolve(work) }));
  return { install: async () => install(), asked, stores };
}

const good = () => ({ ok: true, status: 200, redirected: false, headers: new Map([["RBA-Version", "1"]]) });
const kept = (stores) => [...stores.values()].flatMap((store) => [...store.keys()]);
const FAULTS = {
  "no answer": () => Promise.reject(new TypeError("network")),
  "a server that fails": () => ({ ...good(), ok: false, status: 503 }),
};

for (const [name, fault] of Object.entries(FAULTS)) {
  test(`each file of the shell that fails once (${name}) is asked for again, and everything is kept`, async () => {
    for (const file of FILES) {
      const { install, asked, stores } = worker((address, time) => (address === file && time === 1 ? fault() : good()));
      await install();
      assert.deepEqual(kept(stores).sort(), [...FILES].sort(), file);
      assert.equal(asked.get(file), 2);
    }
  });
}

test("all of them failing at once heals as well", async () => {
  const { install, stores } = worker((_, time) => (time === 1 ? FAULTS["no answer"]() : good()));
  await install();
  assert.equal(kept(stores).length, FILES.length);
});

test("where one goes on failing nothing is put in place, and the next attempt asks only for what is missing", async () => {
  const stores = new Map();
  await assert.rejects(worker((address) => (address === ASSETS[3] ? FAULTS["no answer"]() : good()), stores).install(), /part-3/);
  const again = worker(good, stores);
  await again.install();
  assert.deepEqual(ASSETS.filter((each) => again.asked.has(each)), [ASSETS[3]]);
  assert.equal(kept(stores).length, FILES.length);
});

test("who is not signed in is not asked again and again", async () => {
  const { install, asked } = worker((address) => (address === "/queue" ? { ...good(), redirected: true } : good()));
  await assert.rejects(install(), /queue/);
  assert.equal(asked.get("/queue"), 1);
});
