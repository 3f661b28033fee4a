// Touches the page: drawing and editing by keys: a cursor over the map that arrow keys move, Enter sets, Backspace takes back, Escape ends.

import { announce, byId } from "./dom.js";
import { circleOf, collectionOf, metresBetween, polygonOf } from "./shapes.js";
import { plainNumber, plural } from "./words.js";

const INK = "#212b32";
const STEP = 12;
const LONG = 4;
// As near as this to the first corner, Enter closes the area.
const NEAR = 10;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const EMPTY = { type: "FeatureCollection", features: [] };

export class Cursor extends EventTarget {
  /** Tells `drawn` a polygon, `edited` a ring of corners, and `left` when Escape is pressed with nothing begun. */
  constructor(map) {
    super();
    Object.assign(this, { map, mode: "", corners: [], at: null, editing: -1, waiting: 0 });
    map.addSource("draft", { type: "geojson", data: EMPTY });
    map.addLayer({ id: "site-draft-line", type: "line", source: "draft", paint: { "line-color": INK, "line-width": 2, "line-dasharray": [2, 1.5] } });
    map.addLayer({
      id: "site-draft-corner",
      type: "circle",
      source: "draft",
      filter: ["==", ["geometry-type"], "Point"],
      paint: {
        "circle-radius": ["case", ["get", "now"], 8, 5],
        "circle-color": ["case", ["get", "now"], "#ffeb3b", "#ffffff"],
        "circle-stroke-color": INK,
        "circle-stroke-width": 2,
      },
    });
    map.getCanvas().addEventListener("keydown", (event) => this.key(event), { capture: true });
    map.on("move", () => this.place());
  }

  /** polygon, circle, freehand (as polygon), edit, or empty for none. For edit, `ring`: the corners. */
  begin(mode, ring = []) {
    this.mode = mode === "freehand" ? "polygon" : mode;
    this.corners = mode === "edit" ? ring : [];
    this.editing = mode === "edit" ? 0 : -1;
    this.at = mode === "edit" ? (ring[0] ?? null) : null;
    this.draw();
  }

  /** The corners as something else has moved them; the one that is edited stays so. */
  take(ring) {
    // What was just moved by keys is told first.
    if (this.mode !== "edit" || this.waiting) return;
    this.corners = ring;
    this.editing = Math.min(Math.max(this.editing, 0), ring.length - 1);
    this.at = ring[this.editing] ?? null;
    this.draw();
  }

  get isBusy() {
    return this.mode !== "edit" && this.corners.length > 0;
  }

  key(event) {
    if (!this.mode || event.ctrlKey || event.metaKey || event.altKey) return;
    const by = ARROWS[event.key];
    const act = by
      ? () => this.step(by, event.shiftKey ? LONG : 1)
      : { Enter: () => this.enter(), Backspace: () => this.back(), Escape: () => this.end() }[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    act();
  }

  step(by, times) {
    const from = this.at ?? this.map.getCenter().toArray();
    const { x, y } = this.map.project(from);
    this.at = this.map.unproject([x + by[0] * STEP * times, y + by[1] * STEP * times]).toArray();
    if (this.editing >= 0) this.corners = this.corners.with(this.editing, this.at);
    this.keepInSight();
    this.draw();
    if (this.editing >= 0) this.tellEdited();
  }

  keepInSight() {
    const { x, y } = this.map.project(this.at);
    const { width, height } = this.map.getCanvas().getBoundingClientRect();
    const over = (value, most) => (value < 40 ? value - 40 : value > most - 40 ? value - most + 40 : 0);
    const by = [over(x, width), over(y, height)];
    if (by[0] || by[1]) this.map.panBy(by, { animate: false });
  }

  enter() {
    this.at ??= this.map.getCenter().toArray();
    if (this.mode === "edit") return this.next();
    if (this.mode === "circle" && this.corners.length === 1) return this.finish();
    if (this.corners.length >= 3 && this.isNearFirst()) return this.finish();
    this.corners = [...this.corners, this.at];
    if (this.mode === "circle") announce("Centre set. Arrow keys set how far it reaches, Enter ends.");
    else announce(`Corner ${this.corners.length} set.${this.corners.length >= 3 ? " Escape closes the area." : ""}`);
    return this.draw();
  }

  isNearFirst() {
    const [a, b] = [this.corners[0], this.at].map((one) => this.map.project(one));
    return Math.hypot(a.x - b.x, a.y - b.y) < NEAR;
  }

  next() {
    if (!this.corners.length) return;
    this.editing = (this.editing + 1) % this.corners.length;
    this.at = this.corners[this.editing];
    announce(`Corner ${this.editing + 1} of ${this.corners.length}. Arrow keys move it, Backspace takes it away, Escape ends.`);
    this.draw();
  }

  back() {
    if (this.mode === "edit") {
      if (this.corners.length <= 3) return announce("An area has three corners at least.");
      this.corners = this.corners.toSpliced(this.editing, 1);
      this.editing = Math.min(this.editing, this.corners.length - 1);
      this.at = this.corners[this.editing];
      this.draw();
      return this.tellEdited();
    }
    if (!this.corners.length) return announce("No corner is left to take back.");
    this.corners = this.corners.slice(0, -1);
    this.at = this.corners.at(-1) ?? this.at;
    announce(`Taken back. ${plural(this.corners.length, "corner")} left.`);
    return this.draw();
  }

  end() {
    const isBegun = this.corners.length > 0 && this.mode !== "edit";
    if (isBegun) return this.finish();
    this.begin("");
    return this.dispatchEvent(new Event("left"));
  }

  finish() {
    const shape = this.mode === "circle" ? this.circle() : polygonOf(this.corners);
    this.corners = [];
    this.draw();
    if (shape) this.dispatchEvent(new CustomEvent("drawn", { detail: shape }));
    else announce("Fewer than three corners make no area: nothing was drawn.");
  }

  circle() {
    const metres = metresBetween(this.corners[0], this.at);
    return metres > 1 ? circleOf(this.corners[0], metres) : null;
  }

  tellEdited() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => {
      this.waiting = 0;
      this.dispatchEvent(new CustomEvent("edited", { detail: this.corners }));
    }, 400);
  }

  /** The cursor, the corners set so far and the line between them. */
  draw() {
    const points = this.corners.map((at, place) => feature({ type: "Point", coordinates: at }, { now: place === this.editing }));
    const line = this.mode === "circle" ? (this.corners.length && this.at ? [this.circle()].filter(Boolean) : []) : this.path();
    this.map.getSource("draft").setData({ ...collectionOf([]), features: [...line.map((one) => feature(one, { now: false })), ...points] });
    this.place();
  }

  path() {
    const corners = this.mode === "edit" ? [...this.corners, this.corners[0]] : [...this.corners, this.at];
    return this.corners.length ? [{ type: "LineString", coordinates: corners.filter(Boolean) }] : [];
  }

  place() {
    const cross = byId("crosshair");
    cross.hidden = !this.mode || !this.at;
    if (cross.hidden) return;
    const { x, y } = this.map.project(this.at);
    cross.style.left = `${x}px`;
    cross.style.top = `${y}px`;
    if (this.mode === "circle" && this.corners.length) byId("crosshair").dataset.metres = plainNumber(metresBetween(this.corners[0], this.at));
  }
}

function feature(geometry, properties) {
  return { type: "Feature", properties, geometry };
}
