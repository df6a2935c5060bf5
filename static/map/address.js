// @ts-check
// Address of the map's page: the filters, card and view that it asks for at the start, kept up to date without a reload, and shared.
(function () {
  'use strict';
  const rba = window.rbaMap;
  const VIEW = /^(\d{1,2}(?:\.\d+)?)\/(-?\d{1,2}(?:\.\d+)?)\/(-?\d{1,3}(?:\.\d+)?)$/;

  /** Return the filters, site and view in the parameters of an address; `statuses` are the ids of all statuses. */
  rba.readAddress = function (text, statuses) {
    const given = new URLSearchParams(text);
    const only = given.get('status');
    const hidden = (given.get('hide') || '').split(',');
    const view = VIEW.exec(given.get('view') || '');
    const shown = statuses.includes(only) ? [only] : statuses.filter((status) => !hidden.includes(status));
    return {
      query: (given.get('q') || '').slice(0, 100),
      statuses: new Set(shown),
      kind: given.get('kind') || '',
      kecamatan: given.get('kecamatan') || '',
      due: given.get('due') || '',
      site: given.get('site') || '',
      view: view ? { zoom: Number(view[1]), lat: Number(view[2]), lng: Number(view[3]) } : null,
    };
  };

  /** Return the parameters of the address of a state; `also` are pairs that the server understands and this script only keeps. */
  rba.writeAddress = function (state, statuses, also) {
    const shown = statuses.filter((status) => state.statuses.has(status));
    const pairs = [['q', state.query], ['kind', state.kind], ['kecamatan', state.kecamatan], ['due', state.due]];
    if (shown.length === 1 && statuses.length > 1) pairs.push(['status', shown[0]]);
    else pairs.push(['hide', statuses.filter((status) => !state.statuses.has(status)).join(',')]);
    pairs.push(...also, ['site', state.site]);
    const made = new URLSearchParams(pairs.filter(([, value]) => value));
    if (state.view) made.set('view', [state.view.zoom, state.view.lat.toFixed(5), state.view.lng.toFixed(5)].join('/'));
    return made.toString().replaceAll('%2F', '/').replaceAll('%2C', ',');
  };

  const holder = document.getElementById('map-request');
  if (!holder) return;
  const request = JSON.parse(holder.dataset.request);
  const words = request.words;

  rba.page = new (class {
    /** Add to the sites what only this page knows of them: what is due there, and whether the server's filters leave them out. */
    attach(data) {
      const chosen = request.chosen && new Set(request.chosen);
      for (const site of data.sites) {
        site.due = request.due[site.id] || null;
        site.left_out = chosen !== null && !chosen.has(site.id);
        if (request.may_audit && site.href) site.audit = `${site.href}/audit`;
      }
      Object.assign(data.words, words, { due_words: request.due_words });
      data.due = request.due_words;
      this.also = request.also;
      this.statuses = data.statuses.map((status) => status.id);
      this.start = rba.readAddress(location.search, this.statuses);
    }

    /** Apply the filters of the address to the panel, before the first view. */
    begin(sites) {
      this.sites = sites;
      sites.panel.take(this.start, request.chosen !== null);
      this._tools(sites.root);
    }

    /** Open the view and the card of the address, and follow changes from now on. */
    open() {
      const { view, site: id } = this.start;
      const map = this.sites._map;
      if (view) map.setView([view.lat, view.lng], Math.min(Math.max(view.zoom, map.getMinZoom()), map.getMaxZoom()), { animate: false });
      const site = this.sites.data.sites.find((one) => one.id === id);
      if (site && site.latlng) this.sites.choose(site, map.getContainer(), Boolean(view));
      if (request.marks) rba.addMarks(this.sites, request.marks);
      this.follows = true;
      this.write();
    }

    write() {
      if (!this.follows) return;
      const { panel, marked, _map: map } = this.sites;
      if (!panel.narrowed) this.also = this.also.filter(([name]) => !request.filter_names.includes(name));
      const centre = map.getCenter();
      const moved = this.sites.homeView !== this.sites.viewKey();
      const filters = Object.assign({}, panel.wanted, { query: panel.$('#rba-search').value.trim(), site: '', view: null });
      const whole = Object.assign({}, filters, { site: marked ? marked.id : '', view: moved ? { zoom: map.getZoom(), lat: centre.lat, lng: centre.lng } : null });
      const text = rba.writeAddress(whole, this.statuses, this.also);
      try {
        if (text !== location.search.slice(1)) history.replaceState(history.state, '', text ? `?${text}` : location.pathname);
      } catch {
        // Safari refuses more than 100 changes in 30 s; a later change brings the address up to date.
      }
      this._listLink(filters);
      this.chips.hidden = !panel.narrowed;
      for (const link of document.querySelectorAll('a[data-layer]')) {
        const others = this.also.filter(([name]) => request.filter_names.includes(name));
        const params = rba.writeAddress(whole, this.statuses, link.dataset.layer ? [...others, ['show', link.dataset.layer]] : others);
        link.href = params ? `${location.pathname}?${params}` : location.pathname;
      }
    }

    // The link to the list of the same sites; hidden where no list has just these statuses.
    _listLink(filters) {
      const shown = this.statuses.filter((status) => filters.statuses.has(status));
      const whole = shown.length === this.statuses.length || shown.length === 1;
      const found = whole ? [request.list] : request.lists.find(([, has]) => has.length === shown.length && has.every((status) => shown.includes(status)));
      this.list.hidden = !found;
      if (!found) return;
      const state = whole ? filters : Object.assign({}, filters, { statuses: new Set(this.statuses) });
      const text = rba.writeAddress(state, this.statuses, this.also.filter(([name]) => request.filter_names.includes(name)));
      this.list.href = text ? `${found[0]}?${text}` : found[0];
    }

    // The server's filters in words, and below all filters the link to the list and the button that shares the address.
    _tools(root) {
      const el = rba.el;
      this.chips = el('ul', { class: 'rba-chips', 'aria-label': words.also_filtered }, ...request.filters.map((filter) => el('li', {}, filter)));
      this.list = el('a', { class: 'rba-as-list', href: request.list }, words.as_list);
      const share = el('button', { type: 'button', class: 'rba-share' }, words.share);
      const address = el('input', { class: 'rba-address', readonly: true, 'aria-label': words.address, hidden: true });
      const done = el('span', { role: 'status', class: 'rba-shared' });
      share.addEventListener('click', async () => {
        address.value = location.href;
        try {
          await navigator.clipboard.writeText(location.href);
          done.textContent = words.copied;
        } catch {
          address.hidden = false; // the browser denies access to the clipboard: the address is there to be copied by hand
          address.select();
        }
      });
      const filters = root.querySelector('.rba-filters');
      root.querySelector('.rba-shown-row').after(this.chips);
      filters.append(el('div', { class: 'rba-field-wide rba-tools' }, this.list, share, done, address));
    }
  })();
})();
