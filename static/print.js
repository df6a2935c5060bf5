// @ts-check
// Paper of a page of the office: puts its office and its date into the margin of every sheet.
"use strict";
(() => {
  const dated = document.querySelector(".as-of");
  const margin = new CSSStyleSheet();
  /** @param {string} text */
  const quoted = (text) => `"${text.replace(/[\\"]/g, "\\$&").replace(/\s+/g, " ")}"`;
  if (dated?.textContent) {
    const font = 'font: 8pt system-ui, "Noto Sans", "Liberation Sans", sans-serif; color: #45434F;';
    margin.replaceSync(`@page { @bottom-left { content: ${quoted(dated.textContent.trim())}; ${font} } }`);
    document.adoptedStyleSheets.push(margin);
  }
})();
