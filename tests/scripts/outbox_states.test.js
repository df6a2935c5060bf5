// What waits on a phone is never lost and never sent out of turn: every step of an entry of the outbox, by itself and in any order.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as states from "../../static/phone/outbox_states.js";
import { SEEDS, chanceOf } from "./cases.js";

const NOW = Date.parse("2026-11-30T08:00:00Z");
const SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
const at = (ms) => new Date(NOW + ms).toISOString();
const entry = (changes = {}) => ({ id: "a", kind: "visit", since: at(-HOUR), state: "waiting", told: "", problem: "", tries: 0, last_try: null, photos: [], bytes: "bytes", sha256: "hash", ...changes });
const page = (status) => ({ status, body: null });
const json = (status, body = {}) => ({ status, body });

/* --- which entry is sent next --- */

test("dangers go before visits, and the oldest goes first", () => {
  const entries = [
    entry({ id: "new", since: at(-MINUTE) }),
    entry({ id: "old", since: at(-DAY) }),
    entry({ id: "danger", kind: "danger", since: at(0) }),
    entry({ id: "older danger", kind: "danger", since: at(-SECOND) }),
  ];
  const tried = new Set(), order = [];
  for (let next; (next = states.nextDue(entries, { tried, now: NOW })); tried.add(next.id)) order.push(next.id);
  assert.deepEqual(order, ["older danger", "danger", "old", "new"]);
});

test("only what was sent or refused is not sent again", () => {
  const due = (state) => states.nextDue([entry({ state })], { now: NOW, force: true }) !== undefined;
  assert.deepEqual(["waiting", "sending", "signed_out", "sent", "refused"].map(due), [true, true, true, false, false]);
});

test("a place goes before what is of it, after dangers, and ahead of other places where a danger waits for it", () => {
  const entries = [
    entry({ id: "elsewhere", site: "b", since: at(-3 * DAY) }),
    entry({ id: "visit", site: "new", since: at(-2 * DAY) }),
    entry({ id: "place", kind: "place", site: "new", since: at(-MINUTE) }),
    entry({ id: "other place", kind: "place", site: "newer", since: at(-HOUR) }),
    entry({ id: "danger there", kind: "danger", site: "new", since: at(-DAY) }),
    entry({ id: "danger", kind: "danger", site: "b" }),
  ];
  const order = (changed = {}) => {
    const now = entries.map((each) => ({ ...each, ...changed[each.id] })), found = [];
    for (let next; (next = states.nextDue(now, { tried: new Set(found), now: NOW })); found.push(next.id)) if (next.id === "place") next.state = "sent";
    return found;
  };
  assert.deepEqual(order(), ["danger", "place", "danger there", "other place", "elsewhere", "visit"]);
  assert.deepEqual(order({ place: { state: "refused" } }), ["danger there", "danger", "other place", "elsewhere"], "a danger never waits for a refused place");
  assert.deepEqual(order({ place: { retry_at: at(1) } }), ["danger", "other place", "elsewhere"], "a place that waits keeps what is of it");
  assert.deepEqual(order({ place: { state: "sent" } }), ["danger there", "danger", "other place", "elsewhere", "visit"]);
});

test("no visit of a place goes before the place, in whatever order things happen", () => {
  const random = chanceOf(5), pick = (list) => list[Math.floor(random() * list.length)];
  for (let run = 0; run < 200 * SEEDS.length; run++) {
    const entries = Array.from({ length: 8 }, (_, at) => entry({ id: String(at), kind: pick(["visit", "visit", "place", "danger"]), site: pick(["a", "b", "c"]), since: new Date(NOW - random() * DAY).toISOString() }));
    const tried = new Set();
    for (let next; (next = states.nextDue(entries, { tried, now: NOW, force: random() < 0.5 })); tried.add(next.id)) {
      const place = states.placesToSend(entries).get(next.site);
      assert.ok(next.kind === "place" || !place || (next.kind === "danger" && entries.some(({ kind, state, site }) => kind === "place" && state === "refused" && site === next.site)), JSON.stringify(next));
      Object.assign(next, pick([states.sent({}, NOW), states.refused(json(404)), states.postponed(next, "server", { now: NOW, chance: 0 })]));
      for (const each of next.kind === "place" && next.state === "sent" ? entries : []) Object.assign(each, states.knownNow(each, next));
    }
    const unsent = states.placesToSend(entries);
    for (const { id, kind, site } of entries) if (!tried.has(id)) assert.ok(kind !== "place" && unsent.has(site), "only what waits for its place was not tried");
  }
});

