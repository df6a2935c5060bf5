// @ts-check
// Page of one site: choosing an outcome opens the aspects that contain it; printing opens all aspects and repairs.
"use strict";
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
