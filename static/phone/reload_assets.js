// @ts-check
// Asks again for a script or style that did not come: one lost file must not leave a page that does nothing and says nothing.
// A page names this file twice, so that it may itself be the one that is lost. Modules come under another address, for a browser remembers which failed.
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
  // A style may have failed before anybody listened.
  addEventListener("load", () => {
    for (const link of document.querySelectorAll('link[rel="stylesheet"]')) if (!link.sheet && !link.dataset.tries) askAgain(link);
  });
}