test("what was refused because its place was unknown waits again once the place is there; all else stays refused", () => {
  const place = entry({ id: "p", kind: "place", site: "new" });
  const refusedWith = (status, more = {}) => entry({ site: "new", ...states.refused(json(status)), ...more });
  assert.deepEqual(states.knownNow(refusedWith(404), place), states.revived());
  assert.deepEqual(states.knownNow(refusedWith(403, { kind: "danger" }), place), states.revived());
  for (const other of [refusedWith(409), refusedWith(400), refusedWith(404, { site: "old" }), refusedWith(404, { kind: "place" }), entry({ site: "new" })]) assert.equal(states.knownNow(other, place), null);
});

test("our own pause is overruled by hand, the server's never", () => {
  const due = (changes, force) => states.nextDue([entry(changes)], { force, now: NOW }) !== undefined;
  assert.equal(due({ retry_at: at(1) }, false), false);
  assert.equal(due({ retry_at: at(1) }, true), true);
  assert.equal(due({ retry_at: at(0) }, false), true);
  assert.equal(due({ retry_at: at(1), not_before: at(1) }, true), false);
  assert.equal(due({ retry_at: at(0), not_before: at(0) }, false), true);
  assert.equal(due({ retry_at: null, not_before: null }, false), true);
});

test("a receipt is kept for seven days, and nothing that was not sent is ever outdated", () => {
  assert.equal(states.isOutdated({ state: "sent", sent_at: at(-7 * DAY) }, NOW), false);
  assert.equal(states.isOutdated({ state: "sent", sent_at: at(-7 * DAY - 1) }, NOW), true);
  for (const state of ["waiting", "sending", "signed_out", "refused"]) {
    assert.equal(states.isOutdated({ state, sent_at: at(-90 * DAY), since: at(-90 * DAY) }, NOW), false, state);
  }
});

test("an entry is late from the third whole day on, unless it was sent", () => {
  const late = (ms, state = "waiting") => states.lateDays({ state, since: at(-ms) }, NOW);
  assert.deepEqual([late(0), late(3 * DAY - 1), late(3 * DAY), late(4 * DAY - 1), late(10 * DAY)], [0, 0, 3, 3, 10]);
  assert.equal(late(10 * DAY, "refused"), 10);
  assert.equal(late(10 * DAY, "sent"), 0);
});

test("what was sent before the register was restored is offered again, once, with its photos", () => {
  const sent = entry({ ...states.sent({ state: "received" }, NOW), photos: [{ sha256: "p", question: "", item: "", sent: true }], tries: 3 });
  assert.equal(states.offeredAgain(sent), null);
  assert.equal(states.offeredAgain(sent, null), null);
  const again = { ...sent, ...states.offeredAgain(sent, 1764460000000) };
  assert.deepEqual([again.state, again.tries, again.retry_at, again.photos[0].sent, again.bytes], ["waiting", 0, null, false, "bytes"]);
  assert.notEqual(states.nextDue([again], { now: NOW }), undefined);
  const arrived = { ...again, ...states.sent({ state: "received" }, NOW, 1764460000000) };
  assert.equal(states.offeredAgain(arrived, 1764460000000), null);
  assert.notEqual(states.offeredAgain(arrived, 1764460000001), null, "a second restore");
  assert.notEqual(states.offeredAgain(entry({ state: "sent", photos: [] }), 1), null, "sent by an older version, which noted no restore");
  for (const state of ["waiting", "sending", "signed_out", "refused"]) assert.equal(states.offeredAgain(entry({ state }), 5), null, state);
});

/* --- what an answer means --- */

test("only JSON with 200 or 201 is an acceptance, and only JSON from 400 to 499 a refusal", () => {
  const expected = {
    accepted: [json(200), json(201)],
    signed_out: [json(401), page(401)],
    other_author: [json(409, { error: "other_author" })],
    refused: [json(400), json(403), json(404), json(409), json(409, { error: "differs" }), json(413), json(422)],
    busy: [json(429), page(429), json(503), page(503)],
    server: [json(500), page(500), page(502), page(504)],
    network: [page(0), page(200), page(201), page(204), page(302), page(400), page(403), page(404), page(409), json(408), page(408), json(425), json(302)],
  };
  for (const [meaning, answers] of Object.entries(expected)) {
    for (const answer of answers) assert.equal(states.classify(answer), meaning, JSON.stringify(answer));
  }
});

