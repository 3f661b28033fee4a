// Touches the page: the same facts as a sortable table, fifty rows at a time.

import { columnsOf } from "./columns.js";
import { announce, fill, h, later } from "./dom.js";
import { plainNumber } from "./words.js";

const ROWS = 50;

export class Table extends EventTarget {
  constructor(element) {
    super();
    this.element = element;
    this.sort = { column: "value", down: true };
    this.page = 0;
    this.words = "";
    this.key = "";
  }

  /** Show the facts of one map. `facts`: indicator, file, names, limits, deciles, caption, links, hasDistricts, hasRank, show, estimates, isOutside. */
  show(facts) {
    this.facts = facts;
    if (facts.key !== this.key) {
      this.key = facts.key;
      this.page = 0;
      this.sort = firstSort(facts);
    }
    this.columns = columnsOf(facts);
    this.order();
    this.frame();
    this.body();
  }

  /** Mark the row of the selected area. */
  select(at) {
    this.selected = at;
    if (this.facts) this.body();
  }

  frame() {
    const { caption, links } = this.facts;
    const filter = h("input", { type: "search", "aria-label": "Only rows with these letters", placeholder: "Filter by name", value: this.words });
    filter.addEventListener(
      "input",
      later(() => this.filter(filter.value), 150),
    );
    this.tbody = h("tbody", {});
    this.pager = h("div", { class: "pager" });
    this.heads = this.columns.map((column) => this.head(column));
    const table = h(
      "table",
      { class: "facts-table" },
      h("caption", { class: "hidden" }, `${caption}. Column heads sort.`),
      h("thead", {}, h("tr", {}, this.heads)),
      this.tbody,
    );
    this.scroller = h("div", { class: "drawer-scroll", tabindex: "0", role: "region", "aria-label": "Rows of the table" }, table);
    fill(
      this.element,
      h(
        "div",
        { class: "drawer-head" },
        h("h2", {}, caption),
        filter,
        h("a", { href: links.csv, download: true }, "CSV"),
        h("a", { href: links.geojson, download: true }, "GeoJSON"),
        links.estimates ? h("a", { href: links.estimates, download: true }, "Estimates") : null,
      ),
      h("button", { type: "button", class: "close", "aria-label": "Close the table", onclick: () => this.dispatchEvent(new CustomEvent("close")) }, "×"),
      this.scroller,
      this.pager,
    );
  }

  head(column) {
    const button = h("button", { type: "button" }, column.title);
    const cell = h("th", { scope: "col", class: column.isNumber ? "number" : null }, button);
    button.addEventListener("click", () => {
      this.sort = { column: column.key, down: this.sort.column === column.key ? !this.sort.down : false };
      this.page = 0;
      this.order();
      this.body();
      announce(`Sorted by ${column.title}, ${this.sort.down ? "highest first" : "lowest first"}`);
    });
    return cell;
  }

  filter(words) {
    this.words = words;
    this.page = 0;
    this.order();
    this.body();
    announce(`${this.rows.length} rows`);
  }

  order() {
    const { names, file } = this.facts;
    const wanted = this.words.trim().toLowerCase();
    const rows = [];
    for (let at = 0; at < file.n; at++) {
      if (wanted && !`${names.names[at]} ${names.codes[at]} ${names.districts[names.district[at]] ?? ""}`.toLowerCase().includes(wanted)) continue;
      rows.push(at);
    }
    const column = this.columns.find((one) => one.key === this.sort.column) ?? this.columns[0];
    const sign = this.sort.down ? -1 : 1;
    const keys = rows.map(column.sort);
    const places = rows.map((_, place) => place).sort((a, b) => compare(keys[a], keys[b], sign) || rows[a] - rows[b]);
    this.rows = places.map((place) => rows[place]);
  }

  body() {
    const first = this.page * ROWS;
    const shown = this.rows.slice(first, first + ROWS);
    fill(
      this.tbody,
      shown.map((at) => this.row(at)),
    );
    this.heads.forEach((cell, place) => {
      const isSorted = this.columns[place].key === this.sort.column;
      if (isSorted) cell.setAttribute("aria-sort", this.sort.down ? "descending" : "ascending");
      else cell.removeAttribute("aria-sort");
      cell.firstChild.textContent = this.columns[place].title + (isSorted ? (this.sort.down ? " ▼" : " ▲") : "");
    });
    const turn = (by, words, isOff) => h("button", { type: "button", class: "button", disabled: isOff, onclick: () => this.turn(by) }, words);
    const last = first + ROWS >= this.rows.length;
    fill(
      this.pager,
      turn(-1, "Back", this.page === 0),
      h(
        "span",
        {},
        this.rows.length ? `${plainNumber(first + 1)} to ${plainNumber(first + shown.length)} of ${plainNumber(this.rows.length)}` : "No row has these letters",
      ),
      turn(1, "On", last),
    );
  }

  turn(by) {
    this.page += by;
    this.body();
    this.scroller.scrollTop = 0;
    this.scroller.focus();
  }

  row(at) {
    const [name, ...rest] = this.columns;
    const button = h(
      "button",
      { type: "button", class: "row-name", onclick: () => this.dispatchEvent(new CustomEvent("select", { detail: at })) },
      name.words(at),
    );
    return h(
      "tr",
      { "aria-current": at === this.selected ? "true" : null, class: at === this.selected ? "is-selected" : null },
      h("th", { scope: "row" }, button),
      rest.map((column) => h("td", { class: column.isNumber ? "number" : null }, column.words(at))),
    );
  }
}

/** The worst first, of what the map shows. */
function firstSort({ indicator, show }) {
  if (show === "exceedance" || show === "windows") return { column: show, down: true };
  const column = show === "value" ? "value" : show;
  return { column, down: indicator.polarity !== "high_is_good" };
}

function compare(a, b, sign) {
  const isGone = (key) => key === null || Number.isNaN(key);
  if (isGone(a) || isGone(b)) return Number(isGone(a)) - Number(isGone(b));
  return sign * (typeof a === "string" ? a.localeCompare(b, "en-GB", { numeric: true }) : a - b);
}
