// Touches the page: tables of minutes of the reader's own: sent with their mode, chosen for a plan, their places taken, and taken away.

import { get, send, upload } from "./desk.js";
import { announce, byId, fill, h } from "./dom.js";
import { plural } from "./words.js";

const MOST_BYTES = 10_000_000;
const WORDS = ["mode", "source"];

export class PlanMinutes extends EventTarget {
  /** Tells `list` when there are others than before, `choose` {provider} with the one to plan by, and `places` to be candidates. */
  constructor() {
    super();
    Object.assign(this, { list: [], file: null, leaving: "" });
    byId("minutes-file").addEventListener("change", ({ target }) => {
      this.file = target.files[0] ?? null;
      target.value = "";
      this.offer();
    });
    for (const name of WORDS) {
      byId(`minutes-${name}`).addEventListener("change", () => this.offer());
      byId(`minutes-${name}`).addEventListener("keydown", (event) => {
        if (event.key !== "Enter") return;
        // Enter in a form would propose stops.
        event.preventDefault();
        this.offer();
      });
    }
  }

  async load() {
    this.list = await get("travel/matrices").then(
      ({ results }) => results,
      () => [],
    );
    this.draw();
  }

  /** Ways to minutes, as the choice of them has them. */
  providers() {
    return this.list.map(({ provider, name, mode, source }) => ({ provider, title: name, mode, words: `Measured: ${source}.` }));
  }

  /** Send the file that was chosen, once it is said what one travels by and who measured it. */
  async offer() {
    const { file } = this;
    if (!file) return;
    if (file.size > MOST_BYTES) return this.wrong(`${file.name} is larger than 10 MB.`);
    const [mode, source] = WORDS.map((name) => byId(`minutes-${name}`).value.trim());
    this.wrong("");
    if (!mode || !source) {
      byId("minutes-note").textContent = `${file.name} is sent once you have said ${mode ? "who measured it" : "what one travels by"}.`;
      byId(`minutes-${mode ? "source" : "mode"}`).focus();
      return;
    }
    this.file = null;
    byId("minutes-note").textContent = `Reading ${file.name} …`;
    try {
      const { provider, name } = await upload("travel/matrices", file, { mode, source });
      await this.load();
      this.tell("list");
      this.tell("choose", { provider });
      byId("minutes-note").textContent = `${name} is kept, and the next plan is made by it.`;
    } catch (trouble) {
      byId("minutes-note").textContent = "";
      this.wrong(trouble.message);
    }
  }

  wrong(words) {
    fill(byId("minutes-trouble"), words ? h("span", { class: "wrong" }, words) : "");
    if (words) this.file = null;
  }

  draw() {
    fill(
      byId("minutes-list"),
      this.list.length ? h("ul", { class: "kept", "aria-label": "Your tables of minutes" }, ...this.list.map((one) => this.row(one))) : null,
    );
  }

  row(one) {
    const button = (title, onclick, more = {}) => h("button", { type: "button", class: "button", onclick, ...more }, title);
    const of = (title) => ({ "aria-label": `${title}: ${one.name}` });
    const acts = [
      button("Plan by it", () => this.tell("choose", { provider: one.provider }), of("Plan by it")),
      button("Stops from its places", () => this.places(one), of("Stops from its places")),
      button("Delete", () => this.leave(one), { ...of("Delete"), "data-delete": "" }),
    ];
    const sure = [button("Delete for good", () => this.remove(one)), button("Leave as it is", () => this.leave(null, one), { "data-leave": "" })];
    return h(
      "li",
      { "data-minutes": one.id },
      h("strong", {}, one.name),
      h("span", { class: "quiet" }, `By ${one.mode}; ${plural(one.areas, "neighbourhood")} to ${plural(one.places, "place")}.`),
      h("span", { class: "kept-acts" }, ...(this.leaving === one.id ? sure : acts)),
    );
  }

  /** Ask once more before a table is taken away; null: it stays. */
  leave(one, before = one) {
    this.leaving = one?.id ?? "";
    this.draw();
    byId("minutes-list")
      .querySelector(`[data-minutes="${CSS.escape(before.id)}"] [data-${one ? "leave" : "delete"}]`)
      ?.focus();
  }

  async places(one) {
    try {
      const { destinations } = await get(`travel/matrices/${encodeURIComponent(one.id)}`);
      this.tell("places", { places: destinations, provider: one.provider });
      announce(`${plural(destinations.length, "place")} of ${one.name} may serve.`);
    } catch (trouble) {
      this.wrong(trouble.message);
    }
  }

  async remove(one) {
    try {
      await send("DELETE", `travel/matrices/${encodeURIComponent(one.id)}`);
    } catch (trouble) {
      return this.wrong(trouble.message);
    }
    this.leaving = "";
    await this.load();
    this.tell("list");
    byId("minutes-note").textContent = `${one.name} is deleted. Plans that were made by it stay; their files cannot be replayed.`;
    byId("own-minutes").querySelector("summary").focus();
    return undefined;
  }

  tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
