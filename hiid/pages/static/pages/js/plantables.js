// Touches the page: the tables below the map: stops, schedule, places that may serve, and two plans side by side.

import { byId, fill, h } from "./dom.js";
import { decisionOf } from "./planstate.js";
import { comparedRows, daysWords, gainWords, minutesWords } from "./planwords.js";
import { plainNumber, plural } from "./words.js";

const DECISIONS = { free: "may serve", must: "must serve", not: "must not serve" };
// More rows than this are not read: the filter finds the others.
const MOST_ROWS = 200;

export class PlanTables extends EventTarget {
  /** Tells `choose` id of a stop, `decide` {id, decision}, and `close`. */
  constructor() {
    super();
    this.element = byId("drawer");
    this.tab = "stops";
    this.facts = {};
    this.filter = "";
  }

  /** `facts`: plan, other, state, candidates (or null while they come), trouble of them. */
  show(facts) {
    this.facts = facts;
    this.draw();
  }

  draw() {
    const tabs = { stops: "Stops", schedule: "Schedule", places: "Places that may serve", ...(this.facts.other ? { compared: "Two plans" } : {}) };
    if (!(this.tab in tabs)) this.tab = "stops";
    const buttons = Object.entries(tabs).map(([tab, title]) =>
      h("button", { type: "button", class: "button", "aria-pressed": String(tab === this.tab), onclick: () => this.open(tab) }, title),
    );
    fill(
      this.element,
      h(
        "div",
        { class: "drawer-head" },
        h("div", { class: "drawer-tabs", role: "group", "aria-label": "Which table" }, buttons),
        this.tab === "places" ? this.search() : null,
        h("button", { type: "button", class: "close", "aria-label": "Close the table", onclick: () => this.dispatchEvent(new Event("close")) }, "×"),
      ),
      h("div", { class: "drawer-scroll", tabindex: "0", role: "region", "aria-label": tabs[this.tab] }, this[this.tab]()),
    );
  }

  open(tab) {
    this.tab = tab;
    this.draw();
    this.element.querySelector("[aria-pressed=true]").focus();
  }

  search() {
    const input = h("input", { type: "search", "aria-label": "Find a place", placeholder: "Find a place", value: this.filter });
    input.addEventListener("input", () => {
      this.filter = input.value;
      fill(this.element.querySelector(".drawer-scroll"), this.places());
    });
    return input;
  }

  stops() {
    const { plan, chosen } = this.facts;
    if (!plan) return h("p", { class: "empty" }, "There is no plan yet. Make your choices and press Propose stops.");
    const rows = plan.sites.map((site, at) =>
      h(
        "tr",
        { class: site.id === chosen ? "is-selected" : null },
        h("td", { class: "number" }, String(at + 1)),
        h(
          "th",
          { scope: "row" },
          h("button", { type: "button", class: "row-name", onclick: () => this.tell("choose", site.id) }, site.name),
          site.is_area_of_search ? h("small", {}, " area of search: no place was looked at") : null,
          site.is_existing ? h("small", {}, " serves already") : null,
        ),
        h("td", {}, site.gain ? gainWords(site.gain) : (site.refused ?? "cannot be told")),
        h("td", { class: "number" }, number(site.need, site.refused)),
        h("td", { class: "number" }, number(site.workload, site.refused)),
        h("td", { class: "number" }, minutesWords(site.minutes_mean)),
        h("td", { class: "number" }, site.weeks === null || site.weeks === undefined ? "–" : plainNumber(site.weeks)),
      ),
    );
    return table(["", "Stop", "Gain", "Due who have not come", "Seen in the window", "Mean journey", "Weeks"], rows, "Stops of the plan", [0, 3, 4, 5, 6]);
  }

