// Touches the page: on a narrow screen, the sheet below the map: three heights, four parts, moved by thumb or key.

import { byId } from "./dom.js";

const HEIGHTS = ["low", "half", "full"];

export class Sheet {
  constructor() {
    this.element = byId("sheet");
    this.handle = byId("sheet-handle");
    this.handle.addEventListener("click", () => this.set(HEIGHTS[(HEIGHTS.indexOf(this.height) + 1) % HEIGHTS.length]));
    this.handle.addEventListener("keydown", (event) => {
      const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (!by) return;
      event.preventDefault();
      this.set(HEIGHTS[Math.min(2, Math.max(0, HEIGHTS.indexOf(this.height) + by))]);
    });
    this.drag();
    this.tabs = [...byId("sheet-tabs").querySelectorAll("button")];
    for (const tab of this.tabs) {
      tab.addEventListener("click", () => {
        this.open(tab.dataset.tab);
        this.element.dispatchEvent(new CustomEvent("part", { detail: tab.dataset.tab }));
      });
    }
  }

  get isUsed() {
    return matchMedia("(max-width: 700px)").matches;
  }

  get height() {
    return this.element.dataset.height;
  }

  set(height) {
    this.element.dataset.height = height;
    byId("sheet-word").textContent = height;
  }

  /** Bring one part to the front, and the sheet up if it lies low. */
  open(tab) {
    this.element.dataset.tab = tab;
    for (const button of this.tabs) button.setAttribute("aria-pressed", String(button.dataset.tab === tab));
    if (this.isUsed && this.height === "low") this.set("half");
  }

  drag() {
    let from = null;
    this.handle.addEventListener("pointerdown", (event) => {
      from = event.clientY;
      this.handle.setPointerCapture(event.pointerId);
    });
    this.handle.addEventListener("pointerup", (event) => {
      const moved = from === null ? 0 : from - event.clientY;
      from = null;
      if (Math.abs(moved) < 24) return;
      const steps = Math.abs(moved) > innerHeight * 0.4 ? 2 : 1;
      const at = HEIGHTS.indexOf(this.height) + Math.sign(moved) * steps;
      this.set(HEIGHTS[Math.min(2, Math.max(0, at))]);
      this.handle.addEventListener("click", (click) => click.stopImmediatePropagation(), { once: true, capture: true });
    });
  }
}
