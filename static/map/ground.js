// @ts-check
// Background of the map: boundaries with pale names, and a graticule, so that the map is never blank.
// It is not interactive and loads nothing.
(function () {
  'use strict';
  const rba = window.rbaMap;

  const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  L.Map.mergeOptions({ minZoom: 3, maxZoom: 20, zoomAnimation: !calm, fadeAnimation: !calm, markerZoomAnimation: !calm, inertia: !calm });
  if (calm) {
    // Leaflet has no option to switch off the animated pan that brings a card into view.
    const panBy = L.Map.prototype.panBy;
    L.Map.include({ panBy(offset, options) { return panBy.call(this, offset, Object.assign({}, options, { animate: false })); } });
  }

  const STEPS = [30, 20, 10, 5, 2, 1, 0.5, 1 / 3, 1 / 6, 1 / 12, 1 / 30, 1 / 60, 1 / 120, 1 / 180, 1 / 360, 1 / 720, 1 / 1800, 1 / 3600];
  const WIDE = 110;
  const SHIFTS = [0, -20, 20, -36, 36, -52, 52, -72, 72];

  rba.ground = (data) => new Ground(data);

  const Ground = L.Layer.extend({
    initialize(data) {
      this.data = data;
    },

    onAdd(map) {
      pane(map, 'rba-boundaries', 150);
      pane(map, 'rba-names', 160);
      this.boundaries = L.layerGroup().addTo(map);
      this.names = [];
      this.drawn = [];
      const order = { fine: 0, coarse: 1 };
      const sorted = this.data.boundaries.slice().sort((a, b) => order[a.level] - order[b.level]);
      const both = new Set(sorted.map((one) => one.level)).size > 1;
      for (const boundary of sorted) {
        const drawn = L.geoJSON(boundary.outline, {
          pane: 'rba-boundaries',
          interactive: false,
          className: `rba-boundary rba-boundary-${boundary.level}`,
          style: { fill: !(both && boundary.level === 'coarse') },
        }).addTo(this.boundaries);
        this.drawn.push({ name: folded(boundary.name), level: boundary.level, layer: drawn });
        if (boundary.name) this._name(boundary, drawn.getBounds());
      }
      this.lines = overlay(map, 'rba-graticule', 140);
      this.degrees = overlay(map, 'rba-degrees', 170);
      this.labels = [];
      map.on('move resize zoomend viewreset', this._draw, this);
      map.on('zoomstart', this._hide, this);
      map.on('moveend resize rba-arranged', this._choose, this);
      map.whenReady(() => { this._draw(); this._choose(); });
      return this;
    },

    onRemove(map) {
      map.off(null, null, this);
      this.boundaries.remove();
      this.lines.remove();
      this.degrees.remove();
    },

    bounds() {
      const all = L.latLngBounds([]);
      this.boundaries.eachLayer((layer) => all.extend(layer.getBounds()));
      return all;
    },

    /** Mark the boundary with a name (of several the coarse ones, such as the kecamatan) and return its bounds; null without one. */
    markBoundary(name) {
      const named = name ? this.drawn.filter((one) => one.name === folded(name)) : [];
      const coarse = named.filter((one) => one.level === 'coarse');
      const marked = coarse.length ? coarse : named;
      const all = L.latLngBounds([]);
      for (const one of this.drawn) {
        const on = marked.includes(one);
        if (on) {
          all.extend(one.layer.getBounds());
          one.layer.bringToFront(); // else its neighbours' lines lie over it
        }
        one.layer.eachLayer((path) => path.getElement() && path.getElement().classList.toggle('rba-boundary-marked', on));
      }
      return all.isValid() ? all : null;
    },

    /** Return the bounds of the smallest areas that `spread` touches; invalid bounds if there are none. */
    around(spread) {
      const level = this.drawn.some((area) => area.level === 'fine') ? 'fine' : 'coarse';
      const touched = this.drawn.filter((area) => area.level === level && area.layer.getBounds().intersects(spread));
      return touched.reduce((all, area) => all.extend(area.layer.getBounds()), L.latLngBounds([]));
    },

    _name(boundary, bounds) {
      const text = rba.el('span', {}, boundary.name, boundary.figure ? rba.el('b', {}, boundary.figure) : null);
      const icon = L.divIcon({ className: `rba-name rba-name-${boundary.level}${boundary.dark ? ' rba-name-on-dark' : ''}`, html: text, iconSize: [0, 0] });
      const at = L.latLng(boundary.label_at[1], boundary.label_at[0]);
      const marker = L.marker(at, { icon: icon, pane: 'rba-names', interactive: false, keyboard: false });
      this.names.push({ text: text, marker: marker, bounds: bounds, level: boundary.level, length: Math.max(boundary.name.length, (boundary.figure || '').length), tall: boundary.figure ? 20 : 12 });
    },

    // Larger areas first, a name is shown only if it fits its outline and overlaps no name that is already shown.
    _choose() {
      const map = this._map;
      if (!map) return;
      const naming = { taken: this.labels.slice() };
      map.fire('rba-naming', naming);
      const { x: wide, y: high } = map.getSize();
      naming.taken.push([wide - 72, high - 180, wide, high], [0, high - 48, 150, high]);
      const taken = naming.taken;
      const view = map.getBounds();
      const size = (name) => {
        const a = map.latLngToContainerPoint(name.bounds.getNorthWest());
        const b = map.latLngToContainerPoint(name.bounds.getSouthEast());
        return { w: b.x - a.x, h: b.y - a.y };
      };
      const sized = this.names.map((name) => Object.assign({ name: name }, size(name)));
      sized.sort((a, b) => (a.name.level === b.name.level ? b.w * b.h - a.w * a.h : a.name.level === 'coarse' ? -1 : 1));
      for (const { name, w, h } of sized) {
        const long = name.length * (name.level === 'coarse' ? 9.5 : 7);
        const spot = map.latLngToContainerPoint(name.marker.getLatLng());
        const fits = w > long * 0.9 && h > 2 * name.tall + 2 && view.contains(name.marker.getLatLng());
        const shift = fits ? SHIFTS.find((down) => Math.abs(down) < h * 0.3 && clear(taken, boxAt(spot, down, long, name.tall))) : undefined;
        if (shift !== undefined) {
          taken.push(boxAt(spot, shift, long, name.tall));
          name.text.style.top = `${shift}px`;
          name.marker.addTo(map);
        } else {
          name.marker.remove();
        }
      }
    },

    _hide() {
      for (const picture of [this.lines, this.degrees]) picture.replaceChildren();
    },

    _draw() {
      const map = this._map;
      if (!map) return;
      const size = map.getSize();
      fit(map, this.lines, size);
      fit(map, this.degrees, size);
      const view = map.getBounds();
      const perPixel = (view.getEast() - view.getWest()) / Math.max(size.x, 1);
      const step = STEPS.slice().reverse().find((one) => one / perPixel >= WIDE) || STEPS[0];
      this.labels = [];
      let path = '';
      const label = (text, x, y, anchor) => {
        this.degrees.append(node('text', { x: x, y: y, 'text-anchor': anchor }, text));
        this.labels.push(anchor === 'middle' ? [x - 36, 0, x + 36, y + 6] : [x - 72, y - 12, x + 10, y + 6]);
      };
      for (let i = Math.ceil(view.getWest() / step); i * step <= view.getEast(); i++) {
        const x = Math.round(map.latLngToContainerPoint([view.getCenter().lat, i * step]).x) + 0.5;
        path += `M${x} 0V${size.y}`;
        if (x > 60 && x < size.x - 60) label(this._degrees(i * step, step, 'east', 'west'), x, 16, 'middle');
      }
      for (let i = Math.ceil(view.getSouth() / step); i * step <= view.getNorth(); i++) {
        const y = Math.round(map.latLngToContainerPoint([i * step, view.getCenter().lng]).y) + 0.5;
        path += `M0 ${y}H${size.x}`;
        if (y > 40 && y < size.y - 190) label(this._degrees(i * step, step, 'north', 'south'), size.x - 10, y + 4, 'end');
      }
      this.lines.append(node('path', { d: path }));
    },

    _degrees(value, step, positive, negative) {
      const seconds = Math.round(Math.abs(value) * 3600);
      if (!seconds) return '0°'; // neither north nor south, neither east nor west
      const pad = (number) => String(number).padStart(2, '0');
      let text = `${Math.floor(seconds / 3600)}°`;
      if (step < 1) text += `${pad(Math.floor(seconds / 60) % 60)}′`;
      if (step < 1 / 60 - 1e-9) text += `${pad(seconds % 60)}″`;
      return seconds ? rba.fill(this.data.words[value < 0 ? negative : positive], { degrees: text }) : text;
    },
  });

  const folded = (name) => name.toLocaleLowerCase().replace(/^(kecamatan|kec\.?)\s+/, '').trim();
  const boxAt = (spot, down, wide, tall) => [spot.x - wide / 2 - 6, spot.y + down - tall, spot.x + wide / 2 + 6, spot.y + down + tall];
  const clear = (taken, box) => taken.every((other) => box[2] < other[0] || box[0] > other[2] || box[3] < other[1] || box[1] > other[3]);

  function pane(map, name, zIndex) {
    const made = map.createPane(name);
    made.style.zIndex = zIndex;
    made.style.pointerEvents = 'none';
  }

  // SVG, not a canvas: what is drawn on a canvas while Chromium prints hides everything below it.
  function overlay(map, className, zIndex) {
    pane(map, className, zIndex);
    const picture = node('svg', { class: className, 'aria-hidden': 'true' });
    map.getPane(className).append(picture);
    return picture;
  }

  // The picture is in a pane that moves with the map, so it is moved back over the view each time it is drawn.
  function fit(map, picture, size) {
    L.DomUtil.setPosition(picture, map.containerPointToLayerPoint([0, 0]));
    picture.setAttribute('width', size.x);
    picture.setAttribute('height', size.y);
    picture.replaceChildren();
  }

  function node(tag, attributes, ...children) {
    const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }
})();
