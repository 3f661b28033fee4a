// Touches the page: the search box: a combobox whose list answers to the arrow keys.

import { announce, byId, fill, h, later } from "./dom.js";

export class Search extends EventTarget {
  /** `find`: text -> {results}. */
  constructor(find) {
    super();
    this.find = find;
    this.input = byId("search-text");
    this.list = byId("search-list");
    this.results = [];
    this.at = -1;
    this.asked = "";
    const ask = later(() => this.ask(), 180);
    this.input.addEventListener("input", () => {
      this.chosen = false;
      ask();
    });
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    this.input.addEventListener("focus", () => this.results.length && this.asked === this.input.value.trim() && !this.chosen && this.draw());
    byId("search").addEventListener("submit", (event) => {
      event.preventDefault();
      this.enter();
    });
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const row = event.target.closest("[role=option]");
      if (row) this.choose(Number(row.dataset.at));
    });
  }

  async ask() {
    const text = this.input.value.trim();
    this.asked = text;
    if (text.length < 2) return this.close();
    let results;
    try {
      ({ results } = await this.find(text));
    } catch (trouble) {
      return this.say(trouble.message);
    }
    if (this.asked !== text) return undefined;
    this.results = results;
    this.at = -1;
    return results.length ? this.draw() : this.say(`Nothing found for “${text}”. Try a postcode (N17 0AA), a district or a code.`);
  }

  draw() {
    const rows = this.results.map((hit, at) =>
      h("li", { role: "option", id: `hit-${at}`, "data-at": at, "aria-selected": String(at === this.at) }, h("span", {}, hit.title), h("span", {}, hit.detail)),
    );
    fill(this.list, rows);
    this.open();
    announce(`${rows.length} found`);
  }

  say(words) {
    this.results = [];
    fill(this.list, h("li", { class: "none", role: "option", "aria-disabled": "true", "aria-selected": "false" }, words));
    this.open();
    announce(words);
  }

  open() {
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
  }

  close() {
    this.list.hidden = true;
    this.at = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  key(event) {
    if (event.key === "Escape") {
      if (this.list.hidden) this.input.value = "";
      this.close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (this.list.hidden && this.results.length) this.draw();
      this.move(event.key === "ArrowDown" ? 1 : -1);
    }
  }

  move(by) {
    if (!this.results.length) return;
    this.at = (this.at + by + this.results.length) % this.results.length;
    for (const row of this.list.children) {
      const isHere = Number(row.dataset.at) === this.at;
      row.setAttribute("aria-selected", String(isHere));
      if (isHere) row.scrollIntoView({ block: "nearest" });
    }
    this.input.setAttribute("aria-activedescendant", `hit-${this.at}`);
  }

  async enter() {
    if (this.asked !== this.input.value.trim() || this.chosen) await this.ask();
    if (this.results.length) this.choose(Math.max(this.at, 0));
  }

  choose(at) {
    const hit = this.results[at];
    this.chosen = true;
    this.input.value = hit.title;
    this.asked = hit.title;
    this.close();
    this.dispatchEvent(new CustomEvent("found", { detail: hit }));
  }
}
