// @ts-check
// Spread overlapping markers; a thin line connects each to its true position.
(function () {
  'use strict';
  const rba = window.rbaMap;
  const ROUNDS = 60;
  const GOLDEN_ANGLE = 2.39996;

  /** Return positions for `points` (pixels) that are at least about `gap` apart and at most `reach` from their origin. */
  rba.spread = function (points, gap, reach) {
    const places = points.map((point) => ({ x: point.x, y: point.y }));
    for (let round = 0; round < ROUNDS; round++) {
      let moved = false;
      for (let i = 0; i < places.length; i++) {
        for (let j = i + 1; j < places.length; j++) moved = apart(places[i], places[j], gap, j) || moved;
      }
      if (!moved) break;
      places.forEach((place, i) => hold(place, points[i], reach));
    }
    return places;
  };

  function apart(a, b, gap, turn) {
    let dx = b.x - a.x;
    let dy = b.y - a.y;
    if (Math.abs(dx) >= gap || Math.abs(dy) >= gap) return false;
    let far = Math.hypot(dx, dy);
    if (far >= gap) return false;
    if (far < 0.01) {
      // Two sites at one point are separated in a deterministic direction.
      dx = Math.cos(turn * GOLDEN_ANGLE);
      dy = Math.sin(turn * GOLDEN_ANGLE);
      far = 1;
    }
    const push = (gap - Math.min(far, gap)) / 2 + 0.1;
    a.x -= (dx / far) * push;
    a.y -= (dy / far) * push;
    b.x += (dx / far) * push;
    b.y += (dy / far) * push;
    return true;
  }

  function hold(place, origin, reach) {
    const far = Math.hypot(place.x - origin.x, place.y - origin.y);
    if (far <= reach) return;
    place.x = origin.x + ((place.x - origin.x) * reach) / far;
    place.y = origin.y + ((place.y - origin.y) * reach) / far;
  }
})();
