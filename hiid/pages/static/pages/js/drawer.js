// Touches the page: the drawer with the table: opened and closed, filled when the facts are there, and where the focus goes.

import { byId, fill, h } from "./dom.js";
import { SHOW_TITLES } from "./shows.js";
import { Table } from "./table.js";

const HAS_DISTRICTS = new Set(["lsoa", "msoa", "cell"]);

export class Drawer {
  constructor(explorer) {
    this.explorer = explorer;
    this.element = byId("drawer");
    this.table = new Table(this.element);
    this.isOpen = false;
    this.table.addEventListener("close", () => explorer.change({ table: false }));
    this.table.addEventListener("select", ({ detail }) => explorer.selection.openAt(detail, { fly: true }));
  }

  /** Open or close as the state says; the focus follows what a person opened or closed. */
  show() {
    const { state, sheet } = this.explorer;
    const isOpen = state.table;
    document.querySelector(".explorer").classList.toggle("has-table", isOpen);
    this.element.hidden = !isOpen;
    byId("table-open").setAttribute("aria-expanded", String(isOpen));
    if (isOpen && !this.isOpen) {
      sheet.open("table");
      this.wantsFocus = true;
      if (!this.element.firstChild) fill(this.element, h("div", { class: "drawer-head" }, h("h2", {}, "Table")), h("div", { class: "ghost tall" }));
    }
    if (!isOpen && this.isOpen) {
      if (sheet.isUsed) sheet.open("legend");
      else byId("table-open").focus();
    }
    this.isOpen = isOpen;
    this.fill();
  }

  /** The facts of the drawn map, as soon as names are there. */
  fill() {
    const { explorer } = this;
    const { shown, more, settings, store } = explorer;
    if (!this.isOpen || !shown || !more.names) return;
    const { tileset, indicator, main, estimates, state, choice, deprivation } = shown;
    const geography = settings.geographies[tileset];
    const place = geography.type === "cell" ? {} : { area_type: geography.type, vintage: geography.vintage };
    const address = new URLSearchParams({ indicator: indicator.slug, ...place, period: state.period, stratum: state.stratum });
    const figures = `/api/v1/${geography.type === "cell" ? "cells" : "observations"}?${address}`;
    this.table.show({
      ...more,
      key: JSON.stringify({ ...choice, show: state.show }),
      indicator,
      file: main,
      estimates,
      show: state.show,
      year: deprivation?.year,
      isOutside: explorer.outside(),
      hasDistricts: HAS_DISTRICTS.has(geography.type),
      hasRank: geography.type !== "lsoa" && geography.type !== "cell",
      caption: `${indicator.short}${estimates ? `, ${SHOW_TITLES[state.show].toLowerCase()}` : ""}, ${settings.periods[state.period]}, ${geography.title}`,
      links: {
        estimates: estimates ? store.address(choice, "estimates.json") : null,
        csv: `${figures}&format=csv`,
        geojson: `${figures}&format=geojson`,
      },
    });
    this.table.select(explorer.selection.positionIn(tileset));
    if (this.wantsFocus) this.element.focus({ preventScroll: true });
    this.wantsFocus = false;
  }
}