test("Retry-After is read as seconds or as a date, and never counts for more than a quarter of an hour", () => {
  const expected = [
    [null, 0], ["", 0], ["0", 0], ["1", SECOND], ["300", 5 * MINUTE], ["900", 15 * MINUTE], ["99999999", 15 * MINUTE],
    ["Mon, 30 Nov 2026 08:02:00 GMT", 2 * MINUTE], ["Mon, 30 Nov 2026 09:00:00 GMT", 15 * MINUTE], ["Mon, 30 Nov 2026 07:00:00 GMT", 0], ["soon", 0], ["1.5", 0], ["-5", 0],
  ];
  for (const [text, ms] of expected) assert.equal(states.retryAfter(text, NOW), ms, String(text));
});

test("without a network or with a busy server others are not tried", () => {
  const meanings = ["network", "busy", "server", "hash", "incomplete"];
  assert.deepEqual(meanings.filter(states.othersMayPass), ["server", "hash", "incomplete"]);
});

/* --- the steps --- */

test("each failure doubles the pause, from five seconds to a quarter of an hour, and chance shortens it by half at most", () => {
  const pause = (tries, chance, wait = 0) => Date.parse(states.postponed({ tries }, "network", { wait, now: NOW, chance }).retry_at) - NOW;
  assert.deepEqual([0, 1, 2, 7].map((tries) => pause(tries, 1)), [5 * SECOND, 10 * SECOND, 20 * SECOND, 640 * SECOND]);
  for (const tries of [8, 10, 11, 1000]) assert.equal(pause(tries, 1), 15 * MINUTE);
  assert.deepEqual([2, 7, 1000].map((tries) => pause(tries, 0)), [10 * SECOND, 320 * SECOND, 7.5 * MINUTE]);
  assert.equal(pause(0, 0), 5 * SECOND, "never less than the first pause");
  assert.equal(pause(0, 1, 5 * MINUTE), 5 * MINUTE, "never less than the server asks");
  assert.equal(pause(1000, 1, 5 * MINUTE), 15 * MINUTE);
});

test("only a server that asks for it may not be asked by hand before", () => {
  const { not_before, state, problem, last_try } = states.postponed({ tries: 1 }, "busy", { wait: MINUTE, now: NOW, chance: 0 });
  assert.deepEqual({ not_before, state, problem, last_try }, { not_before: at(MINUTE), state: "waiting", problem: "busy", last_try: at(0) });
  assert.equal(states.postponed({ tries: 1 }, "server", { now: NOW, chance: 0 }).not_before, null);
});

test("beginning counts a try and takes the old reason away", () => {
  assert.deepEqual(states.begun({ tries: 3 }, NOW), { state: "sending", told: "", problem: "", last_try: at(0), tries: 4 });
});

test("a refusal keeps everything the server said, and lacks nothing where it said little", () => {
  const body = { told: "Closed", error: "differs", problems: [{ told: "x" }], differences: [{ path: "answers.a" }], kept: { id: "b" }, receipt: { visit: "c" }, more: 1 };
  assert.deepEqual(states.refused(json(409, body)), {
    state: "refused", told: "Closed", problem: "",
    refusal: { status: 409, error: "differs", problems: [{ told: "x" }], differences: [{ path: "answers.a" }], kept: { id: "b" }, receipt: { visit: "c" } },
  });
  assert.deepEqual(states.refused(json(422)).refusal, { status: 422, error: "", problems: [], differences: [], kept: null, receipt: null });
});

test("signing out changes only what was on its way; another author changes everything but what says so already", () => {
  const out = { state: "signed_out", problem: "" };
  assert.deepEqual(["waiting", "sending", "signed_out", "sent", "refused"].map((state) => states.signedOut({ state })), [out, out, null, null, null]);
  const foreign = { state: "signed_out", problem: "other_author" };
  assert.deepEqual(states.ofAnotherAuthor({ state: "waiting", problem: "network" }), foreign);
  assert.deepEqual(states.ofAnotherAuthor({ state: "signed_out", problem: "" }), foreign);
  assert.equal(states.ofAnotherAuthor(foreign), null);
});

test("a refused entry that is tried again is due at once", () => {
  const refused = { ...entry({ tries: 9, retry_at: at(DAY) }), ...states.refused(json(422, { told: "No" })) };
  const again = { ...refused, ...states.revived() };
  assert.equal(states.nextDue([refused], { now: NOW, force: true }), undefined);
  assert.equal(states.nextDue([again], { now: NOW }), again);
  assert.deepEqual([again.tries, again.told, again.refusal], [0, "", null]);
});

