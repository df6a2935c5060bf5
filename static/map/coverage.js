// @ts-check
// Choropleth layer between the basemap and the sites: how many have no site within reach, hatched where that is uncertain.
// Each area is also a row of the list next to the map, for keyboard users; classes, colours and texts come with the data.
(function () {
  'use strict';
  const rba = window.rbaMap;
  const el = rba.el;
  const SVG = 'http://www.w3.org/2000/svg';
  const ROWS_AT_ONCE = 12;

  rba.coverage = (data) => new Coverage(data);

  const Coverage = L.Layer.extend({
    initialize(data) {
      this.data = data;
      this.shades = true;
      this.drawn = [];
    },

    onAdd(map) {
      map.createPane('rba-areas').style.zIndex = 145;
      this.root = map.getContainer().closest('.rba-map');
      this.renderer = L.svg({ pane: 'rba-areas', padding: 0.5 });
      this.group = L.layerGroup().addTo(map);
      map.eachLayer((layer) => { if (layer.data && layer.data.boundaries) this.outlines = layer.data.boundaries.map((one) => one.outline); });
      this.data.areas.forEach((area, at) => this._draw(area, this.outlines[at]));
      this._list();
      map.on('popupclose', this._leave, this);
      return this;
    },

    onRemove(map) {
      map.off(null, null, this);
      this.group.remove();
    },

    bounds() {
      const all = L.latLngBounds([]);
      this.drawn.forEach((layer) => all.extend(layer.getBounds()));
      return all;
    },

    _draw(area, outline) {
      const layer = L.geoJSON(outline, {
        pane: 'rba-areas',
        renderer: this.renderer,
        className: 'rba-area',
        style: { color: this.data.outlines[0], weight: 3, fillColor: this._fill(area), fillOpacity: 1 },
      });
      layer.on('click', (event) => {
        // A cell of sites under the pointer takes precedence.
        if (!this._map.getContainer().classList.contains('rba-over-cell')) this._open(area, outline, event.latlng);
      });
      layer.addTo(this.group);
      this.drawn.push(layer);
    },

    _fill(area) {
      if (!area.shade) return this.data.nobody;
      const [low, high] = area.shade;
      return low === high ? this.data.ramp[low] : this._pattern(low);
    },

    // One SVG pattern per hatched shade, in the SVG element of the areas.
    _pattern(shade) {
      const id = `rba-hatch-${shade}`;
      const picture = this.renderer;
      if (!this._map.hasLayer(picture)) picture.addTo(this._map);
      if (!document.getElementById(id)) {
        const ground = node('rect', { width: 9, height: 9, fill: this.data.ramp[shade] });
        const line = node('rect', { width: 1.8, height: 9, fill: this.data.hatch[shade] });
        const pattern = node('pattern', { id: id, width: 9, height: 9, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' }, ground, line);
        picture._container.prepend(node('defs', {}, pattern));
      }
      return `url(#${id})`;
    },

    // The panel lists the areas in the order of the data; the caller sorts the most important first.
    _list() {
      const list = this.root.querySelector('.rba-areas .rba-list');
      if (!list) return;
      const more = el('button', { type: 'button', class: 'rba-more-areas' });
      const show = (count) => {
        const rows = this.data.areas.slice(list.children.length, count).map((area, i) => this._row(area, list.children.length + i));
        list.append(...rows);
        more.hidden = list.children.length >= this.data.areas.length;
        more.textContent = rba.fill(this.data.more, { count: this.data.areas.length - list.children.length });
        return rows[0];
      };
      more.addEventListener('click', () => show(Infinity).querySelector('button').focus());
      list.after(more);
      show(ROWS_AT_ONCE);
      window.addEventListener('beforeprint', () => { if (!more.hidden) show(Infinity); });
    },

    _row(area, at) {
      const small = [area.within, area.figure].filter(Boolean).join(' · ');
      const button = el('button', { type: 'button', class: 'rba-row', 'data-area': area.id }, this._swatch(area),
        el('span', { class: 'rba-row-text' }, el('span', { class: 'rba-row-name' }, area.name), el('span', { class: 'rba-row-small' }, small)));
      button.addEventListener('click', () => {
        this.root.dataset.sheet = 'closed';
        this.root.querySelector('.rba-toggle').setAttribute('aria-expanded', 'false');
        this._map.invalidateSize({ animate: false });
        const bounds = this.drawn[at].getBounds();
        if (!this._map.getBounds().contains(bounds.getCenter())) this._map.fitBounds(bounds, { padding: [60, 60], animate: false });
        this._open(area, this.outlines[at], bounds.getCenter(), button);
      });
      return el('li', {}, button);
    },

    _swatch(area) {
      const picture = node('svg', { class: 'rba-swatch', viewBox: '0 0 30 20', width: 24, height: 16, 'aria-hidden': 'true', focusable: 'false' });
      picture.append(node('rect', { x: 1, y: 1, width: 28, height: 18, rx: 3, fill: area.shade ? this.data.ramp[area.shade[0]] : this.data.nobody, stroke: this.data.outlines[1] }));
      if (area.shade && area.shade[0] !== area.shade[1]) {
        picture.append(node('path', { d: 'M1 9l8-8M1 17l16-16M7 19L25 1M15 19L29 5M23 19l6-6', fill: 'none', stroke: this.data.hatch[area.shade[0]], 'stroke-width': 2 }));
      }
      return picture;
    },

    _open(area, outline, latlng, from) {
      const facts = el('dl', { class: 'rba-facts' }, ...area.facts.map(([label, value]) => el('div', {}, el('dt', {}, label), el('dd', {}, value))));
      const card = el('article', { class: 'rba-card rba-area-card' }, el('h2', { tabindex: '-1' }, area.name),
        area.within ? el('p', { class: 'rba-where' }, area.within) : null, facts);
      this.popup = rba.openCard(this._map, latlng, card, Boolean(from), this.data.close);
      this.from = from || null;
      this.ring = L.geoJSON(outline, { pane: 'rba-boundaries', interactive: false, className: 'rba-area-chosen' }).addTo(this._map);
    },

    _leave(event) {
      if (event.popup !== this.popup) return;
      if (this.ring) this.ring.remove();
      const from = this.from;
      this.popup = this.ring = this.from = null;
      if (from) (from.checkVisibility() ? from : this._map.getContainer()).focus({ preventScroll: true });
    },
  });

  function node(tag, attributes, ...children) {
    const made = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }
})();
