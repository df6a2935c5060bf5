// @ts-check
// Service worker: caches the surveyor's pages for offline use. The server writes VERSION, ASSETS, PAGES, CHILDREN, NAMELESS, SHELL
// and OFFLINE above this text. It handles neither /api nor uploads; cached pages and their assets have the same version.

const assetsName = `assets-${VERSION}`;
const pagesName = `pages-${VERSION}`;
const PATIENCE_MS = 4_000;
// The form of a place proposed on this phone opens before the server knows the place.
const PROPOSED = /^\/sites\/usulan-[0-9a-f]+\/audit$/;
const UNKNOWN = [403, 404];
const PAUSES_MS = [500, 2_000];
// Pages contain the user's name and language, so signing in or out or changing the language deletes all but the nameless ones.
const PERSONAL = /^\/(sign-in|sign-out|join|language)(\/|$)/;

addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      await Promise.all(ASSETS.map(keepAsset));
      await keep([...PAGES, OFFLINE], true);
    })(),
  );
});

addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) if (/^(assets|pages)-/.test(name) && ![assetsName, pagesName].includes(name)) await caches.delete(name);
      await clients.claim();
    })(),
  );
});

addEventListener("message", (event) => {
  const { type, pages = [] } = event.data ?? {};
  if (type === "take over") skipWaiting();
  // Without a session there is nothing to cache yet; the next page sends the message again.
  if (type === "keep") event.waitUntil(keep([...PAGES, OFFLINE, ...pages], false).catch(() => {}));
});

addEventListener("sync", (event) => {
  if (event.tag === "outbox" && typeof drain === "function") event.waitUntil(drain({ force: true }));
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method !== "GET") {
    if (request.mode === "navigate" && PERSONAL.test(url.pathname)) event.waitUntil(forget(url.pathname.startsWith("/language") ? [] : NAMELESS));
    return;
  }
  if (request.mode === "navigate") event.respondWith(page(request, url));
  else if (url.searchParams.get("v") === VERSION) event.respondWith(kept(request, pagesName));
  else if (url.pathname.startsWith(ASSETS_AT)) event.respondWith(kept(request, assetsName));
});

// Nameless pages stay, so that a user who cannot sign in any more can still save waiting entries offline.
async function forget(but) {
  const pages = await caches.open(pagesName);
  const stay = await Promise.all(but.map(async (address) => [address, await pages.match(address, { ignoreVary: true })]));
  await caches.delete(pagesName);
  const anew = await caches.open(pagesName);
  for (const [address, answer] of stay) if (answer) await anew.put(address, answer);
}

async function kept(request, name) {
  return (await (await caches.open(name)).match(request.url, { ignoreVary: true })) ?? fetch(request);
}

async function page(request, url) {
  const pages = await caches.open(pagesName);
  const instead = await pages.match(standIn(url), { ignoreVary: true });
  try {
    const answer = await (instead ? Promise.race([fetch(request), tooLong()]) : fetch(request));
    if ((answer.status >= 500 || (PROPOSED.test(url.pathname) && UNKNOWN.includes(answer.status))) && instead) return instead;
    if (PAGES.includes(url.pathname) && ofThisVersion(answer)) await pages.put(url.pathname, answer.clone());
    return answer;
  } catch {
    return instead ?? (await pages.match(OFFLINE, { ignoreVary: true })) ?? Response.error();
  }
}

// One cached page without a site serves as the form of every site, and another as the children's audit; the phone fills in the site.
function standIn(url) {
  const [children, childrenOfAny] = CHILDREN;
  if (url.pathname.startsWith(`${children}/`) && !url.pathname.endsWith("/print")) return childrenOfAny;
  if (!/^\/sites\/.+\/audit$/.test(url.pathname)) return url.pathname;
  const edition = url.searchParams.get("edition");
  return edition ? `${SHELL}${encodeURIComponent(edition)}` : PAGES.find((each) => each.startsWith(SHELL));
}

function tooLong() {
  return new Promise((_, reject) => setTimeout(reject, PATIENCE_MS, new Error("too long")));
}

// A page of another version would need assets that are not cached.
function ofThisVersion(answer) {
  return answer.ok && !answer.redirected && answer.headers.get("RBA-Version") === VERSION;
}

/** Cache all pages or throw an error. Cached pages are fetched again only with `anew`. */
async function keep(wanted, anew) {
  const pages = await caches.open(pagesName);
  for (const address of new Set(wanted)) {
    if (!anew && (await pages.match(address, { ignoreVary: true }))) continue;
    const answer = await insistently(address, { cache: "no-cache", credentials: "same-origin" }, ofThisVersion);
    await pages.put(address, answer);
  }
}

// Assets cached by an earlier attempt stay valid, because their URL contains the version.
async function keepAsset(address) {
  const assets = await caches.open(assetsName);
  if (await assets.match(address, { ignoreVary: true })) return;
  await assets.put(address, await insistently(address, {}, ({ ok }) => ok));
}

/** Fetch with retries until `right(answer)`, because the cache is useless if one file is missing. */
async function insistently(address, options, right) {
  for (let tries = 0; ; tries += 1) {
    const answer = await fetch(address, options).catch(() => null);
    if (answer && right(answer)) return answer;
    // Redirects and denied requests are not retried.
    const passes = !answer || answer.status >= 500 || answer.status === 429;
    if (tries === PAUSES_MS.length || !passes) throw new Error(`${address}: ${answer?.status ?? "no answer"}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSES_MS[tries]));
  }
}
