// @ts-check
// Reloads a script or style that failed to load, because one missing file would leave the page without function or message.
// A page refers to this file twice, in case it fails itself. Modules are retried under another URL, because a browser remembers failed ones.
"use strict";
if (!window.mending) {
  const FIRST_MS = 500;
  const LONGEST_MS = 30_000;
  window.mending = { tries: 0 };

  const isPart = (element) => (element instanceof HTMLScriptElement && element.src) || (element instanceof HTMLLinkElement && element.rel === "stylesheet");

  const askAgain = (element) => {
    const tries = (window.mending.tries += 1);
    const name = element.src ? "src" : "href";
    const again = document.createElement(element.tagName);
    for (const { name: attribute, value } of element.attributes) again.setAttribute(attribute, value);
    again.setAttribute(name, element[name].replace(/\/v-([^/.]+)[^/]*\//, (_, version) => `/v-${version}.${tries}/`));
    setTimeout(() => element.replaceWith(again), Math.min(LONGEST_MS, FIRST_MS * 2 ** Number(element.dataset.tries ?? 0)));
    again.dataset.tries = Number(element.dataset.tries ?? 0) + 1;
  };

  addEventListener("error", ({ target }) => isPart(target) && askAgain(target), true);
  // A style may have failed before the listener was added.
  addEventListener("load", () => {
    for (const link of document.querySelectorAll('link[rel="stylesheet"]')) if (!link.sheet && !link.dataset.tries) askAgain(link);
  });
}
