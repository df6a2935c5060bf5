// @ts-check
// Site layer of the map: markers that can be reached by keyboard for few sites, cells on a canvas for many.
// Choosing a site, on the map or in the list, opens the same card.
(function () {
  'use strict';
  const rba = window.rbaMap;
  const MARKERS_AT_MOST = 200;
  const CLOSE_UP = 16;
  const SIDE_BY_SIDE = 25;
  const LED_AWAY_AT_MOST = 60;
  const ACCENT = '#0F6B5C';

  rba.sites = (data) => new Sites(data);

  const Sites = L.Layer.extend({
    initialize(data) {
      this.data = data;
      rba.learnLooks(data.statuses);
      if (rba.page) rba.page.attach(data);
      for (const site of data.sites) if (site.at) site.latlng = site.shown = L.latLng(site.at[1], site.at[0]);
      this.markers = new Map();
      this.outlines = new Map();
    },

    onAdd(map) {
      const pane = map.createPane('rba-sites');
      pane.style.zIndex = 450;
      this.root = map.getContainer().closest('.rba-map');
      this.cells = new rba.Cells();
      this.panel = new rba.Panel(this.root, this.data, (zooms) => this._refresh(zooms), (site, from) => this.choose(site, from));
      rba.addControls(map, this.data.words, () => this.home());
      this._introduce(map);
      this.leaders = L.layerGroup().addTo(map);
      if (rba.page) rba.page.begin(this);
      this.panel.refresh();
      map.invalidateSize({ animate: false });
      this.home(false);
      map.on('zoomend', this._arrange, this);
      map.on('moveend', this._look, this);
      map.on('rba-naming', this._avoid, this);
      map.on('click', this._press, this);
      map.on('mousemove', this._hover, this);
      map.on('popupclose', this._leave, this);
      new ResizeObserver(() => this._resized()).observe(map.getContainer());
      rba.fitPaper(this, CLOSE_UP);
      this._refresh();
      if (rba.page) rba.page.open();
      return this;
    },

    onRemove(map) {
      map.off(null, null, this);
      this.markers.forEach((marker) => marker.remove());
      this.outlines.forEach((outline) => outline.remove());
      this.cells.remove();
    },

    /**
     * Zoom to the sites that pass the filters and to the chosen kecamatan; without a filter to all sites, boundaries and shaded areas.
     */
    home(animate) {
      const map = this._map;
      const spread = L.latLngBounds(this.wanted().map((site) => site.latlng));
      const area = this._area();
      if (area) spread.extend(area);
      map.eachLayer((layer) => { if (layer.shades && !area) spread.extend(layer.bounds()); });
      if (!this.panel.narrows() || !spread.isValid()) map.eachLayer((layer) => { if (layer.bounds) spread.extend(layer.bounds()); });
      if (!spread.isValid()) return;
      map.once('moveend', () => { this.homeView = this.viewKey(); });
      map.fitBounds(spread, { padding: [20, 20], maxZoom: CLOSE_UP, animate: animate });
      if (animate === false) this.homeView = this.viewKey();
    },

    /** Return the zoom and centre of the view as text, to compare views. */
    viewKey() {
      const { lat, lng } = this._map.getCenter();
      return [this._map.getZoom(), lat.toFixed(5), lng.toFixed(5)].join('/');
    },

    // Mark the boundary of the chosen kecamatan on the map and return its bounds; null without one.
    _area() {
      let area = null;
      this._map.eachLayer((layer) => { if (layer.markBoundary) area = layer.markBoundary(this.panel.wanted.kecamatan); });
      return area;
    },

    wholeInView() {
      const view = this._map.getBounds();
      return this.wanted().every((site) => view.contains(site.latlng));
    },

    // Opening the panel or turning the phone keeps the visible sites in view.
    _resized() {
      const whole = this.wholeInView();
      this._map.invalidateSize({ animate: false });
      if (whole && !this.wholeInView()) this.home(false);
    },

    /** Open the card of `site`; the focus returns to `from` when it is closed. With `still`, the zoom stays. */
    choose(site, from, still) {
      const map = this._map;
      this.panel.sheet(false);
      map.invalidateSize({ animate: false });
      this.comeBack = from || null;
      if (from && ((!still && map.getZoom() < CLOSE_UP - 3) || !map.getBounds().pad(-0.1).contains(site.latlng))) {
        map.setView(site.latlng, still ? map.getZoom() : Math.max(map.getZoom(), CLOSE_UP - 1), { animate: false });
      }
      this._open(site.shown, rba.card(site, this.data.words), Boolean(from));
      this._mark(site);
    },

    wanted() {
      return this.data.sites.filter((site) => site.latlng && this.panel.wants(site));
    },

    // After a change of the filters; `zooms` if the view follows it.
    _refresh(zooms) {
      const wanted = this.wanted();
      const few = wanted.length <= MARKERS_AT_MOST;
      const keep = new Set(few ? wanted : []);
      this.markers.forEach((marker, site) => { if (!keep.has(site)) marker.remove(); });
      keep.forEach((site) => this._marker(site).addTo(this._map));
      this.cells.show(few ? [] : wanted);
      if (few) this.cells.remove();
      else this.cells.addTo(this._map);
      if (this.marked && !wanted.includes(this.marked)) this._map.closePopup();
      if (zooms) this.home(false);
      this._arrange();
      this.panel.refresh();
      this._look();
    },

    _look() {
      const view = this._map.getBounds();
      const inView = this.wanted().filter((site) => view.contains(site.latlng));
      this.panel.view(inView);
      const drawn = new Set(inView.length <= MARKERS_AT_MOST ? inView.filter((site) => site.outline && this._large(site)) : []);
      this.outlines.forEach((outline, site) => { if (!drawn.has(site)) outline.remove(); });
      drawn.forEach((site) => this._outline(site).addTo(this._map));
      if (rba.page) rba.page.write();
    },

    // Which markers overlap depends on the zoom; a moved marker has a line to its true position.
    _arrange() {
      const map = this._map;
      const zoom = map.getZoom();
      const few = !map.hasLayer(this.cells);
      const sites = this.wanted();
      const points = few ? sites.map((site) => map.project(site.latlng, zoom)) : [];
      const places = rba.spread(points, SIDE_BY_SIDE, LED_AWAY_AT_MOST);
      this.leaders.clearLayers();
      sites.forEach((site, i) => {
        const aside = few && Math.hypot(places[i].x - points[i].x, places[i].y - points[i].y) > 2;
        site.shown = aside ? map.unproject(L.point(places[i].x, places[i].y), zoom) : site.latlng;
        if (few) this._marker(site).setLatLng(site.shown);
        if (!aside) return;
        this.leaders.addLayer(L.polyline([site.latlng, site.shown], { color: '#1B1928', weight: 1.25, interactive: false }));
        this.leaders.addLayer(L.circleMarker(site.latlng, { radius: 2.5, stroke: false, fillColor: '#1B1928', fillOpacity: 1, interactive: false }));
      });
      if (this.marked) {
        const site = this.marked;
        this.ring.remove();
        this._mark(site);
        this.popup.setLatLng(site.shown);
      }
      map.fire('rba-arranged');
    },

    // Names of areas do not overlap the markers.
    _avoid(event) {
      const map = this._map;
      for (const site of this.wanted()) {
        const at = map.latLngToContainerPoint(site.shown);
        event.taken.push([at.x - 14, at.y - 14, at.x + 14, at.y + 14]);
      }
    },

    _marker(site) {
      if (this.markers.has(site)) return this.markers.get(site);
      const look = rba.look(site.status);
      const icon = shapeIcon(site.status, 'rba-marker');
      const marker = L.marker(site.latlng, { icon: icon, pane: 'rba-sites', riseOnHover: true });
      const label = `${site.name}, ${look.label}`;
      marker.on('add', () => {
        const element = marker.getElement();
        element.setAttribute('aria-label', label);
        element.setAttribute('title', label);
        element.dataset.site = site.id;
        element.addEventListener('keydown', (event) => {
          if (event.key !== 'Enter' && event.key !== ' ') return;
          event.preventDefault();
          this.choose(site, element);
        });
      });
      marker.on('click', (event) => { L.DomEvent.stopPropagation(event); this.choose(site); });
      this.markers.set(site, marker);
      return marker;
    },

    _large(site) {
      if (!site.bounds) site.bounds = L.geoJSON(site.outline).getBounds();
      const a = this._map.latLngToContainerPoint(site.bounds.getNorthWest());
      const b = this._map.latLngToContainerPoint(site.bounds.getSouthEast());
      return Math.max(b.x - a.x, b.y - a.y) > 14;
    },

    _outline(site) {
      if (this.outlines.has(site)) return this.outlines.get(site);
      const style = { color: '#1B1928', weight: 1.25, opacity: 0.75, fillColor: rba.look(site.status).colour, fillOpacity: 0.22 };
      const outline = L.geoJSON(site.outline, { style: style });
      outline.on('click', (event) => { L.DomEvent.stopPropagation(event); this.choose(site); });
      this.outlines.set(site, outline);
      return outline;
    },

    // A ring around the chosen site, and a circle of its position's accuracy.
    _mark(site) {
      this.marked = site;
      const icon = shapeIcon(site.status, 'rba-marker rba-chosen');
      this.ring = L.layerGroup([L.marker(site.shown, { icon: icon, pane: 'rba-sites', interactive: false, keyboard: false, zIndexOffset: 9999 })]);
      if (site.accuracy_m) {
        this.ring.addLayer(L.circle(site.latlng, { radius: site.accuracy_m, interactive: false, color: '#1B1928', weight: 1.25, opacity: 0.6, dashArray: '3 6', fillColor: ACCENT, fillOpacity: 0.05, className: 'rba-uncertain' }));
      }
      this.ring.addTo(this._map);
      if (rba.page) rba.page.write();
    },

    _open(latlng, content, focus) {
      this.popup = rba.openCard(this._map, latlng, content, focus, this.data.words.close);
    },

    _leave() {
      if (this.ring) this.ring.remove();
      this.ring = this.marked = null;
      if (rba.page) rba.page.write();
      const from = this.comeBack;
      this.comeBack = null;
      if (!from) return;
      const same = from.isConnected ? from : this.root.querySelector(`.rba-found [data-site="${CSS.escape(from.dataset.site)}"]`);
      (same || this._map.getContainer()).focus({ preventScroll: true });
    },

    _cell(event) {
      return this._map.hasLayer(this.cells) ? this.cells.at(event.containerPoint) : null;
    },

    _hover(event) {
      this._map.getContainer().classList.toggle('rba-over-cell', Boolean(this._cell(event)));
    },

    _press(event) {
      const cell = this._cell(event);
      if (!cell) return;
      if (cell.sites.length === 1) {
        this.choose(cell.sites[0]);
        return;
      }
      const spread = L.latLngBounds(cell.sites.map((site) => site.latlng));
      const target = Math.min(this._map.getBoundsZoom(spread.pad(0.2)), this._map.getMaxZoom());
      const apart = spread.getNorthEast().distanceTo(spread.getSouthWest()) > 3;
      if (apart && this._map.getZoom() < this._map.getMaxZoom()) {
        this._map.setView(spread.getCenter(), Math.max(this._map.getZoom() + 1, Math.min(target, this._map.getZoom() + 4)));
      } else {
        this._open(spread.getCenter(), rba.crowd(cell.sites, this.data.words, (site, from) => this.choose(site, from)), true);
      }
    },

    _introduce(map) {
      const container = map.getContainer();
      container.setAttribute('role', 'region');
      container.setAttribute('aria-label', this.data.words.map);
      container.addEventListener('keydown', (event) => {
        if (event.key === 'Escape') map.closePopup();
      });
      if (!this.data.sites.some((site) => site.at)) {
        container.append(rba.el('p', { class: 'rba-nothing' }, this.data.words.nothing_located));
      }
    },
  });

  const shapeIcon = (status, className) => L.divIcon({
    className: className,
    iconSize: [44, 44],
    html: rba.el('span', { class: 'rba-hit' }, rba.shape(status, 26)),
  });
})();
