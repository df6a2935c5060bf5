// @ts-check
// Canvas layer for many sites: a site alone in its cell is drawn as its status shape, a crowded cell as a pie chart with its count.
// Cells form one grid per zoom level, so that tiles meet without seams and no symbol hides another.
(function () {
  'use strict';
  const rba = window.rbaMap;
  const CELL = 40;
  const TILE = 256;
  const INK = '#1B1928';

  rba.Cells = L.GridLayer.extend({
    options: { tileSize: TILE, pane: 'rba-sites', noWrap: true, keepBuffer: 1, updateWhenZooming: false },

    initialize(options) {
      L.GridLayer.prototype.initialize.call(this, options);
      this.sites = [];
      this.grids = new Map();
      this.tiles = new Map();
      this.on('tileunload', (event) => this.tiles.delete(event.tile));
    },

    /** Show `sites`; tiles already on the map are painted again in place. */
    show(sites) {
      this.sites = sites;
      this.grids.clear();
      this.tiles.forEach((coords, tile) => this._paint(tile, coords));
    },

    createTile(coords) {
      const tile = rba.el('canvas', { 'aria-hidden': 'true' });
      this.tiles.set(tile, coords);
      this._paint(tile, coords);
      return tile;
    },

    /** Return the cell drawn under `point` (pixels of the map's container), or null. */
    at(point) {
      const zoom = this._map.getZoom();
      const pixel = this._map.project(this._map.containerPointToLatLng(point), zoom);
      let best = null;
      for (const cell of this._near(zoom, pixel.x - CELL, pixel.y - CELL, pixel.x + CELL, pixel.y + CELL)) {
        const away = Math.hypot(cell.x - pixel.x, cell.y - pixel.y) - cell.radius;
        if (away < 8 && (!best || away < best.away)) best = { cell: cell, away: away };
      }
      return best && best.cell;
    },

    _grid(zoom) {
      if (this.grids.has(zoom)) return this.grids.get(zoom);
      const grid = new Map();
      for (const site of this.sites) {
        const pixel = this._map.project(site.latlng, zoom);
        const key = `${Math.floor(pixel.x / CELL)}:${Math.floor(pixel.y / CELL)}`;
        if (!grid.has(key)) grid.set(key, { sites: [], sumX: 0, sumY: 0 });
        const cell = grid.get(key);
        cell.sites.push(site);
        cell.sumX += pixel.x;
        cell.sumY += pixel.y;
      }
      grid.forEach(place);
      this.grids.set(zoom, grid);
      return grid;
    },

    _near(zoom, west, north, east, south) {
      const grid = this._grid(zoom);
      const found = [];
      for (let cx = Math.floor(west / CELL) - 1; cx <= Math.floor(east / CELL) + 1; cx++) {
        for (let cy = Math.floor(north / CELL) - 1; cy <= Math.floor(south / CELL) + 1; cy++) {
          const cell = grid.get(`${cx}:${cy}`);
          if (cell) found.push(cell);
        }
      }
      return found;
    },

    _paint(tile, coords) {
      const sharp = window.devicePixelRatio || 1;
      tile.width = TILE * sharp;
      tile.height = TILE * sharp;
      const ctx = tile.getContext('2d');
      const left = coords.x * TILE;
      const top = coords.y * TILE;
      ctx.setTransform(sharp, 0, 0, sharp, -left * sharp, -top * sharp);
      const cells = this._near(coords.z, left, top, left + TILE, top + TILE);
      cells.filter((cell) => cell.sites.length > 1).forEach((cell) => pie(ctx, cell));
      cells.filter((cell) => cell.sites.length === 1)
        .forEach((cell) => rba.paint(ctx, cell.sites[0].status, cell.x, cell.y, cell.radius));
    },
  });

  // A pie is drawn as near to the mean position of its sites as its cell allows, so that pies never overlap.
  function place(cell, key) {
    const count = cell.sites.length;
    const x = cell.sumX / count;
    const y = cell.sumY / count;
    if (count === 1) return Object.assign(cell, { x: x, y: y, radius: 8 });
    const radius = Math.min(18, 11.5 + 1.7 * Math.log2(count / 2));
    const [cx, cy] = key.split(':').map(Number);
    const within = (value, index) => Math.min(Math.max(value, index * CELL + radius + 1.5), (index + 1) * CELL - radius - 1.5);
    return Object.assign(cell, { x: within(x, cx), y: within(y, cy), radius: radius });
  }

  function pie(ctx, cell) {
    const { x, y, radius, sites } = cell;
    const counts = rba.looks().map((look) => [look, sites.filter((site) => site.status === look.id).length]).filter(([, n]) => n);
    ctx.beginPath();
    ctx.arc(x, y, radius + 1.5, 0, 2 * Math.PI);
    ctx.fillStyle = '#FFFFFF';
    ctx.fill();
    let from = -Math.PI / 2;
    for (const [look, count] of counts) {
      const to = from + (count / sites.length) * 2 * Math.PI;
      ctx.beginPath();
      ctx.moveTo(x, y);
      ctx.arc(x, y, radius, from, to);
      ctx.closePath();
      ctx.fillStyle = look.colour;
      ctx.fill();
      if (counts.length > 1) {
        ctx.strokeStyle = '#FFFFFF';
        ctx.lineWidth = 1.25;
        ctx.stroke();
      }
      from = to;
    }
    ring(ctx, x, y, radius, 1.5);
    ctx.beginPath();
    ctx.arc(x, y, radius * 0.62, 0, 2 * Math.PI);
    ctx.fillStyle = '#FFFFFF';
    ctx.fill();
    ring(ctx, x, y, radius * 0.62, 1);
    ctx.fillStyle = INK;
    ctx.font = `600 ${sites.length > 99 ? 9.5 : 11}px system-ui, sans-serif`;
    ctx.textAlign = 'center';
    ctx.textBaseline = 'middle';
    ctx.fillText(sites.length > 999 ? `${Math.floor(sites.length / 1000)}k` : String(sites.length), x, y + 0.5);
  }

  function ring(ctx, x, y, radius, width) {
    ctx.beginPath();
    ctx.arc(x, y, radius, 0, 2 * Math.PI);
    ctx.strokeStyle = INK;
    ctx.lineWidth = width;
    ctx.stroke();
  }
})();
