// @ts-check
// The service worker: keeps the pages of the field for when there is no network. The server writes VERSION, ASSETS, PAGES,
// CHILDREN, NAMELESS, SHELL and OFFLINE above this text. It never answers for /api and never touches what is sent; pages and their parts are of one version.

const assetsName = `assets-${VERSION}`;
const pagesName = `pages-${VERSION}`;
const PATIENCE_MS = 4_000;
// The form of a place that was proposed on this phone opens before the server knows the place.
const PROPOSED = /^\/sites\/usulan-[0-9a-f]+\/audit$/;
const UNKNOWN = [403, 404];
const PAUSES_MS = [500, 2_000];
// Pages carry the reader's name and language: whoever comes, goes or changes it leaves none behind but those without a name.
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
  // Without a session there is nothing to keep yet; the next page asks again.
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

// What names nobody stays: whoever cannot come in any more still saves what waits, also without signal.
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

// The form of any site is the same page without one, and so is the children's; the phone knows the site itself.
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

// A page of another version would ask for parts that are not kept.
function ofThisVersion(answer) {
  return answer.ok && !answer.redirected && answer.headers.get("RBA-Version") === VERSION;
}

/** Keep pages; all of them or an error. Those that are there stay, unless they are to be fetched `anew`. */
async function keep(wanted, anew) {
  const pages = await caches.open(pagesName);
  for (const address of new Set(wanted)) {
    if (!anew && (await pages.match(address, { ignoreVary: true }))) continue;
    const answer = await insistently(address, { cache: "no-cache", credentials: "same-origin" }, ofThisVersion);
    await pages.put(address, answer);
  }
}

// What an earlier attempt got stays: the address of an asset carries its version.
async function keepAsset(address) {
  const assets = await caches.open(assetsName);
  if (await assets.match(address, { ignoreVary: true })) return;
  await assets.put(address, await insistently(address, {}, ({ ok }) => ok));
}

/** An answer that is `right(answer)`; a file that fails once is asked for again, for without it nothing is kept. */
async function insistently(address, options, right) {
  for (let tries = 0; ; tries += 1) {
    const answer = await fetch(address, options).catch(() => null);
    if (answer && right(answer)) return answer;
    // Who is sent away or may not come in is not asked again.
    const passes = !answer || answer.status >= 500 || answer.status === 429;
    if (tries === PAUSES_MS.length || !passes) throw new Error(`${address}: ${answer?.status ?? "no answer"}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSES_MS[tries]));
  }
}
