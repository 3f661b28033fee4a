// Touches the page: the list of one's own catchments: each is opened, renamed, taken away, or taken as one of two to compare.

import { get, patch, send } from "./desk.js";
import { announce, byId, fill, h } from "./dom.js";
import { plainNumber, plural } from "./words.js";

const NONE = "None yet. Save a catchment and it stands here: for this browser alone, by a cookie that lasts a year. Whoever has its link can open it too.";
const BOTH = 2;

export class Kept extends EventTarget {
  /** Tells `open` an id, `compare` two ids, `renamed` {id, name}, `removed` an id, and `trouble`. */
  constructor() {
    super();
    Object.assign(this, { list: [], taken: [], now: "", acting: null });
  }

  /** Ask anew for what there is. */
  async load() {
    try {
      this.list = (await get("catchments")).results;
    } catch (trouble) {
      byId("now-kept").textContent = "";
      return fill(
        byId("kept"),
        h("p", { class: "quiet" }, trouble.isAbsent ? "This service keeps no catchments." : `They cannot be listed. ${trouble.message}`),
      );
    }
    this.taken = this.taken.filter((id) => this.find(id));
    return this.draw();
  }

  /** The catchment at hand; empty: none of these. */
  mark(id) {
    this.now = id;
    for (const row of byId("kept").querySelectorAll("[data-kept]")) {
      const name = row.querySelector(".kept-name");
      if (row.dataset.kept === id) name?.setAttribute("aria-current", "true");
      else name?.removeAttribute("aria-current");
    }
  }

  find(id) {
    return this.list.find((one) => one.id === id);
  }

  draw() {
    const { list, taken } = this;
    byId("now-kept").textContent = list.length ? plainNumber(list.length) : "none";
    if (!list.length) return fill(byId("kept"), h("p", { class: "quiet" }, NONE));
    return fill(
      byId("kept"),
      h("ul", { class: "kept", "aria-label": "Your catchments" }, ...list.map((one) => this.row(one))),
      list.length < BOTH
        ? null
        : h(
            "button",
            { type: "button", class: "button", id: "kept-compare", disabled: taken.length < BOTH, onclick: () => this.tell("compare", taken) },
            "Compare two",
          ),
    );
  }

  row(one) {
    const { acting, now } = this;
    const isNow = one.id === now;
    const open = h("button", { type: "button", class: "kept-name", "aria-current": isNow ? "true" : null, onclick: () => this.tell("open", one.id) }, one.name);
    const parts = acting?.id === one.id ? this[acting.does](one) : this.acts(one);
    return h(
      "li",
      { "data-kept": one.id },
      acting?.does === "renaming" && acting.id === one.id ? null : open,
      h("span", { class: "quiet" }, rowWords(one)),
      parts,
    );
  }

  acts(one) {
    const { taken } = this;
    const isTaken = taken.includes(one.id);
    const take = h("input", { type: "checkbox", checked: isTaken, disabled: !isTaken && taken.length === BOTH, "aria-label": `Compare ${one.name}` });
    take.addEventListener("change", () => {
      this.taken = take.checked ? [...taken, one.id] : taken.filter((id) => id !== one.id);
      this.again(one.id, "input");
    });
    const act = (does, title) =>
      h("button", { type: "button", class: "button", "data-act": does, "aria-label": `${title} ${one.name}`, onclick: () => this.begin(one, does) }, title);
    return h(
      "span",
      { class: "kept-acts" },
      this.list.length < BOTH ? null : h("label", {}, take, " Compare"),
      act("renaming", "Rename"),
      act("removing", "Delete"),
    );
  }

  renaming(one) {
    const input = h("input", { type: "text", maxlength: 120, value: one.name, "aria-label": `New name of ${one.name}`, autocomplete: "off" });
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.rename(one, input.value.trim());
    });
    return this.either(one, input, h("button", { type: "button", class: "button", onclick: () => this.rename(one, input.value.trim()) }, "Keep name"));
  }

  removing(one) {
    return this.either(one, h("button", { type: "button", class: "button", onclick: () => this.remove(one) }, "Delete for good"));
  }

  /** What is being done, and a way to leave it; Escape leaves it too. */
  either(one, ...parts) {
    const leave = h("button", { type: "button", class: "button", "data-leave": "", onclick: () => this.leave(one) }, "Leave as it is");
    const span = h("span", { class: "kept-acts" }, ...parts, leave);
    span.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.leave(one);
    });
    return span;
  }

  begin(one, does) {
    this.acting = { id: one.id, does };
    this.again(one.id, does === "renaming" ? "input" : "[data-leave]");
    if (does === "renaming") this.at(one.id, "input")?.select();
  }

  leave(one) {
    const does = this.acting?.does;
    this.acting = null;
    this.again(one.id, `[data-act=${does}]`);
  }

  async rename(one, name) {
    if (!name || name === one.name) return this.leave(one);
    const done = await this.work(() => patch(`catchments/${encodeURIComponent(one.id)}`, { name }));
    if (!done) return undefined;
    this.acting = null;
    this.tell("renamed", { id: one.id, name: done.name });
    await this.load();
    announce(`Renamed to ${done.name}.`);
    return this.at(one.id, "[data-act=renaming]")?.focus();
  }

  async remove(one) {
    const place = this.list.indexOf(one);
    if (!(await this.work(async () => (await send("DELETE", `catchments/${encodeURIComponent(one.id)}`)) ?? true))) return;
    this.acting = null;
    this.tell("removed", one.id);
    await this.load();
    announce(`${one.name} is deleted.`);
    const next = this.list[Math.min(place, this.list.length - 1)];
    (next ? this.at(next.id, ".kept-name") : byId("kept").closest("details").querySelector("summary")).focus();
  }

  async work(action) {
    try {
      return await action();
    } catch (trouble) {
      this.tell("trouble", trouble);
      return null;
    }
  }

  /** Draw anew, with the focus in one row. */
  again(id, selector) {
    this.draw();
    this.at(id, selector)?.focus();
  }

  at(id, selector) {
    return byId("kept").querySelector(`[data-kept="${CSS.escape(id)}"] ${selector}`);
  }

  tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** "21,345 people in 12 neighbourhoods, changed 26 November 2026" */
function rowWords({ people, neighbourhoods, changed_at: changed }) {
  const who = people === null ? plural(neighbourhoods, "neighbourhood") : `${plural(people, "person", "people")} in ${plural(neighbourhoods, "neighbourhood")}`;
  const day = new Date(changed).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });
  return `${who}, changed ${day}`;
}
