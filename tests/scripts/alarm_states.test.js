// How the report of a danger stands: nothing but a receipt means that it went out, and whom to call depends on where it is.

import assert from "node:assert/strict";
import { test } from "node:test";
import { alarms, contactsFor, standing } from "../../static/phone/alarm_states.js";
import { nextDue, offeredAgain, postponed, sent } from "../../static/phone/outbox_states.js";

const NOW = Date.parse("2026-11-20T03:00:00Z");
const DAY_MS = 24 * 3600_000;
const receipt = { recorded_at: "2026-11-20T02:59:00Z" };
const entry = (changes = {}) => ({ id: "d", kind: "danger", author: "sari", state: "waiting", problem: "", receipt: null, told_sent: false, since: "2026-11-20T02:00:00Z", photos: [], tries: 0, ...changes });

test("without a receipt no state, no problem and nobody who is signed in makes it sent", () => {
  for (const state of ["waiting", "sending", "signed_out", "refused", "sent"])
    for (const problem of ["", "network", "busy", "server", "hash", "incomplete", "asked_again", "photo_gone", "other_author"])
      for (const me of ["sari", "bayu", null, undefined]) {
        const found = standing(entry({ state, problem }), me);
        assert.equal(found.sent, "no", `${state} ${problem} ${me}`);
        assert.equal(found.at, "");
        assert.notEqual(found.why, "");
      }
});

test("a receipt tells when, by the server's clock, and what is still missing", () => {
  assert.deepEqual(standing(entry({ state: "sent", receipt }), "sari"), { sent: "all", why: "", at: receipt.recorded_at });
  assert.deepEqual(standing(entry({ state: "sending", receipt }), "sari"), { sent: "words", why: "trying", at: receipt.recorded_at });
  assert.deepEqual(standing(entry({ problem: "network", receipt }), "sari"), { sent: "words", why: "network", at: receipt.recorded_at });
});

test("the reason is the one that can be acted upon", () => {
  const why = (changes, me = "sari") => standing(entry(changes), me).why;
  assert.equal(why({ problem: "network" }), "network");
  assert.equal(why({ state: "sending" }), "trying");
  assert.equal(why({ problem: "hash" }), "waiting");
  assert.equal(why({ state: "refused" }), "refused");
  assert.equal(why({ state: "refused" }, null), "refused");
  assert.equal(why({ state: "signed_out" }), "signed_out");
  assert.equal(why({}, "bayu"), "other");
  assert.equal(why({}, null), "signed_out");
});

test("a register that was restored since takes the receipt away: it may not know it any more", () => {
  const again = { ...entry({ state: "sent", receipt }), ...offeredAgain(entry({ state: "sent", receipt }), "a restore") };
  assert.equal(standing(again, "sari").sent, "no");
});

test("every page tells of what is not out, and of what went out until somebody read it", () => {
  const visit = { ...entry(), kind: "visit" };
  const out = { ...entry({ id: "e", since: "2026-11-20T01:00:00Z" }), ...sent(receipt, NOW) };
  assert.deepEqual(alarms([visit, entry(), out], NOW).map(({ id }) => id), ["e", "d"]);
  assert.deepEqual(alarms([{ ...out, told_sent: true }], NOW), []);
  assert.deepEqual(alarms([out], NOW + DAY_MS + 1), []);
  assert.equal(alarms([entry()], NOW + 30 * DAY_MS).length, 1);
  assert.deepEqual(alarms([{ ...out, told_sent: undefined }], NOW), [], "as earlier versions kept it");
});

test("numbers are those of the place, in their order; all of them where nobody knows where it is", () => {
  const contacts = ["", "36.73", "36.73.01.1004", "36.7", "36.74"].map((area) => ({ area }));
  const work = { telephone: { contacts }, sites: [{ id: "taman", kelurahan_code: "36.73.01.1004" }, { id: "lain" }] };
  assert.deepEqual(contactsFor("taman", work).map(({ area }) => area), ["", "36.73", "36.73.01.1004"]);
  assert.equal(contactsFor("lain", work).length, 5);
  assert.equal(contactsFor("usulan-1", work).length, 5);
  assert.deepEqual(contactsFor("taman", undefined), []);
  assert.deepEqual(contactsFor("taman", { sites: work.sites }), []);
});

test("a danger is tried again within half a minute, and no clock that was wrong holds anything back", () => {
  const wait = (kind) => Date.parse(postponed({ tries: 30, kind }, "network", { now: NOW, chance: 1 }).retry_at) - NOW;
  assert.equal(wait("danger"), 30_000);
  assert.equal(wait("visit"), 15 * 60_000);
  const due = (changes) => nextDue([entry(changes)], { now: NOW })?.id;
  assert.equal(due({ retry_at: "2026-11-20T03:10:00Z" }), undefined);
  assert.equal(due({ retry_at: "2027-11-20T03:00:00Z" }), "d");
  assert.equal(due({ not_before: "2026-11-20T03:10:00Z" }), undefined);
  assert.equal(due({ not_before: "2027-11-20T03:00:00Z" }), "d");
});
