// @ts-check
// Zoom buttons, scale bar and a button that shows all sites; their texts come with the data.
(function () {
  'use strict';
  const rba = window.rbaMap;

  /** Add the controls to `map`; `home()` shows all sites. */
  rba.addControls = function (map, words, home) {
    const zoom = { position: 'bottomright', zoomInTitle: words.zoom_in, zoomOutTitle: words.zoom_out, zoomInText: '+', zoomOutText: '−' };
    L.control.zoom(zoom).addTo(map);
    const scale = L.control.scale({ position: 'bottomleft', imperial: false, maxWidth: 120 });
    const update = scale._updateScale;
    scale._updateScale = function (bar, text, ratio) {
      update.call(this, bar, text.replace(/\d{4,}/, (number) => Number(number).toLocaleString(document.documentElement.lang)), ratio);
    };
    scale.addTo(map);
    const all = L.control({ position: 'bottomright' });
    all.onAdd = () => {
      const button = rba.el('button', { type: 'button', class: 'rba-home', title: words.show_all, 'aria-label': words.show_all });
      L.DomEvent.disableClickPropagation(button);
      button.addEventListener('click', () => { map.closePopup(); home(); });
      return rba.el('div', { class: 'leaflet-bar' }, button);
    };
    all.addTo(map);
  };
})();
