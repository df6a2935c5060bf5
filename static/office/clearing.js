// @ts-check
// Editor for boxes that cover faces in a photo: drawn with a pointer, or added and moved with the keyboard.
// The form sends the boxes in pixels of the photo; the server covers the pixels.

import { fill } from "../dom.js";

const LEAST = 6; // pixels on the screen: a smaller movement is a tap, not a box
const STEP = 0.01; // share of the photo's width per press of an arrow key
const ADDED = 0.2; // share of the photo's width of a box that is added

const stage = document.querySelector(".stage");
const tools = document.querySelector(".stage-tools");
if (stage && tools) begin();

function begin() {
  const [width, height] = [Number(stage.dataset.width), Number(stage.dataset.height)];
  const field = document.querySelector("[name=rectangles]");
  const covered = document.querySelector("[name=decision][value=covered]");
  const count = tools.querySelector("[data-count]");
  const past = [];
  let boxes = JSON.parse(field.value || "[]");
  tools.hidden = false;

  const limit = (value, least, most) => Math.round(Math.min(Math.max(value, least), most));

  function show(focus = -1) {
    stage.querySelectorAll(".box").forEach((box) => box.remove());
    boxes.forEach(([left, top, wide, high], at) => {
      const box = document.createElement("button");
      box.type = "button";
      box.className = "box";
      box.setAttribute("aria-label", fill(stage.dataset.box, { number: at + 1 }));
      place(box, left, top, wide, high);
      box.addEventListener("keydown", (event) => steer(event, at));
      stage.append(box);
      if (at === focus) box.focus();
    });
    field.value = JSON.stringify(boxes);
    count.textContent = fill(count.dataset.count, { number: boxes.length });
    tools.querySelector("[data-do=undo]").disabled = !past.length;
  }

  function place(box, left, top, wide, high) {
    box.style.left = `${(left / width) * 100}%`;
    box.style.top = `${(top / height) * 100}%`;
    box.style.width = `${(wide / width) * 100}%`;
    box.style.height = `${(high / height) * 100}%`;
  }

  function change(next, focus) {
    past.push(boxes);
    boxes = next;
    if (boxes.length) covered.checked = true;
    show(focus);
  }

  function steer(event, at) {
    const step = Math.max(1, Math.round(width * STEP));
    const [x, y] = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key] ?? [0, 0];
    let [left, top, wide, high] = boxes[at];
    if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      change(boxes.filter((_, place) => place !== at), Math.min(at, boxes.length - 2));
      if (!boxes.length) tools.querySelector("[data-do=add]").focus();
      return;
    }
    if (!x && !y) return;
    event.preventDefault();
    if (event.shiftKey) [wide, high] = [limit(wide + x, step, width - left), limit(high + y, step, height - top)];
    else [left, top] = [limit(left + x, 0, width - wide), limit(top + y, 0, height - high)];
    change(boxes.with ? boxes.with(at, [left, top, wide, high]) : boxes.map((box, place) => (place === at ? [left, top, wide, high] : box)), at);
  }

  function at(event) {
    const area = stage.getBoundingClientRect();
    return [
      limit(((event.clientX - area.left) / area.width) * width, 0, width),
      limit(((event.clientY - area.top) / area.height) * height, 0, height),
    ];
  }

  stage.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.target.closest(".box")) return;
    event.preventDefault();
    const from = at(event);
    const sketch = document.createElement("div");
    sketch.className = "box";
    stage.append(sketch);
    stage.setPointerCapture(event.pointerId);
    const drawn = (now) => {
      const to = at(now);
      return [Math.min(from[0], to[0]), Math.min(from[1], to[1]), Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1])];
    };
    const move = (now) => place(sketch, ...drawn(now));
    const end = (now) => {
      stage.removeEventListener("pointermove", move);
      stage.removeEventListener("pointerup", end);
      stage.removeEventListener("pointercancel", end);
      const box = drawn(now);
      const scale = stage.getBoundingClientRect().width / width;
      if (now.type === "pointerup" && Math.min(box[2], box[3]) * scale >= LEAST) change([...boxes, box]);
      else show();
    };
    stage.addEventListener("pointermove", move);
    stage.addEventListener("pointerup", end);
    stage.addEventListener("pointercancel", end);
  });
  tools.querySelector("[data-do=add]").addEventListener("click", () => {
    const [wide, high] = [Math.round(width * ADDED), Math.round(Math.min(width * ADDED, height))];
    change([...boxes, [Math.round((width - wide) / 2), Math.round((height - high) / 2), wide, high]], boxes.length);
  });
  tools.querySelector("[data-do=undo]").addEventListener("click", () => {
    if (past.length) boxes = past.pop();
    show();
  });
  tools.querySelector("[data-do=clear]").addEventListener("click", () => change([]));
  show();
}
