// @ts-check
// Panel of the map: legend, filters, search and the list of sites, which can be used without the map.
(function () {
  'use strict';
  const rba = window.rbaMap;
  const el = rba.el;
  const ROWS_AT_ONCE = 60;
  const NOT_STATED = '-'; // as in the address of the lists
  const PRINTED_AT_MOST = 300;

  rba.Panel = class {
    /** `changed(zooms)` is called when the filters change, `chosen(site, from)` when a row is pressed. */
    constructor(root, data, changed, chosen) {
      this.root = root;
      this.data = data;
      this.words = data.words;
      this.changed = changed;
      this.chosen = chosen;
      this.rows = ROWS_AT_ONCE;
      this.inView = [];
      this.narrowed = false; // whether the filters that only the server knows apply
      this.wanted = everything();
      this.printing = false;
      this.$ = (selector) => root.querySelector(selector);
      this._legend();
      this._select('#rba-kind', 'kind', 'kind', 'kind_label');
      this._select('#rba-kecamatan', 'kecamatan', 'kecamatan', 'kecamatan');
      this._due();
      this._unlocated();
      this.$('#rba-search').addEventListener('input', (event) => this._want({ query: folded(event.target.value) }));
      this.$('.rba-reset').addEventListener('click', () => this.reset());
      this.$('.rba-more').addEventListener('click', () => this._more());
      this.$('.rba-toggle').addEventListener('click', () => this.sheet(root.dataset.sheet !== 'open'));
      window.addEventListener('beforeprint', () => { this.printing = true; this._list(); });
      window.addEventListener('afterprint', () => { this.printing = false; this._list(); });
    }

    /** Return whether `site` passes all filters; `anyStatus` ignores the switches of the legend. */
    wants(site, anyStatus) {
      const { statuses, kind, kecamatan, due, query } = this.wanted;
      return (anyStatus || statuses.has(site.status)) && (!kind || (site.kind || NOT_STATED) === kind)
        && (!kecamatan || (site.kecamatan || NOT_STATED) === kecamatan) && (!due || Boolean(site.due && site.due[due]))
        && !(this.narrowed && site.left_out) && (!query || folded(`${site.name}\n${site.id}`).includes(query));
    }

    /** Return whether any filter is set, the switches of the legend included. */
    narrows() {
      const { statuses, kind, kecamatan, due, query } = this.wanted;
      return this.narrowed || statuses.size < rba.looks().length || Boolean(kind || kecamatan || due || query);
    }

    /** Set the filters of an address; `narrowed` if the server's filters apply too. A value that no site has narrows nothing. */
    take(state, narrowed) {
      const selects = { kind: '#rba-kind', kecamatan: '#rba-kecamatan', due: '#rba-due' };
      for (const [filter, selector] of Object.entries(selects)) {
        const select = this.$(selector);
        select.value = state[filter];
        if (select.value !== state[filter]) select.value = '';
        this.wanted[filter] = select.value;
      }
      this.$('#rba-search').value = state.query;
      this.narrowed = narrowed;
      Object.assign(this.wanted, { statuses: state.statuses, query: folded(state.query) });
    }

    reset() {
      for (const field of ['#rba-search', '#rba-kind', '#rba-kecamatan', '#rba-due']) this.$(field).value = '';
      this.narrowed = false;
      this._want(everything(), true);
      this.$('#rba-search').focus();
    }

    /** Open or close the panel on small screens. */
    sheet(open) {
      this.root.dataset.sheet = open ? 'open' : 'closed';
      this.$('.rba-toggle').setAttribute('aria-expanded', String(open));
    }

    /** Set which of the filtered sites are in the current view of the map. */
    view(sites) {
      this.inView = sites;
      this._list();
    }

    /** Update counts, live region and list after a change of the filters. */
    refresh() {
      const wanted = this.data.sites.filter((site) => this.wants(site));
      const count = (number) => number.toLocaleString(this.data.lang);
      const said = rba.fill(this.words.shown, { shown: count(wanted.length), total: count(this.data.sites.length) });
      if (this.$('.rba-shown').textContent !== said) this.$('.rba-shown').textContent = said;
      const shares = [];
      for (const button of this.root.querySelectorAll('.rba-legend button')) {
        const status = button.dataset.status;
        const on = this.wanted.statuses.has(status);
        const here = this.data.sites.filter((site) => site.status === status && this.wants(site, true)).length;
        button.setAttribute('aria-pressed', String(on));
        button.querySelector('.rba-number').textContent = count(here);
        if (on && here) shares.push([status, here]);
      }
      this.$('.rba-shares').replaceChildren(...shares.map(([status, here]) => {
        const share = el('i', {});
        share.style.flexGrow = here;
        share.style.backgroundColor = rba.look(status).colour;
        return share;
      }));
      this.$('.rba-reset').disabled = !this.narrows();
      this._list();
    }

    _want(change, zooms) {
      Object.assign(this.wanted, change);
      this.rows = ROWS_AT_ONCE;
      this.changed(zooms);
    }

    _legend() {
      for (const look of rba.looks()) {
        const button = el('button', { type: 'button', 'data-status': look.id, 'aria-pressed': 'true' },
          rba.shape(look.id, 22), el('span', { class: 'rba-label' }, look.label), el('span', { class: 'rba-number' }));
        button.addEventListener('click', () => {
          const statuses = new Set(this.wanted.statuses);
          if (!statuses.delete(look.id)) statuses.add(look.id);
          this._want({ statuses: statuses });
        });
        this.$('.rba-legend').append(el('li', {}, button));
      }
    }

    _select(selector, filter, value, label) {
      const labels = new Map(this.data.sites.filter((site) => site[value]).map((site) => [site[value], site[label]]));
      const select = this.$(selector);
      const sorted = Array.from(labels).sort((a, b) => a[1].localeCompare(b[1], this.data.lang, { numeric: true }));
      if (labels.size && this.data.sites.some((site) => !site[value])) sorted.push([NOT_STATED, this.words.not_stated]);
      select.append(...sorted.map(([one, name]) => el('option', { value: one }, name)));
      select.closest('.rba-field').hidden = sorted.length < 2;
      select.addEventListener('change', () => this._want({ [filter]: select.value }, true));
    }

    // What expires or is overdue at a site: only the page of the map knows it, and only for readers who work on it.
    _due() {
      const kinds = (this.data.due || []).filter(([kind]) => this.data.sites.some((site) => site.due && site.due[kind]));
      const select = this.$('#rba-due');
      select.append(...kinds.map(([kind, name]) => el('option', { value: kind }, name)));
      select.closest('.rba-field').hidden = !kinds.length;
      select.addEventListener('change', () => this._want({ due: select.value }, true));
    }

    _unlocated() {
      const lost = this.data.sites.filter((site) => !site.at);
      const section = this.$('.rba-unlocated');
      section.hidden = !lost.length;
      section.querySelector('.rba-number').textContent = lost.length.toLocaleString(this.data.lang);
      section.querySelector('.rba-list').append(...lost.map((site) => rba.row(site)));
    }

    // A search lists all matching sites; without one the list contains the sites in view. Paper has all of them or, if they are many, only their number.
    _list() {
      const searching = Boolean(this.wanted.query);
      const sites = (searching ? this.data.sites.filter((site) => site.at && this.wants(site)) : this.inView)
        .slice().sort((a, b) => a.name.localeCompare(b.name, this.data.lang, { numeric: true }));
      const shown = this.printing && sites.length > PRINTED_AT_MOST ? [] : sites.slice(0, this.printing ? PRINTED_AT_MOST : this.rows);
      const [title, number] = this.$('.rba-list-title').children;
      title.textContent = searching ? this.words.results : this.words.in_view;
      number.textContent = sites.length.toLocaleString(this.data.lang);
      this.$('.rba-found .rba-list').replaceChildren(...shown.map((site) => rba.row(site, this.chosen)));
      const empty = this.$('.rba-empty');
      empty.hidden = sites.length > 0;
      const matching = this.data.sites.some((site) => site.at && this.wants(site));
      empty.textContent = matching ? this.words.none_in_view : this.words.none_match;
      const more = this.$('.rba-more');
      more.hidden = shown.length === sites.length;
      more.textContent = rba.fill(this.words.more, { count: Math.min(ROWS_AT_ONCE, sites.length - shown.length) });
    }

    _more() {
      const before = this.rows;
      this.rows += ROWS_AT_ONCE;
      this._list();
      const next = this.root.querySelectorAll('.rba-found .rba-row')[before];
      if (next) next.focus();
    }
  };

  const everything = () => ({ statuses: new Set(rba.looks().map((look) => look.id)), kind: '', kecamatan: '', due: '', query: '' });
  const folded = (text) => text.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLocaleLowerCase().trim();
})();
