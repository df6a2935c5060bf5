// @ts-check
// Which places open without signal: those whose beginning is kept for the edition that the pages on this phone are of.
// After a restart the server may judge by another edition; until its new version is loaded the pages kept before open, as they were.

const PAGES = "pages-"; // and the version of the worker that keeps them, which the addresses of their parts carry

/** The edition that the kept page of work is of, if its form is kept as well; "" where no form opens without signal. */
export async function keptEdition(caches, work, partsOf) {
  // The oldest are the ones that the worker at work answers with; those of the version that waits lie beside them.
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

/** The sites that open under an edition, of the [site, edition] whose beginnings are kept. */
export function readyUnder(edition, openings) {
  return new Set(openings.filter(([, of]) => edition !== "" && of === edition).map(([site]) => site));
}

/** What is fetched next, as [site, edition]: first what opens without signal now, then what will once the new version is loaded. */
export function missing(sites, openings, kept, now) {
  const held = new Set(openings.map((each) => JSON.stringify(each)));
  const editions = [...new Set([kept, now])].filter(Boolean);
  return editions.flatMap((edition) => sites.map((site) => [site, edition])).filter((each) => !held.has(JSON.stringify(each)));
}
