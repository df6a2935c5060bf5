// @ts-check
// Says before the page is laid out that scripts will run, so that it is laid out once; takes it back where they did not.
"use strict";
if ("noModule" in HTMLScriptElement.prototype) {
  const page = document.documentElement;
  page.classList.add("scripted");
  addEventListener("load", () => {
    if (!("begun" in page.dataset)) page.classList.remove("scripted");
  });
}
