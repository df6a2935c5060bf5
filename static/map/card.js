// @ts-check
// Cards of the map about one site, or about several sites at one position, built from text nodes.
(function () {
  'use strict';
  const rba = window.rbaMap;
  const el = rba.el;
  const ITEMS_AT_ONCE = 5;

  /** Return the status of `site` in words, with its shape. */
  rba.statusLine = (site) => el('p', { class: 'rba-status' }, rba.shape(site.status, 18), el('span', {}, rba.look(site.status).label));

  rba.where = (site) => [site.kelurahan, site.kecamatan].filter(Boolean).join(', ');

  rba.scoreText = function (site, words) {
    if (!site.score) return words.no_score;
    const [low, high, max] = site.score;
    return rba.fill(low === high ? words.score_one : words.score_range, { low: low, high: high, max: max });
  };

  rba.rankText = function (site, words) {
    const [low, high] = site.rank.map((rank) => rank || words.no_rank);
    return low === high ? low : rba.fill(words.rank_range, { low: low, high: high });
  };

  /** Return the card of one site. */
  rba.card = function (site, words) {
    const facts = el('dl', { class: 'rba-facts' }, el('div', {}, el('dt', {}, words.score), el('dd', {}, rba.scoreText(site, words))));
    if (site.rank) facts.append(el('div', {}, el('dt', {}, words.rank), el('dd', {}, rba.rankText(site, words))));
    return el('article', { class: 'rba-card' },
      rba.statusLine(site),
      el('h2', { tabindex: '-1' }, site.name),
      el('p', { class: 'rba-where' }, [site.kind_label, rba.where(site)].filter(Boolean).join(' · ')),
      facts,
      dueList(site, words),
      items('rba-reds', words.red, site.red, words),
      items('rba-reds', words.must_fix, site.must_fix, words),
      items('rba-reds rba-asked', words.before_audit, site.before_audit, words),
      site.accuracy_m ? el('p', { class: 'rba-accuracy' }, rba.fill(words.accuracy, { metres: Math.round(site.accuracy_m) })) : null,
      site.href ? el('a', { class: 'rba-page-link', href: site.href }, words.page) : null,
      site.audit ? el('a', { class: 'rba-audit-link', href: site.audit }, words.audit) : null,
      el('p', { class: 'rba-card-note' }, words.estimate));
  };

  // What is due at the site, for readers who work on it.
  function dueList(site, words) {
    if (!site.due) return null;
    const line = ([kind, name]) => el('li', { class: kind === 'danger' || kind === 'action' ? 'rba-urgent-line' : '' }, site.due[kind] > 1 ? `${name}: ${site.due[kind]}` : name);
    return el('ul', { class: 'rba-due' }, ...words.due_words.filter(([kind]) => site.due[kind]).map(line));
  }

  function items(className, heading, all, words) {
    if (!all || !all.length) return null;
    const list = el('ul', {}, ...all.slice(0, ITEMS_AT_ONCE).map((title) => el('li', {}, title)));
    if (all.length > ITEMS_AT_ONCE) list.append(el('li', { class: 'rba-and-more' }, rba.fill(words.and_more, { count: all.length - ITEMS_AT_ONCE })));
    return el('section', { class: className }, el('h3', {}, heading), list);
  }

  /** Return a list row with the site's shape, name, status and area; pressing it calls `chosen(site)`. */
  rba.row = function (site, chosen) {
    const small = [rba.look(site.status).label, rba.where(site)].filter(Boolean).join(' · ');
    const inside = [rba.shape(site.status, 20),
      el('span', { class: 'rba-row-text' }, el('span', { class: 'rba-row-name' }, site.name), el('span', { class: 'rba-row-small' }, small))];
    if (!chosen) {
      return el('li', {}, site.href ? el('a', { class: 'rba-row', href: site.href }, ...inside) : el('div', { class: 'rba-row' }, ...inside));
    }
    const button = el('button', { type: 'button', class: 'rba-row', 'data-site': site.id }, ...inside);
    button.addEventListener('click', () => chosen(site, button));
    return el('li', {}, button);
  };

  /** Open `content` as a card over `latlng`; `close` labels its close button. With `focus`, its heading gets the focus. */
  rba.openCard = function (map, latlng, content, focus, close) {
    const narrow = map.getSize().x < 480;
    const popup = L.popup({ maxWidth: narrow ? 272 : 320, minWidth: narrow ? 240 : 272, maxHeight: Math.max(180, map.getSize().y - 90), offset: [0, -8], autoPanPadding: [16, 16], className: 'rba-popup' });
    popup.setLatLng(latlng).setContent(content).openOn(map);
    popup.getElement().querySelector('.leaflet-popup-close-button').setAttribute('aria-label', close);
    const scrolled = popup.getElement().querySelector('.leaflet-popup-scrolled');
    if (scrolled) scrolled.tabIndex = 0;
    if (focus) {
      // When a list row is pressed in a long page, the map may be out of view.
      map.getContainer().scrollIntoView({ block: 'nearest' });
      content.querySelector('h2').focus({ preventScroll: true });
    }
    return popup;
  };

  /** Return the card of a position with more sites than the map can show apart. */
  rba.crowd = (sites, words, chosen) => el('article', { class: 'rba-card rba-crowd' },
    el('h2', { tabindex: '-1' }, rba.fill(words.here, { count: sites.length })),
    el('ul', { class: 'rba-list' }, ...sites.map((site) => rba.row(site, chosen))));
})();
