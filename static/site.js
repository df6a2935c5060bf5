// @ts-check
// Page of one site: choosing an outcome opens the aspects that contain it; printing opens all aspects and repairs; coordinates are copied.
"use strict";
(() => {
  const button = document.querySelector("button[data-copies]");
  const text = button && document.getElementById(button.dataset.copies);
  const status = button?.parentElement?.querySelector("[role=status]");
  if (!text || !status || !navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text.textContent.trim());
      status.textContent = button.dataset.done;
    } catch {
      getSelection()?.selectAllChildren(text); // the browser denies access to the clipboard: the text stays selected
    }
  });
})();
(() => {
  const trace = document.querySelector(".trace");
  if (!trace) return;
  const aspects = [...trace.querySelectorAll("details.aspect")];
  const printed = [...aspects, ...trace.querySelectorAll("details.finding.unmet")];
  let before = null;

  trace.addEventListener("change", (event) => {
    if (event.target.name !== "outcome") return;
    const wanted = event.target.value;
    for (const aspect of aspects) {
      if (wanted && aspect.querySelector(`.finding.${wanted}`)) aspect.open = true;
    }
  });
  addEventListener("beforeprint", () => {
    before = printed.map((each) => each.open);
    for (const each of printed) each.open = true;
  });
  addEventListener("afterprint", () => {
    printed.forEach((each, index) => { each.open = before ? before[index] : each.open; });
    before = null;
  });
})();
