// @ts-check
// Sets a class before layout that tells the style sheet that scripts will run, to avoid a second layout; removes it if they did not.
"use strict";
if ("noModule" in HTMLScriptElement.prototype) {
  const page = document.documentElement;
  page.classList.add("scripted");
  addEventListener("load", () => {
    if (!("begun" in page.dataset)) page.classList.remove("scripted");
  });
}
