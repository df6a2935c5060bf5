// @ts-check
// The map on paper: while it is printed it has a size of its own, in any browser, and afterwards its view as before.
(function () {
  'use strict';
  const rba = window.rbaMap;

  /** Fill the paper with the sites in view and the areas around them, or with the same view, no closer than zoom `closest`. */
  rba.fitPaper = function (layer, closest) {
    const map = layer._map;
    let screen = null;

    function fit(printing) {
      if (printing === Boolean(screen)) return;
      const view = layer.wholeInView() ? spreadOf(layer) : map.getBounds();
      if (printing) screen = [map.getCenter(), map.getZoom()];
      layer.root.classList.toggle('rba-on-paper', printing);
      map.options.zoomSnap = printing ? 0 : 1;
      map.invalidateSize({ animate: false, pan: false });
      if (printing && view.isValid()) map.fitBounds(view, { padding: [24, 24], maxZoom: closest, animate: false });
      else map.setView(...screen, { animate: false });
      if (!printing) screen = null;
    }

    window.matchMedia('print').addEventListener('change', (paper) => fit(paper.matches));
    window.addEventListener('beforeprint', () => fit(true));
    window.addEventListener('afterprint', () => fit(false));
  };

  function spreadOf(sites) {
    const spread = L.latLngBounds(sites.wanted().map((site) => site.latlng));
    const areas = L.latLngBounds([]);
    sites._map.eachLayer((layer) => {
      if (layer.shades) areas.extend(layer.bounds());
      else if (layer.around && spread.isValid()) areas.extend(layer.around(spread));
      else if (layer.around) areas.extend(layer.bounds());
    });
    return areas.isValid() ? spread.extend(areas) : spread;
  }
})();
