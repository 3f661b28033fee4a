// Touches the page: stops as numbered marks that can be dragged or moved by arrow keys, lines of who goes where, and places that may serve.

import * as maplibre from "../vendor/maplibre-gl/maplibre-gl.mjs";
import { h } from "./dom.js";

const INK = "#212b32";
// NHS blue is for actions: stops are of ink, a plan beside it of plum.
const OTHER = "#7c2855";
const EMPTY = { type: "FeatureCollection", features: [] };
// One press of an arrow moves a stop by this many pixels of the screen.
const STEP = 12;
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Stops extends EventTarget {
  /** `map`: a MapLibre map whose style is there. Tells `move` {id, latitude, longitude}, `choose` id, and `decide` id of a candidate. */
  constructor(map) {
    super();
    this.map = map;
    this.marks = new Map();
    this.chosen = "";
    const lines = { type: "line", layout: { "line-cap": "round" } };
    for (const name of ["boundary", "allocation", "other", "candidates"]) map.addSource(name, { type: "geojson", data: EMPTY });
    map.addLayer({ ...lines, id: "site-boundary", source: "boundary", paint: { "line-color": INK, "line-width": 2, "line-dasharray": [3, 2] } });
    map.addLayer({ ...lines, id: "site-lines", source: "allocation", paint: { "line-color": INK, "line-opacity": 0.45, "line-width": 0.8 } });
    map.addLayer({
      ...lines,
      id: "site-lines-chosen",
      source: "allocation",
      filter: ["==", ["get", "site"], ""],
      paint: { "line-color": INK, "line-width": 2 },
    });
    const isDecided = ["!=", ["get", "decision"], "free"];
    map.addLayer({
      id: "site-places",
      type: "circle",
      source: "candidates",
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 8, ["case", isDecided, 8, 2.5], 12, ["case", isDecided, 9, 5]],
        "circle-color": ["match", ["get", "decision"], "must", INK, "#ffffff"],
        "circle-stroke-color": INK,
        "circle-stroke-width": ["case", isDecided, 2, 1],
      },
    });
    map.addLayer({
      id: "site-places-mark",
      type: "symbol",
      source: "candidates",
      filter: isDecided,
      layout: { "text-field": ["match", ["get", "decision"], "must", "✓", "×"], "text-font": ["Arial"], "text-size": 15, "text-allow-overlap": true },
      paint: { "text-color": ["match", ["get", "decision"], "must", "#ffffff", INK] },
    });
    map.addLayer({
      id: "site-other",
      type: "circle",
      source: "other",
      paint: { "circle-radius": 9, "circle-opacity": 0, "circle-stroke-color": OTHER, "circle-stroke-width": 3 },
    });
    map.on("click", "site-places", ({ features }) => this.tell("decide", features[0].properties.id));
    for (const [event, cursor] of [
      ["mouseenter", "pointer"],
      ["mouseleave", ""],
    ])
      map.on(event, "site-places", () => {
        map.getCanvas().style.cursor = cursor;
      });
  }

  /** Draw the stops of a plan, and who goes where. */
  show(sites, allocation) {
    for (const { marker } of this.marks.values()) marker.remove();
    this.marks.clear();
    for (const [at, site] of sites.entries()) this.addMark(site, at + 1);
    this.lines(sites, allocation);
  }

  addMark(site, number) {
    const kind = site.is_existing ? "serves already" : site.is_area_of_search ? "area of search" : "stop";
    const label = `${kind} ${number}: ${site.name}. Arrow keys move it and show what that would change.`;
    const element = h("button", { type: "button", class: `stop${site.is_area_of_search ? " stop-search" : ""}`, "aria-label": label }, String(number));
    const marker = new maplibre.Marker({ element, draggable: !site.is_existing }).setLngLat([site.longitude, site.latitude]).addTo(this.map);
    element.setAttribute("aria-label", label);
    const moved = () => {
      const { lng, lat } = marker.getLngLat();
      this.tell("move", { id: site.id, latitude: lat, longitude: lng });
    };
    marker.on("dragend", moved);
    element.addEventListener("click", (event) => {
      event.stopPropagation();
      this.tell("choose", site.id);
    });
    element.addEventListener("keydown", (event) => {
      const by = KEYS[event.key];
      if (!by || site.is_existing || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      const { x, y } = this.map.project(marker.getLngLat());
      const times = event.shiftKey ? 4 : 1;
      marker.setLngLat(this.map.unproject([x + by[0] * STEP * times, y + by[1] * STEP * times]));
      clearTimeout(this.waiting);
      this.waiting = setTimeout(moved, 350);
    });
    this.marks.set(site.id, { marker, element, site });
  }

  lines(sites, allocation) {
    const places = new Map(sites.map((site) => [site.id, [site.longitude, site.latitude]]));
    const features = [];
    for (const { area, site, longitude, latitude } of allocation) {
      const to = places.get(site);
      if (to) features.push({ type: "Feature", properties: { site, area }, geometry: { type: "LineString", coordinates: [[longitude, latitude], to] } });
    }
    this.map.getSource("allocation").setData({ type: "FeatureCollection", features });
  }

  /** Let one stop stand out with the lines that lead to it; empty: none. */
  choose(id) {
    this.chosen = id;
    this.map.setFilter("site-lines-chosen", ["==", ["get", "site"], id]);
    for (const [one, { element }] of this.marks) element.classList.toggle("stop-chosen", one === id);
  }

  /** Put a stop back to where the plan has it. */
  restore() {
    for (const { marker, site } of this.marks.values()) marker.setLngLat([site.longitude, site.latitude]);
  }

  /** Where every stop stands now. */
  places() {
    return [...this.marks.values()].map(({ marker, site }) => {
      const { lng, lat } = marker.getLngLat();
      const isMoved = Math.abs(lng - site.longitude) > 1e-7 || Math.abs(lat - site.latitude) > 1e-7;
      return isMoved ? { latitude: lat, longitude: lng } : { id: site.id };
    });
  }

  /** The boundary of the screening service, or null. */
  bound(geometry) {
    this.map.getSource("boundary").setData(geometry ? { type: "Feature", properties: {}, geometry } : EMPTY);
  }

  /** The stops of a second plan, as rings. */
  compare(sites) {
    this.map.getSource("other").setData(points(sites, () => ({})));
  }

  /** Places that may serve, with what was decided of each. */
  candidates(sites, decisionOf) {
    this.map.getSource("candidates").setData(points(sites, (site) => ({ id: site.id, name: site.name, decision: decisionOf(site.id) })));
  }

  /** Whether every stop lies within these sides of the map, in pixels. */
  areSeen({ left, right, top, bottom }) {
    const { width, height } = this.map.getCanvas().getBoundingClientRect();
    const isWithin = ({ x, y }) => x > left && x < width - right && y > top && y < height - bottom;
    return [...this.marks.values()].every(({ marker }) => isWithin(this.map.project(marker.getLngLat())));
  }

  tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

function points(sites, propertiesOf) {
  const features = sites.map((site) => ({
    type: "Feature",
    properties: propertiesOf(site),
    geometry: { type: "Point", coordinates: [site.longitude, site.latitude] },
  }));
  return { type: "FeatureCollection", features };
}
