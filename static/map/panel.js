// @ts-check
// Panel of the map: legend, filters, search and the list of sites, which can be used without the map.
(function () {
  'use strict';
  const rba = window.rbaMap;
  const el = rba.el;
  const ROWS_AT_ONCE = 60;
  const PRINTED_AT_MOST = 300;

  rba.Panel = class {
    /** `changed()` is called when the filters change, `chosen(site, from)` when a row is pressed. */
    constructor(root, data, changed, chosen) {
      this.root = root;
      this.data = data;
      this.words = data.words;
      this.changed = changed;
      this.chosen = chosen;
      this.rows = ROWS_AT_ONCE;
      this.inView = [];
      this.printing = false;
      this.wanted = { statuses: new Set(rba.looks().map((look) => look.id)), kind: '', kecamatan: '', query: '' };
      this.$ = (selector) => root.querySelector(selector);
      this._legend();
      this._select('#rba-kind', 'kind', 'kind', 'kind_label');
      this._select('#rba-kecamatan', 'kecamatan', 'kecamatan', 'kecamatan');
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
      const { statuses, kind, kecamatan, query } = this.wanted;
      return (anyStatus || statuses.has(site.status)) && (!kind || site.kind === kind)
        && (!kecamatan || site.kecamatan === kecamatan) && (!query || folded(site.name).includes(query));
    }

    reset() {
      this.$('#rba-search').value = this.$('#rba-kind').value = this.$('#rba-kecamatan').value = '';
      this._want({ statuses: new Set(rba.looks().map((look) => look.id)), kind: '', kecamatan: '', query: '' });
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
      const { statuses, kind, kecamatan, query } = this.wanted;
      this.$('.rba-reset').disabled = statuses.size === rba.looks().length && !kind && !kecamatan && !query;
      this._list();
    }

    _want(change) {
      Object.assign(this.wanted, change);
      this.rows = ROWS_AT_ONCE;
      this.changed();
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
      const sorted = Array.from(labels).sort((a, b) => a[1].localeCompare(b[1], this.data.lang));
      select.append(...sorted.map(([one, name]) => el('option', { value: one }, name)));
      select.closest('.rba-field').hidden = labels.size < 2;
      select.addEventListener('change', () => this._want({ [filter]: select.value }));
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

  const folded = (text) => text.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLocaleLowerCase().trim();
})();
