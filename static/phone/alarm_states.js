// @ts-check
// How the report of a danger stands, as people have to know it: nothing but a receipt means that it went out.
// Pure: storage, texts and the clock are the caller's, so that each state can be tried by itself.

const SHOWN_MS = 24 * 3600_000;

/**
 * {sent, why, at} of an entry of the outbox. `sent`: "no", "words" (the report is there and its photo is not) or "all"; `at` is when the
 * server took it, by the server's clock; `me` is null where nobody is signed in; `why` names the reason why something is missing, "" where nothing is.
 * @param {Pick<Entry, "state" | "problem" | "receipt" | "author">} entry
 * @param {string | null} [me]
 */
export function standing({ state, problem = "", receipt = null, author }, me) {
  const at = receipt?.recorded_at ?? "";
  const sent = !at ? "no" : state === "sent" ? "all" : "words";
  if (sent === "all") return { sent, why: "", at };
  if (me === null && state !== "refused") return { sent, why: "signed_out", at };
  if (me && author !== me) return { sent, why: "other", at };
  if (state === "signed_out" || state === "refused") return { sent, why: state, at };
  if (state === "sending") return { sent, why: "trying", at };
  return { sent, why: ["network", "busy", "server"].includes(problem) ? problem : "waiting", at };
}

/** The dangers that every page tells of: those that are not out, and those that went out since somebody was told; the oldest first. */
export function alarms(entries, now) {
  return entries
    .filter(({ kind, state, told_sent, sent_at }) => kind === "danger" && (state !== "sent" || (told_sent === false && !(Date.parse(sent_at) < now - SHOWN_MS))))
    .sort((one, other) => (one.since < other.since ? -1 : 1));
}

/** The contacts for a site: those for everywhere and for the area it lies in, in their order; all of them where it is not known where it lies. */
export function contactsFor(site, work) {
  const contacts = work?.telephone?.contacts ?? [];
  const code = work?.sites?.find(({ id }) => id === site)?.kelurahan_code;
  if (!code) return contacts;
  return contacts.filter(({ area }) => !area || `${code}.`.startsWith(`${area}.`)); // the dots keep 36.7 from covering 36.73
}
