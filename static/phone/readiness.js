// @ts-check
// Sites that open offline: those with a stored opening for the edition of the cached pages.
// After a restart the server may use another edition; until its new version is loaded, the cached pages keep their edition.

const PAGES = "pages-"; // followed by the version of the service worker, which is also in the URLs of the assets

/** Return the edition of the cached work page if its form is cached too; "" if no form opens offline. */
export async function keptEdition(caches, work, partsOf) {
  // The oldest cache belongs to the active worker; a waiting version has its own, newer cache.
  const name = (await caches.keys()).find((each) => each.startsWith(PAGES));
  const pages = name && (await caches.open(name));
  const page = await pages?.match(work, { ignoreVary: true });
  const edition = page ? (/\bdata-edition="([^"]*)"/.exec(await page.text())?.[1] ?? "") : "";
  if (!edition) return "";
  const version = name.slice(PAGES.length);
  const addresses = partsOf(edition).map((address) => address.replace(/([?&]v=)[^&]*/, `$1${version}`));
  const parts = await Promise.all(addresses.map((address) => pages.match(address, { ignoreVary: true })));
  return parts.length > 0 && parts.every(Boolean) ? edition : "";
}

/** Return the sites that open under an edition, by the [site, edition] of the stored openings. */
export function readyUnder(edition, openings) {
  return new Set(openings.filter(([, of]) => edition !== "" && of === edition).map(([site]) => site));
}

/** Return the openings to fetch next, as [site, edition]: first for the cached edition, then for that of the new version. */
export function missing(sites, openings, kept, now) {
  const held = new Set(openings.map((each) => JSON.stringify(each)));
  const editions = [...new Set([kept, now])].filter(Boolean);
  return editions.flatMap((edition) => sites.map((site) => [site, edition])).filter((each) => !held.has(JSON.stringify(each)));
}
