// Touches the page: shapes drawn on the map by mouse, finger or keys; edited, undone and done again.

import { TerraDraw, TerraDrawCircleMode, TerraDrawFreehandMode, TerraDrawPolygonMode, TerraDrawSelectMode } from "../vendor/terra-draw/terra-draw.mjs";
import { TerraDrawMapLibreGLAdapter } from "../vendor/terra-draw-maplibre-gl-adapter/terra-draw-maplibre-gl-adapter.mjs";
import { Cursor } from "./cursor.js";
import { announce } from "./dom.js";
import { History, polygonOf } from "./shapes.js";

const INK = "#212b32";
const LINE = { fillColor: "#425563", fillOpacity: 0.12, outlineColor: INK, outlineWidth: 2 };
const EDITABLE = { feature: { draggable: true, coordinates: { midpoints: true, draggable: true, deletable: true } } };
// Degrees to nine digits, as the library wants them.
const DIGITS = 9;
export const MODES = { polygon: "Corners", circle: "Circle", freehand: "Freehand", select: "Edit" };
// By finger or mouse, and by keys.
const TOLD = {
  polygon: [
    "Press for each corner, and the first again to end.",
    "By keys: arrows move the cursor, Enter sets a corner, Backspace takes it back, Escape ends.",
  ],
  circle: [
    "Press for the middle, and again for the edge; or drag from the one to the other.",
    "By keys: Enter sets the middle, arrows set the reach, Enter ends.",
  ],
  freehand: ["Press, go around, and press again to end; or go around with the finger down.", "By keys it is drawn like corners."],
  select: ["Press a shape, then drag its corners.", "By keys: arrows move a corner, Enter goes to the next, Backspace takes it away, Escape ends."],
};
// A finger cannot move without touching: what a mouse does by pressing, moving and pressing again, it does in one go.
const DRAGGED = { drawInteraction: "click-move-or-drag" };

export class Drawing extends EventTarget {
  /** Tells `changed` with the polygons drawn, `mode` with what is on. */
  constructor(map) {
    super();
    this.map = map;
    this.mode = "";
    this.history = new History([]);
    const keyEvents = null;
    this.draw = new TerraDraw({
      adapter: new TerraDrawMapLibreGLAdapter({ map, coordinatePrecision: DIGITS }),
      modes: [
        new TerraDrawPolygonMode({ keyEvents, styles: { ...LINE, closingPointColor: "#ffeb3b", closingPointOutlineColor: INK } }),
        new TerraDrawCircleMode({ keyEvents, styles: LINE, ...DRAGGED }),
        new TerraDrawFreehandMode({ keyEvents, styles: LINE, ...DRAGGED }),
        new TerraDrawSelectMode({
          keyEvents,
          flags: { polygon: EDITABLE, circle: EDITABLE, freehand: EDITABLE },
          styles: { selectedPolygonColor: "#425563", selectedPolygonFillOpacity: 0.12, selectedPolygonOutlineColor: INK },
        }),
      ],
    });
    this.draw.start();
    this.cursor = new Cursor(map);
    this.listen();
  }

  listen() {
    this.draw.on("finish", (_, { action }) => {
      this.follow();
      // A shape is done: the map can be moved again, once the library has let go of it.
      if (action === "draw") setTimeout(() => this.mode !== "select" && this.set(""), 0);
    });
    this.draw.on("select", (id) => this.edit(id));
    this.cursor.addEventListener("drawn", ({ detail }) => {
      this.add([detail]);
      this.settle();
      this.set("");
    });
    this.cursor.addEventListener("edited", ({ detail }) => {
      if (!this.draw.hasFeature(this.edited)) return;
      this.draw.updateFeatureGeometry(this.edited, rounded(polygonOf(detail)));
      this.settle();
    });
    this.cursor.addEventListener("left", () => this.set(""));
    this.map.getCanvas().addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
      event.preventDefault();
      if (event.shiftKey) this.redo();
      else this.undo();
    });
  }

  /** Turn a way of drawing on; the one that is on turns off. */
  set(mode) {
    this.mode = mode === this.mode ? "" : mode;
    if (this.draw.getModeState() !== "unregistered") this.draw.setMode(this.mode || "static");
    this.cursor.begin(this.mode === "select" ? "" : this.mode);
    if (this.mode === "select") this.pick();
    this.map.doubleClickZoom[this.mode ? "disable" : "enable"]();
    this.dispatchEvent(new CustomEvent("mode", { detail: this.mode }));
    if (this.mode) announce(TOLD[this.mode].join(" "));
  }

  /** What to do now, by finger or mouse and by keys; nothing while the map is moved. */
  help() {
    return TOLD[this.mode] ?? [];
  }

  /** The last shape is the one to edit until another is pressed. */
  pick() {
    const [last] = this.shapes().slice(-1);
    if (last) this.draw.selectFeature(last.id);
    else announce("There is nothing to edit yet: draw a shape first.");
  }

  edit(id) {
    this.edited = id;
    this.cursor.begin("edit", this.ring());
  }

  /** Corners of the shape that is edited. */
  ring() {
    if (this.edited === undefined || !this.draw.hasFeature(this.edited)) return [];
    return this.draw.getSnapshotFeature(this.edited).geometry.coordinates[0].slice(0, -1);
  }

  shapes() {
    return this.draw
      .getSnapshot()
      .filter(
        ({ geometry, properties }) => geometry.type === "Polygon" && !properties.currentlyDrawing && properties.mode in { polygon: 1, circle: 1, freehand: 1 },
      );
  }

  /** Polygons as they stand. */
  polygons() {
    return this.shapes().map(({ geometry }) => geometry);
  }

  add(polygons) {
    const features = polygons.map((geometry) => ({ type: "Feature", geometry: rounded(geometry), properties: { mode: "polygon" } }));
    const refused = this.draw.addFeatures(features).find(({ valid }) => !valid);
    if (refused) announce(`The shape was not taken: ${refused.reason}`);
  }

  /** The mouse has drawn or moved something; keys go on from there. */
  follow() {
    this.settle();
    this.cursor.take(this.ring());
  }

  /** What was drawn has changed: remember it, and say so. */
  settle() {
    if (this.history.push(this.polygons())) this.tell();
  }

  /** Show other polygons in place of what is drawn; `isNew`: as a step that can be undone. */
  replace(polygons, { isNew = true } = {}) {
    const { mode } = this;
    if (mode) this.set("");
    this.draw.clear();
    this.add(polygons);
    if (isNew && !this.history.push(this.polygons())) return;
    this.tell();
  }

  undo() {
    if (this.cursor.isBusy) return this.cursor.back();
    if (!this.history.canUndo) return announce("Nothing to undo.");
    this.replace(this.history.undo(), { isNew: false });
    return announce("Undone.");
  }

  redo() {
    if (!this.history.canRedo) return announce("Nothing to do again.");
    this.replace(this.history.redo(), { isNew: false });
    return announce("Done again.");
  }

  tell() {
    this.dispatchEvent(new CustomEvent("changed", { detail: this.polygons() }));
  }
}

function rounded(geometry) {
  const round = (number) => Number(number.toFixed(DIGITS));
  return { ...geometry, coordinates: geometry.coordinates.map((ring) => ring.map((point) => point.map(round))) };
}
