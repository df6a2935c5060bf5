// @ts-check
// URL of the audit form of a site.

/** Return the URL of a site's form. */
export function formOf(site, query = {}) {
  const path = site.split("/").map(encodeURIComponent).join("/");
  const asked = String(new URLSearchParams(Object.entries(query).filter(([, value]) => value)));
  return `/sites/${path}/audit${asked && `?${asked}`}`;
}
