// Touches the page: the MapLibre map. It knows tiles, codes and places, and nothing of indicators.

import * as maplibre from "../vendor/maplibre-gl/maplibre-gl.mjs";
import { contextLayer, contextOf, FILL_LAYER, labelLayers, selectedLayers, siteLayer, tilesetLayers, WORN, worn } from "./layers.js";
import { addImages } from "./patterns.js";
import { HOVERED, LOADING } from "./scales.js";

export const ENGLAND = [
  [-5.9, 49.85],
  [1.95, 55.85],
];
const HELP = "Map of England. Arrow keys move it, plus and minus zoom, Enter selects the area in the middle, T opens the table.";

export class MapView extends EventTarget {
  /** `place`: where to begin, or null for the reach of a synthetic world or England. `padding`: sides that other things cover. */
  constructor(container, { settings, place, padding, help = HELP }) {
    super();
    this.settings = settings;
    this.codes = new Map();
    this.hovered = null;
    this.outlined = "";
    this.active = null;
    this.calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const start = place
      ? { center: [place.longitude, place.latitude], zoom: place.zoom }
      : { bounds: settings.reach ?? ENGLAND, fitBoundsOptions: { padding } };
    this.map = new maplibre.Map({
      container,
      style: { version: 8, sources: {}, layers: [{ id: "ground", type: "background", paint: { "background-color": settings.scale.ground } }] },
      // Tiles begin at zoom 5.
      minZoom: 5,
      maxZoom: 15.9,
      maxBounds: [
        [-14, 47.5],
        [9, 58.5],
      ],
      dragRotate: false,
      pitchWithRotate: false,
      attributionControl: false,
      fadeDuration: 0,
      locale: { "Map.Title": help },
      ...start,
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    const corner = "bottom-right";
    this.map.addControl(new maplibre.AttributionControl({ compact: false, customAttribution: "Contains OS data © Crown copyright, ONS (OGL v3)" }), corner);
    this.map.addControl(new maplibre.ScaleControl({ maxWidth: 90 }), corner);
    this.map.addControl(new maplibre.NavigationControl({ showCompass: false }), corner);
    // The style is ours and at hand: nothing waits for the first empty frame.
    this.loaded = new Promise((resolve) => this.map.once("style.load", resolve)).then(() => addImages(this.map));
    this.listen(help);
  }

  listen(help) {
    const tell = (type, detail) => this.dispatchEvent(new CustomEvent(type, { detail }));
    this.map.on("moveend", () => tell("moved", this.place()));
    this.map.on("mousemove", (event) => tell("hover", { id: this.areaAt(event.point), point: event.point }));
    this.map.on("mouseout", () => tell("hover", { id: null }));
    this.map.on("click", (event) => tell("select", this.areaAt(event.point)));
    const canvas = this.map.getCanvas();
    canvas.setAttribute("aria-label", help);
    canvas.addEventListener("focus", () => tell("focus", canvas.matches(":focus-visible")));
    canvas.addEventListener("blur", () => tell("focus", false));
    canvas.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Enter") tell("select", this.areaAt(this.map.project(this.map.getCenter())));
      else if (event.key.toLowerCase() === "t") tell("table");
      else return;
      event.preventDefault();
    });
  }

  place() {
    const { lat, lng } = this.map.getCenter();
    return { latitude: lat, longitude: lng, zoom: this.map.getZoom() };
  }

  /** Feature id and code under a point of the screen, or null. */
  areaAt(point) {
    if (!this.active || !this.map.getLayer(FILL_LAYER(this.active))) return null;
    const [feature] = this.map.queryRenderedFeatures(point, { layers: [FILL_LAYER(this.active)] });
    return feature ? { id: feature.id, code: feature.properties.code } : null;
  }

  /** Draw this tileset with these codes (null: not known yet, or not to be painted). */
  async show(slug, tilejson, codes) {
    await this.loaded;
    this.addTileset(slug, tilejson);
    if (this.active !== slug) {
      if (this.active) this.setVisible(this.active, false);
      this.hover(null);
      this.active = slug;
      this.setVisible(slug, true);
    }
    this.paint(slug, codes);
  }

  addTileset(slug, tilejson) {
    if (!this.map.getSource(slug)) {
      const tiles = tilejson.tiles.map((address) => new URL(address, location.href).href.replaceAll("%7B", "{").replaceAll("%7D", "}"));
      const { minzoom, maxzoom, bounds } = tilejson;
      this.map.addSource(slug, { type: "vector", tiles, minzoom, maxzoom, ...(bounds ? { bounds } : {}) });
    }
    if (this.map.getLayer(FILL_LAYER(slug))) return;
    const above = this.map.getStyle().layers.find((layer) => /^(context|selected|label|site)-/.test(layer.id))?.id;
    for (const layer of tilesetLayers(slug, this.settings.geographies[slug].type, this.settings.scale)) this.map.addLayer(layer, above);
  }

  setVisible(slug, isVisible) {
    const patterned = new Set(WORN.map((name) => `${slug}-${name}`));
    for (const layer of this.map.getStyle().layers) {
      if (layer.source !== slug || !layer.id.startsWith(`${slug}-`)) continue;
      if (!isVisible || !patterned.has(layer.id)) this.map.setLayoutProperty(layer.id, "visibility", isVisible ? "visible" : "none");
    }
  }