/* --- any steps in any order --- */

const ANSWERS = [0, 200, 201, 302, 400, 401, 404, 408, 409, 422, 425, 429, 500, 502, 503].flatMap((status) => [page(status), json(status), json(status, { error: "other_author", told: "No" })]);

function step(entry, answer, now, chance) {
  const meaning = states.classify(answer);
  if (meaning === "accepted") return states.sent({ id: entry.id }, now);
  if (meaning === "signed_out") return states.signedOut(entry);
  if (meaning === "other_author") return states.ofAnotherAuthor(entry);
  if (meaning === "refused") return states.refused(answer);
  return states.postponed(entry, meaning, { wait: meaning === "busy" ? states.retryAfter("600", now) : 0, now, chance });
}

for (const seed of SEEDS) {
  test(`seed ${seed}: whatever the answers, an entry keeps its bytes, ends sent or refused, or is due again within a quarter of an hour`, () => {
    const chance = chanceOf(seed + 1);
    const seen = new Set();
    for (let run = 0; run < 2000; run += 1) {
      let now = NOW, waiting = entry({ kind: chance() < 0.5 ? "visit" : "danger" });
      for (let tries = 0; tries < 30; tries += 1) {
        const due = states.nextDue([waiting], { now, force: chance() < 0.5 });
        if (!due) {
          if (["sent", "refused"].includes(waiting.state)) break;
          now += 15 * MINUTE;
          assert.ok(states.nextDue([waiting], { now }), JSON.stringify(waiting));
          continue;
        }
        assert.ok(!(Date.parse(waiting.not_before) > now), "a server is never asked before it said");
        waiting = { ...waiting, ...states.begun(waiting, now) };
        // A page that is closed now leaves the entry as it is: "sending", and due.
        if (chance() < 0.9) waiting = { ...waiting, ...step(waiting, ANSWERS[Math.floor(chance() * ANSWERS.length)], now, chance()) };
        assert.deepEqual([waiting.bytes, waiting.sha256, waiting.since], ["bytes", "hash", at(-HOUR)]);
        seen.add(waiting.state);
      }
    }
    assert.deepEqual([...seen].sort(), ["refused", "sending", "sent", "signed_out", "waiting"]);
  });
}

/* --- photos that the server lost --- */

test("photos are sent, confirmed or gone by what the server misses and what is here", () => {
  const it = entry({ photos: [{ sha256: "1", sent: false }, { sha256: "2", sent: true }, { sha256: "3", sent: false }, { sha256: "4", sent: true }, { sha256: "1", sent: false }] });
  const plan = (missing, held) => states.photosToSend(it, missing, held);
  assert.deepEqual(plan(["1", "2", "3", "4"], ["1", "2"]), { send: ["1", "2"], confirm: [], gone: ["3"] });
  assert.deepEqual(plan([], ["1", "2"]), { send: [], confirm: ["1", "3"], gone: [] });
  assert.deepEqual(plan(undefined, ["1", "2"]), { send: ["1"], confirm: [], gone: ["3"] });
  assert.deepEqual(plan(["3"], ["1", "2", "3"]), { send: ["3"], confirm: ["1"], gone: [] });
});

test("an entry goes on being sent only while this phone has what is missing", () => {
  const it = entry({ photos: [{ sha256: "1", sent: true }, { sha256: "2", sent: false }] });
  const beyond = (missing, held) => states.isBeyondThisPhone(it, { missing: missing.map((sha256) => ({ sha256 })) }, held);
  assert.equal(beyond(["1"], []), true);
  assert.equal(beyond(["1"], ["1"]), false);
  assert.equal(beyond(["2"], []), false);
  assert.equal(beyond(["1", "2"], []), false);
  assert.equal(beyond([], []), true);
});

test("room is made while it is short, and never on a guess", () => {
  assert.equal(states.shortBy({ usage: 10_000_000, quota: 1_000_000_000 }), 0);
  assert.equal(states.shortBy({ usage: 960_000_000, quota: 1_000_000_000 }), 10_000_000);
  assert.equal(states.shortBy({ usage: 1_000_000_000, quota: 1_000_000_000 }), 50_000_000);
  for (const unknown of [undefined, {}, { usage: 5 }, { quota: 5 }]) assert.equal(states.shortBy(unknown), 0);
});
