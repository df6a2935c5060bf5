// @ts-check
// Menu at the top of every page: Escape, a tap elsewhere or leaving with Tab closes an open group of sections
// The menu itself is a popover, which the browser closes.

const popovers = "popover" in HTMLElement.prototype;
const groups = [...document.querySelectorAll("details.section-group")];

document.addEventListener("keydown", (event) => {
  const group = groups.find((one) => one.open);
  if (event.key !== "Escape" || !group || popovers && group.closest(".menu:popover-open")) return;
  const summary = group.querySelector("summary");
  group.open = false;
  if (group.contains(document.activeElement)) summary?.focus();
  event.preventDefault();
});
for (const kind of ["pointerdown", "focusin"]) {
  document.addEventListener(kind, (event) => {
    for (const group of groups) {
      if (event.target instanceof Node && !group.contains(event.target)) group.open = false;
    }
  });
}
