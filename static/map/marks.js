// @ts-check
// Marks of the map's page: a number at each site of the city plan or with actions, and the same sites as a table in the panel.
(function () {
  'use strict';
  const rba = window.rbaMap;
  const el = rba.el;

  /** Mark the sites of `marks` on the map of `sites` (its layer), and list them in the panel. */
  rba.addMarks = function (sites, marks) {
    const map = sites._map;
    map.createPane('rba-marks').style.zIndex = 460; // above the sites, below the cards
    const byId = new Map(sites.data.sites.map((site) => [site.id, site]));
    const rows = marks.rows.map((row) => Object.assign({ at: byId.get(row.site) }, row)).filter((row) => row.at);
    const badges = rows.filter((row) => row.at.latlng).map((row) => [row.at, L.marker(row.at.latlng, {
      icon: L.divIcon({ className: 'rba-mark', iconSize: [0, 0], html: el('b', { class: row.urgent ? 'rba-urgent' : '', 'aria-hidden': 'true' }, row.label) }),
      pane: 'rba-marks', interactive: false, keyboard: false,
    })]);
    const place = () => {
      const wanted = new Set(sites.wanted());
      for (const [site, badge] of badges) {
        if (wanted.has(site)) badge.setLatLng(site.shown).addTo(map);
        else badge.remove();
      }
    };
    map.on('rba-arranged', place);
    const list = el('ol', { class: 'rba-list rba-marked' }, ...rows.map((row) => {
      const inside = [el('b', { class: row.urgent ? 'rba-label-mark rba-urgent' : 'rba-label-mark' }, row.label),
        el('span', { class: 'rba-row-text' }, el('span', { class: 'rba-row-name' }, row.at.name), el('span', { class: 'rba-row-small' }, row.words))];
      if (!row.at.latlng) return el('li', {}, el('a', { class: 'rba-row', href: row.at.href }, ...inside));
      const button = el('button', { type: 'button', class: 'rba-row', 'data-site': row.site }, ...inside);
      button.addEventListener('click', () => sites.choose(row.at, button));
      return el('li', {}, button);
    }));
    const [href, words] = marks.link;
    sites.root.querySelector('.rba-sheet').prepend(el('section', { class: 'rba-marks-table' },
      el('h2', {}, marks.heading, el('span', { class: 'rba-number' }, rows.length.toLocaleString(sites.data.lang))),
      el('p', {}, marks.note), list, el('p', {}, el('a', { href: href }, words))));
    place();
  };
})();
