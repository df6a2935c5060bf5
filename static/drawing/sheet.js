// @ts-check
// Leaflet map of a drawing: conversion of geometries to layers and back.

import { areasOf } from "./outline.js";

export const SNAP_PX = 18;
const MOST_HANDLES = 600;
const LOOKS = {
  outline: { color: "#0A4D42", weight: 3, fillColor: "#0F6B5C", fillOpacity: 0.18 },
  part: { color: "#7A3E00", weight: 2.5, fillColor: "#C77A1A", fillOpacity: 0.3 },
  stored: { color: "#1B1928", weight: 2, dashArray: "7 6", fill: false, interactive: false },
  neighbour: { color: "#5B5866", weight: 2, fillColor: "#5B5866", fillOpacity: 0.12, interactive: false, snapIgnore: false },
};
export const DRAWING = { snappable: true, snapDistance: SNAP_PX, tooltips: false, allowSelfIntersection: true, continueDrawing: false, templineStyle: { color: "#0A4D42", weight: 3 }, hintlineStyle: { color: "#0A4D42", weight: 2, dashArray: "4 6" }, pathOptions: LOOKS.outline };

/** Create a map in an element, without animation and with only the given texts. */
export function newMap(element, words) {
  const { L } = globalThis;
  L.PM.setOptIn(true); // layers of other scripts are not touched
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(element, { pmIgnore: false, zoomControl: false, attributionControl: false, minZoom: 3, maxZoom: 22, zoomSnap: 0.5, zoomAnimation: !calm, fadeAnimation: !calm, inertia: !calm, doubleClickZoom: false });
  L.control.zoom({ zoomInTitle: words.zoom_in, zoomOutTitle: words.zoom_out, position: "topright" }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  map.createPane("neighbours").style.zIndex = 350;
  // Markers are for finger and mouse. Keyboard users have the cross, so they need not tab through a hundred unnamed buttons.
  map.on("layeradd", ({ layer }) => {
    const icon = layer instanceof L.Marker && layer.getElement();
    for (const name of icon ? ["role", "tabindex"] : []) icon.removeAttribute(name);
  });
  map.setView([-2.5, 118], 5); // Geoman can edit a layer only after the map has a view
  return map;
}

/** Return a geometry as a layer, or null if it is empty. "outline" and "part" are editable, "stored" and "neighbour" are not. */
export function layerOf(geometry, look) {
  const { L } = globalThis;
  const style = { ...LOOKS[look], ...(look === "neighbour" ? { pane: "neighbours" } : look === "stored" ? {} : { pmIgnore: false, snapIgnore: false }) };
  if (geometry?.type === "Point") {
    if (look === "neighbour" || look === "stored") return L.circleMarker(latlng(geometry.coordinates), { ...style, radius: 8 });
    const icon = L.divIcon({ className: `drawing-point ${look}`, iconSize: [44, 44] });
    return L.marker(latlng(geometry.coordinates), { icon, draggable: true, keyboard: false, bubblingMouseEvents: true });
  }
  if (geometry?.type === "LineString") return L.polyline(geometry.coordinates.map(latlng), style);
  const areas = areasOf(geometry).map((rings) => rings.map((ring) => ring.slice(0, -1).map(latlng)));
  return areas.length ? L.polygon(geometry.type === "Polygon" ? areas[0] : areas, style) : null;
}

/** Return the current shape of a layer as a geometry of the same type; `at(longitude, latitude)` returns a position. */
export function geometryIn(layer, type, at) {
  const position = ({ lat, lng }) => at(lng, lat);
  const ring = (corners) => [...corners.map(position), position(corners[0])];
  if (type === "Point") return { type, coordinates: position(layer.getLatLng()) };
  const found = layer.getLatLngs();
  if (type === "LineString") return { type, coordinates: found.map(position) };
  return { type, coordinates: type === "Polygon" ? found.map(ring) : found.map((rings) => rings.map(ring)) };
}

/** Make the corners of a layer movable; return false if there are too many. */
export function enableCorners(layer, count, removing) {
  if (count > MOST_HANDLES) return false;
  layer.pm.enable({ ...DRAWING, draggable: false, removeLayerBelowMinVertexCount: false, hideMiddleMarkers: removing, removeVertexOn: removing ? "click" : "never" });
  return true;
}

/** A circle around the position of a fault. */
export function faultRing(position) {
  return globalThis.L.circleMarker(latlng(position), { radius: 16, color: "#8B0822", weight: 4, fill: false, interactive: false });
}

export function latlng([longitude, latitude]) {
  return globalThis.L.latLng(latitude, longitude);
}
