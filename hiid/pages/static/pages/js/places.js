// Touches the page: the map of the findings in the list: their areas, a numbered mark for each place, and what lights up.

import * as maplibre from "../vendor/maplibre-gl/maplibre-gl.mjs";
import { getJSON } from "./data.js";
import { h } from "./dom.js";
import { labelLayers } from "./layers.js";
import { frameOf, marksOf, roomFor, stepFrom } from "./marks.js";
import { areaLayers, landLayers, lineLayer, looksOf, pointLayers, pointsOf } from "./placelayers.js";

const HELP = "Map of the findings in the list. Arrow keys move it, plus and minus zoom. The marks come after it: arrow keys go from one to the next.";
const SEA = "#dde5ea";
const POINTS = "points";
const NARROW = 600;
// Pixels around what is fitted into the map, by its width.
const around = (width) => (width < NARROW ? 16 : 40);

export class Places extends EventTarget {
  /** `settings` as the page was given them; `say(finding)` gives the words of a finding in the list. Throws where there is no WebGL. */
  constructor(container, settings, say) {
    super();
    this.settings = settings;
    this.findings = settings.findings;
    this.byKey = new Map(this.findings.map((finding) => [finding.key, finding]));
    this.drawn = new Set();
    this.lit = new Set();
    this.calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const { bounds, maxZoom } = frameOf(this.findings);
    this.map = new maplibre.Map({
      container,
      style: { version: 8, sources: {}, layers: [{ id: "sea", type: "background", paint: { "background-color": SEA } }] },
      bounds,
      fitBoundsOptions: { padding: around(container.clientWidth), maxZoom },
      // Tiles begin at zoom 5.
      minZoom: 5,
      maxZoom: 15.9,
      dragRotate: false,
      pitchWithRotate: false,
      attributionControl: false,
      // The page scrolls beneath the pointer; the map moves when it is meant.
      cooperativeGestures: true,
      fadeDuration: 0,
      locale: { "Map.Title": HELP },
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.map.addControl(new maplibre.AttributionControl({ compact: true, customAttribution: "Contains OS data © Crown copyright, ONS (OGL v3)" }));
    // On a small map the words of the licence would lie over marks: they wait behind their button.
    const licence = container.querySelector(".maplibregl-ctrl-attrib");
    if (container.clientWidth < NARROW) {
      licence.removeAttribute("open");
      licence.classList.remove("maplibregl-compact-show");
    }
    this.map.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-right");
    this.makeMarks(container, say);
    this.listen();
    this.ready = new Promise((resolve) => this.map.once("style.load", resolve)).then(() => this.draw());
  }

  /** Shapes of every set whose tiles are those of the release; gives the sets whose are not. */
  async draw() {
    const { tilesets, land, lines } = this.settings;
    const slugs = Object.keys(tilesets);
    const told = await Promise.allSettled(slugs.map((slug) => getJSON(`/tiles/${slug}.json`)));
    const usable = new Map(slugs.map((slug, at) => [slug, told[at].value]).filter(([slug, tilejson]) => tilejson?.version === tilesets[slug]));
    for (const [slug, { tiles, minzoom, maxzoom }] of usable) {
      const addresses = tiles.map((address) => new URL(address, location.href).href.replaceAll("%7B", "{").replaceAll("%7D", "}"));
      this.map.addSource(slug, { type: "vector", tiles: addresses, minzoom, maxzoom });
    }
    if (usable.has(land)) for (const layer of landLayers(land)) this.map.addLayer(layer);
    if (usable.has(lines)) this.map.addLayer(lineLayer(lines));
    const sets = new Map(this.findings.filter(({ set }) => usable.has(set)).map(({ set, type }) => [set, type]));
    for (const [set, type] of sets) this.drawSet(set, type);
    this.map.addSource(POINTS, { type: "geojson", data: pointsOf(this.findings) });
    for (const layer of pointLayers(POINTS)) this.map.addLayer(layer);
    this.light([...this.lit]);
    this.map.once("idle", () => {
      this.map.getContainer().dataset.settled = "";
    });
    getJSON("/labels/far.json").then((data) => this.label(data), Boolean);
    return slugs.filter((slug) => !usable.has(slug));
  }

  drawSet(set, type) {
    const looks = looksOf(this.findings, set);
    for (const layer of areaLayers(set, type, looks)) this.map.addLayer(layer);
    for (const [id, { look, strength }] of looks) this.map.setFeatureState({ source: set, sourceLayer: set, id }, { look, strength });
    this.drawn.add(set);
  }

  label(data) {
    this.map.addSource("labels-far", { type: "geojson", data });
    // A marked region needs no name beneath its mark.
    const hasRegions = this.findings.some(({ kind }) => kind === "inequality");
    for (const layer of labelLayers("far")) if (!(hasRegions && layer.id === "label-region")) this.map.addLayer(layer, `${POINTS}-ring`);
  }

  /** One link for each place, of which one at a time is in the order of tabs. */
  makeMarks(container, say) {
    this.marks = marksOf(this.findings).map((mark, at) => this.makeMark(mark, at, say));
    this.overlay = h("div", { class: "marks", role: "group", "aria-label": "Findings on the map, in the order of the list" });
    this.overlay.append(...this.marks.map(({ element }) => element));
    container.append(this.overlay);
  }

  makeMark(mark, at, say) {
    const keys = mark.findings.map(({ key }) => key);
    const words = h("span", { class: "mark-words", "aria-hidden": "true" }, mark.words);
    const label = mark.findings.map((finding) => `${finding.number}: ${say(finding)}`).join(" ");
    const element = h("a", { class: `mark mark-${mark.look}`, href: `#${keys[0]}`, "aria-label": label, tabindex: at ? "-1" : "0" }, words);
    let turn = -1;
    element.addEventListener("click", (event) => {
      event.preventDefault();
      // Of findings that share a mark the next one, so that all are reached.
      turn = (turn + 1) % keys.length;
      this.tell("choose", keys[turn]);
    });
    element.addEventListener("mouseenter", () => this.tell("point", keys));
    element.addEventListener("mouseleave", () => this.tell("point", []));
    element.addEventListener("focus", () => this.reach(at));
    element.addEventListener("keydown", (event) => this.step(at, event));
    return { ...mark, keys, element };
  }

  listen() {
    this.map.on("move", () => this.place());
    this.map.on("resize", () => this.place());
    this.map.on("load", () => this.place());
    this.map.on("mousemove", (event) => this.tell("point", this.keysAt(event.point)));
    this.map.on("mouseout", () => this.tell("point", []));
    this.map.on("click", (event) => {
      const [key] = this.keysAt(event.point);
      if (key) this.tell("choose", key);
    });
    this.place();
  }

  /** Each mark over its place, whole where there is room. */
  place() {
    const lit = this.marks.findIndex(({ keys }) => keys.some((key) => this.lit.has(key)));
    const boxes = this.marks.map(({ at, words }) => {
      const { x, y } = this.map.project(at);
      const width = Math.max(26, 12 + 7.5 * words.length);
      return { x: x - width / 2, y: y - 13, width, height: 26, middle: [x, y] };
    });
    const room = roomFor(boxes, lit);
    for (const [at, { element }] of this.marks.entries()) {
      const [x, y] = boxes[at].middle;
      element.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px) translate(-50%, -50%)`;
      element.classList.toggle("mark-pip", !room[at]);
      element.classList.toggle(
        "mark-lit",
        this.marks[at].keys.some((key) => this.lit.has(key)),
      );
    }
  }

  /** Light up these findings and nothing else. */
  light(keys) {
    for (const key of this.lit) this.ring(key, false);
    this.lit = new Set(keys);
    for (const key of this.lit) this.ring(key, true);
    this.place();
  }

  ring(key, lit) {
    const finding = this.byKey.get(key);
    if (!finding || !this.map.getSource(POINTS)) return;
    if (this.drawn.has(finding.set)) for (const id of finding.ids) this.map.setFeatureState({ source: finding.set, sourceLayer: finding.set, id }, { lit });
    for (const { id, properties } of this.points().features) if (properties.key === key) this.map.setFeatureState({ source: POINTS, id }, { lit });
  }

  points() {
    this.known ??= pointsOf(this.findings);
    return this.known;
  }

  /** Keys of the findings under a point of the screen, an area's own before windows and regions, at most those of one area. */
  keysAt(point) {
    const layers = [...[...this.drawn].map((set) => `${set}-fill`), `${POINTS}-dot`].filter((id) => this.map.getLayer(id));
    const [feature] = layers.length ? this.map.queryRenderedFeatures(point, { layers }) : [];
    if (!feature) return [];
    if (feature.source === POINTS) return [feature.properties.key];
    return this.findings.filter(({ set, ids }) => set === feature.source && ids.includes(feature.id)).map(({ key }) => key);
  }

  /** Bring a finding into view, close enough to tell it from its neighbours, and give its mark the focus. */
  goTo(key) {
    const finding = this.byKey.get(key);
    const { bounds, maxZoom } = frameOf([finding]);
    this.map.fitBounds(bounds, {
      padding: around(this.map.getContainer().clientWidth),
      maxZoom: Math.max(maxZoom - 1.5, 6),
      animate: !this.calm,
      duration: 600,
    });
    this.marks.find(({ keys }) => keys.includes(key)).element.focus({ preventScroll: true });
  }

  /** The mark has the focus: it is the one that tabs come back to, and it is seen. */
  reach(at) {
    for (const [other, { element }] of this.marks.entries()) element.tabIndex = other === at ? 0 : -1;
    this.tell("focus", this.marks[at].keys);
    const { x, y } = this.map.project(this.marks[at].at);
    const { clientWidth, clientHeight } = this.map.getContainer();
    if (x < 0 || y < 0 || x > clientWidth || y > clientHeight) this.map.easeTo({ center: this.marks[at].at, animate: !this.calm, duration: 400 });
  }

  step(at, event) {
    const to = stepFrom(at, event.key, this.marks.length);
    if (to === null || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.marks[to].element.focus({ preventScroll: true });
  }

  tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
