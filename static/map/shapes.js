// @ts-check
// The five status shapes as SVG and on a canvas, from the same corners.
// Shape and colour of each status come with the data.
(function () {
  'use strict';
  /** @type {Record<string, any>} */
  const rba = (window.rbaMap = window.rbaMap || {});

  const INK = '#1B1928';
  const SVG = 'http://www.w3.org/2000/svg';
  // Corners within a circle of radius 1, scaled so that all five shapes have the same visual weight.
  const CORNERS = {
    diamond: [[0, -1.08], [1.08, 0], [0, 1.08], [-1.08, 0]],
    triangle: [[0, -1.06], [1.08, 0.84], [-1.08, 0.84]],
    square: [[-0.84, -0.84], [0.84, -0.84], [0.84, 0.84], [-0.84, 0.84]],
    plus: [[-0.36, -1], [0.36, -1], [0.36, -0.36], [1, -0.36], [1, 0.36], [0.36, 0.36],
      [0.36, 1], [-0.36, 1], [-0.36, 0.36], [-1, 0.36], [-1, -0.36], [-0.36, -0.36]],
  };
  const looks = new Map();

  rba.learnLooks = function (statuses) {
    statuses.forEach((status, order) => looks.set(status.id, Object.assign({ order: order }, status)));
  };
  rba.look = (status) => looks.get(status);
  rba.looks = () => Array.from(looks.values());

  /** Return an element with attributes, text and children; text never becomes markup. */
  rba.el = function (tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? '' : value);
    }
    made.append(...children.filter((child) => child !== null && child !== undefined && child !== ''));
    return made;
  };

  /** Return `text` with its {placeholders} filled from `values`. */
  rba.fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? String(values[key]) : whole));

  /** Return the shape of `status` as SVG, `size` pixels wide; hidden from screen readers, because its name is shown next to it. */
  rba.shape = function (status, size) {
    const look = looks.get(status);
    const svg = document.createElementNS(SVG, 'svg');
    const set = (node, values) => Object.entries(values).forEach(([key, value]) => node.setAttribute(key, value));
    set(svg, { viewBox: '-1.3 -1.3 2.6 2.6', width: size, height: size, 'aria-hidden': 'true', focusable: 'false', class: 'rba-shape' });
    const outer = drawn(look.shape);
    // A pale rim outside the dark outline separates neighbours and keeps shapes visible on a dark background.
    set(outer, { fill: 'none', stroke: '#FFFFFF', 'stroke-width': 0.42, 'stroke-linejoin': 'round' });
    const inner = drawn(look.shape);
    set(inner, { fill: look.colour, stroke: INK, 'stroke-width': 0.16, 'stroke-linejoin': 'round' });
    svg.append(outer, inner);
    return svg;
  };

  function drawn(shape) {
    const node = document.createElementNS(SVG, CORNERS[shape] ? 'polygon' : 'circle');
    if (CORNERS[shape]) node.setAttribute('points', CORNERS[shape].map((corner) => corner.join(',')).join(' '));
    else node.setAttribute('r', '0.96');
    return node;
  }

  /** Paint the shape of `status` on a canvas, `radius` pixels around (x, y). */
  rba.paint = function (ctx, status, x, y, radius) {
    const look = looks.get(status);
    ctx.beginPath();
    if (CORNERS[look.shape]) {
      CORNERS[look.shape].forEach(([dx, dy], i) => ctx[i ? 'lineTo' : 'moveTo'](x + dx * radius, y + dy * radius));
      ctx.closePath();
    } else {
      ctx.arc(x, y, radius * 0.96, 0, 2 * Math.PI);
    }
    ctx.lineJoin = 'round';
    ctx.strokeStyle = '#FFFFFF';
    ctx.lineWidth = 4;
    ctx.stroke();
    ctx.fillStyle = look.colour;
    ctx.fill();
    ctx.strokeStyle = INK;
    ctx.lineWidth = 1.5;
    ctx.stroke();
  };
})();