  paint(slug, codes) {
    const before = this.codes.get(slug);
    if (!codes) {
      this.map.removeFeatureState({ source: slug, sourceLayer: slug });
      this.codes.delete(slug);
      return;
    }
    this.codes.set(slug, codes);
    const feature = { source: slug, sourceLayer: slug, id: 0 };
    for (let at = 0; at < codes.length; at++) {
      if (before && before[at] === codes[at]) continue;
      feature.id = at + 1;
      this.map.setFeatureState(feature, { v: codes[at] });
    }
    this.showPatterns(slug, codes);
  }

  /** Pattern layers cost time to draw, so only those that some area wears are there. */
  showPatterns(slug, codes) {
    for (const [name, isWorn] of worn(codes)) {
      const id = `${slug}-${name}`;
      const wanted = isWorn ? "visible" : "none";
      if ((this.map.getLayoutProperty(id, "visibility") ?? "visible") !== wanted) this.map.setLayoutProperty(id, "visibility", wanted);
    }
  }

  /** Mark the area under the pointer; null takes the mark away. */
  hover(id) {
    const before = this.hovered;
    if (before?.id === id && before?.slug === this.active) return;
    this.hovered = id === null ? null : { slug: this.active, id };
    for (const mark of [before, this.hovered]) {
      if (!mark || !this.map.getSource(mark.slug)) continue;
      const code = this.codes.get(mark.slug)?.[mark.id - 1] ?? LOADING;
      this.map.setFeatureState({ source: mark.slug, sourceLayer: mark.slug, id: mark.id }, { v: code + (mark === this.hovered ? HOVERED : 0) });
    }
  }

  /** Boundaries of larger areas over the drawn tileset. `tilejsons`: what is known of them, by slug. */
  showContext(slug, tilejsons) {
    const wanted = new Map(contextOf(slug, this.settings.geographies[slug].type, Object.keys(tilejsons)));
    for (const layer of this.map.getStyle().layers) {
      if (layer.id.startsWith("context-") && !wanted.has(layer.source)) this.map.removeLayer(layer.id);
    }
    const above = this.map.getStyle().layers.find((layer) => /^(selected|label|site)-/.test(layer.id))?.id;
    for (const [larger, width] of wanted) {
      if (this.map.getLayer(`context-${larger}`)) this.map.removeLayer(`context-${larger}`);
      if (!this.map.getSource(larger)) {
        this.addTileset(larger, tilejsons[larger]);
        this.setVisible(larger, false);
      }
      this.map.addLayer(contextLayer(larger, width), above);
    }
  }

  /** Outline one area of a tileset, drawn or not; null takes the outline away. */
  async outline(slug, tilejson, id) {
    const wanted = slug === null ? "" : `${slug} ${id}`;
    if (wanted === this.outlined) return;
    this.outlined = wanted;
    await this.loaded;
    if (wanted !== this.outlined) return;
    for (const layer of this.map.getStyle().layers) if (layer.id.startsWith("selected-")) this.map.removeLayer(layer.id);
    if (slug === null) return;
    if (!this.map.getSource(slug)) {
      this.addTileset(slug, tilejson);
      this.setVisible(slug, false);
    }
    const above = this.map.getStyle().layers.find((layer) => /^(label|site)-/.test(layer.id))?.id;
    for (const layer of selectedLayers(slug, id)) this.map.addLayer(layer, above);
  }

  /** Names of places, `far` (regions, districts) or `near` (neighbourhoods), once. */
  async showLabels(reach, points) {
    await this.loaded;
    if (this.map.getSource(`labels-${reach}`)) return;
    this.map.addSource(`labels-${reach}`, { type: "geojson", data: points });
    const below = this.map.getLayer("label-district") ? "label-district" : undefined;
    for (const layer of labelLayers(reach)) this.map.addLayer(layer, below);
  }

  /** Show the sites of one kind (GeoJSON), or hide them (null). */
  async showSites(kind, points) {
    await this.loaded;
    const id = `site-${kind}`;
    if (points && !this.map.getSource(id)) {
      this.map.addSource(id, { type: "geojson", data: points });
      this.map.addLayer(siteLayer(kind));
    }
    if (this.map.getLayer(id)) this.map.setLayoutProperty(id, "visibility", points ? "visible" : "none");
  }

  /** Go to a box of degrees or to a point, flying unless the reader wants less motion. */
  async goTo({ bounds, longitude, latitude, zoom }, padding) {
    await this.loaded;
    const how = { padding, animate: !this.calm, duration: 900, maxZoom: 13 };
    if (bounds)
      this.map.fitBounds(
        [
          [bounds[0], bounds[1]],
          [bounds[2], bounds[3]],
        ],
        how,
      );
    else if (Number.isFinite(longitude)) this.map.easeTo({ center: [longitude, latitude], zoom: zoom ?? 12, ...how });
  }

  /** Bring a point out from under what covers the right `covered` pixels of the map. */
  uncover({ longitude, latitude }, covered) {
    if (!Number.isFinite(longitude)) return;
    const { x, y } = this.map.project([longitude, latitude]);
    const { width, height } = this.map.getCanvas().getBoundingClientRect();
    const isSeen = x >= 0 && x <= width - covered - 40 && y >= 0 && y <= height;
    if (!isSeen)
      this.map.easeTo({ center: [longitude, latitude], padding: { left: 0, right: covered, top: 0, bottom: 0 }, animate: !this.calm, duration: 500 });
  }

  jumpTo({ latitude, longitude, zoom }) {
    this.map.jumpTo({ center: [longitude, latitude], zoom });
  }

  idle() {
    return new Promise((resolve) => (this.map.loaded() && !this.map.isMoving() ? resolve() : this.map.once("idle", resolve)));
  }
}
