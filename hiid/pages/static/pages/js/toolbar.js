// Touches the page: ways of drawing over the map, and what undoes them.

import { byId, fill, h } from "./dom.js";
import { MODES } from "./drawing.js";

export class Toolbar {
  /** `clear`: what to do when everything is to go. */
  constructor(drawing, clear) {
    this.drawing = drawing;
    const button = (attributes, title, onclick) => h("button", { type: "button", class: "tool", ...attributes, onclick }, title);
    fill(
      byId("drawing"),
      ...Object.entries(MODES).map(([mode, title]) => button({ "data-mode": mode, "aria-pressed": "false" }, title, () => this.start(mode))),
      button({ id: "undo" }, "Undo", () => drawing.undo()),
      button({ id: "redo" }, "Redo", () => drawing.redo()),
      button({ id: "clear" }, "Clear", clear),
    );
    this.show({ isAnything: false });
  }

  start(mode) {
    this.drawing.set(mode);
    if (this.drawing.mode) this.drawing.map.getCanvas().focus({ preventScroll: true });
  }

  /** What is on, and what can be pressed. `isAnything`: whether there is a catchment, drawn or not. */
  show({ isAnything }) {
    const { drawing } = this;
    for (const button of byId("drawing").querySelectorAll("[data-mode]")) button.setAttribute("aria-pressed", String(button.dataset.mode === drawing.mode));
    byId("undo").disabled = !drawing.history.canUndo;
    byId("redo").disabled = !drawing.history.canRedo;
    byId("clear").disabled = !isAnything && !drawing.polygons().length;
    const [words, byKeys] = drawing.help();
    fill(byId("drawing-help"), words, byKeys ? h("span", { class: "by-keys" }, ` ${byKeys}`) : null);
  }
}