  schedule() {
    const { plan } = this.facts;
    const rows = plan?.schedule?.rows ?? [];
    if (!rows.length) {
      const why = plan
        ? (plan.schedule?.notes ?? []).join(" ") ||
          "No schedule was made for this plan: the programme is not delivered by a vehicle, or the weeks do not hold it."
        : "There is no plan yet. Make your choices and press Propose stops.";
      return h("p", { class: "empty" }, why);
    }
    const drawn = rows.map((row) =>
      h(
        "tr",
        {},
        h("td", { class: "number" }, String(row.week ?? "")),
        h("td", {}, daysWords(row.starts, row.ends)),
        h("td", { class: "number" }, String(row.vehicle ?? 1)),
        h("th", { scope: "row" }, row.name ?? row.site ?? ""),
        h("td", {}, row.note ?? ""),
      ),
    );
    return [
      table(["Week", "Days", "Vehicle", "Stop", "Note"], drawn, "Schedule", [0, 2]),
      this.practices(plan),
      ...(plan.schedule.notes ?? []).map((note) => h("p", { class: "quiet" }, note)),
    ];
  }

  /** When the people of each practice are seen; nothing where no practices were given. */
  practices({ schedule, sites }) {
    if (!schedule.practices?.length) return null;
    const names = new Map(sites.map((site) => [site.id, site.name]));
    const rows = schedule.practices.map((one) =>
      h(
        "tr",
        {},
        h("th", { scope: "row" }, one.name),
        h("td", {}, names.get(one.site) ?? one.site),
        h("td", {}, daysWords(one.starts, one.ends)),
        h("td", { class: "number" }, String(one.vehicle)),
        h("td", {}, one.late_weeks ? plural(one.late_weeks, "week") : "in time, or no due date"),
      ),
    );
    return table(["Practice", "Stop", "Days", "Vehicle", "Late"], rows, "When the people of each practice are seen", [3]);
  }

  places() {
    const { candidates, state, trouble } = this.facts;
    if (trouble) return h("p", { class: "empty" }, trouble);
    if (!candidates) return [1, 2, 3].map(() => h("div", { class: "ghost" }));
    if (!candidates.length) return h("p", { class: "empty" }, "No place of this kind is known here. Choose another kind, or give your own sites.");
    const text = this.filter.trim().toLowerCase();
    const found = candidates.filter((site) => !text || site.name.toLowerCase().includes(text) || site.id.toLowerCase().includes(text));
    const rows = found.slice(0, MOST_ROWS).map((site) => {
      const select = h(
        "select",
        { "aria-label": `${site.name}: may it serve?` },
        Object.entries(DECISIONS).map(([value, words]) => h("option", { value }, words)),
      );
      select.value = decisionOf(state, site.id);
      select.addEventListener("change", () => this.tell("decide", { id: site.id, decision: select.value }));
      return h("tr", {}, h("th", { scope: "row" }, site.name), h("td", {}, site.id), h("td", {}, select));
    });
    const more = found.length > MOST_ROWS ? h("p", { class: "quiet" }, `${plainNumber(found.length - MOST_ROWS)} more: find them by name.`) : null;
    return [table(["Place", "Code", "Decided"], rows, "Places that may serve"), more];
  }

  compared() {
    const { plan, other, names } = this.facts;
    const rows = comparedRows(plan, other).map(([name, one, two]) => h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, one), h("td", {}, two)));
    return table(["", names.one, names.two], rows, "Two plans side by side");
  }

  tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

function number(value, refused) {
  if (value === null || value === undefined) return refused ? "cannot be shown" : "–";
  return plainNumber(value);
}

function table(heads, rows, caption, numbers = []) {
  const head = heads.map((words, at) =>
    h("th", { scope: "col", class: numbers.includes(at) ? "number plain" : "plain" }, words || h("span", { class: "hidden" }, "Number")),
  );
  return h("table", { class: "facts-table" }, h("caption", { class: "hidden" }, caption), h("thead", {}, h("tr", {}, head)), h("tbody", {}, rows));
}
