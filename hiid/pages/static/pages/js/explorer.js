// Touches the page: the map explorer: holds the state, and lets map, choices, legend, panel and table follow it.

import { byId, fill, h, later, settings as pageSettings } from "./dom.js";
import { Drawer } from "./drawer.js";
import { drawLegend } from "./legend.js";
import { MapView } from "./map.js";
import { Notices } from "./notices.js";
import { Painting } from "./painting.js";
import { Picker } from "./picker.js";
import { Search } from "./search.js";
import { Selection } from "./selection.js";
import { Sheet } from "./sheet.js";
import { CELLS, geographyAt, parsePlace, parseState, settle, writePlace, writeState } from "./state.js";
import { Store } from "./store.js";
import { drawTip } from "./tip.js";
import { outsideAt } from "./view.js";
import { peersTitle } from "./words.js";

class Explorer {
  constructor() {
    this.settings = pageSettings("settings");
    this.store = new Store(this.settings);
    this.notices = new Notices();
    this.sheet = new Sheet();
    this.picker = new Picker(this.settings);
    this.search = new Search((text) => this.store.search(text));
    this.drawer = new Drawer(this);
    this.more = {};
    const { state, notes, indicator } = settle(parseState(location.search), this.settings);
    this.state = state;
    this.indicator = indicator;
    if (indicator) this.begin(notes);
    else this.empty();
  }

  begin(notes) {
    const { state } = this;
    this.painting = new Painting(this);
    this.view = new MapView("map", { settings: this.settings, place: parsePlace(state.at), padding: this.padding() });
    this.selection = new Selection(this);
    this.listen();
    this.say(notes.join(" "));
    this.follow();
    if (state.area) this.selection.open(state.area, state.vintage, { fly: !state.at, focus: false });
  }

  empty() {
    fill(byId("legend"), h("h2", {}, "Nothing to show yet"), h("p", {}, "No release has been published. Once one is, its indicators appear here."));
    byId("choices").inert = true;
  }

  listen() {
    this.picker.addEventListener("choose", ({ detail }) => this.change(detail));
    this.search.addEventListener("found", ({ detail }) => this.selection.go(detail));
    const moved = later(() => this.moved(), 120);
    this.view.addEventListener("moved", moved);
    this.view.addEventListener("hover", ({ detail }) => this.hover(detail));
    this.view.addEventListener("select", ({ detail }) => (detail ? this.selection.openAt(detail.id - 1) : this.selection.close()));
    this.view.addEventListener("table", () => this.change({ table: !this.state.table }));
    this.view.addEventListener("focus", ({ detail }) => {
      byId("crosshair").hidden = !detail;
      byId("stage").classList.toggle("map-focus", detail);
    });
    byId("table-open").addEventListener("click", () => this.change({ table: !this.state.table }));
    byId("england").addEventListener("click", () => this.selection.open(this.settings.england, "", { fly: true }));
    byId("share").addEventListener("click", () => this.notices.copyAddress());
    byId("print").addEventListener("click", () => print());
    this.sheet.element.addEventListener("part", ({ detail }) => {
      if (detail === "table" && !this.state.table) this.change({ table: true });
      if (detail === "panel" && !this.state.area) this.selection.open(this.settings.england, "");
    });
    addEventListener("popstate", () => this.back());
    addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.target.closest("#search, #choices")) return;
      if (this.state.table) this.change({ table: false });
      else if (this.state.area) this.selection.close();
    });
  }

  /** Something was chosen: settle it, remember it in the address, and let everything follow. */
  change(change, { isNew = true } = {}) {
    const { state, notes, indicator } = settle({ ...this.state, ...change }, this.settings);
    this.state = state;
    this.indicator = indicator;
    this.say(notes.join(" "));
    this.remember(isNew);
    this.follow();
  }

  remember(isNew) {
    const address = location.pathname + writeState(this.state);
    if (address === location.pathname + location.search) return;
    history[isNew ? "pushState" : "replaceState"](null, "", address);
  }

  back() {
    const { state, indicator } = settle(parseState(location.search), this.settings);
    const before = this.state;
    this.state = state;
    this.indicator = indicator;
    const place = parsePlace(state.at);
    if (place && state.at !== before.at) this.view.jumpTo(place);
    if (state.area) this.selection.open(state.area, state.vintage, { remember: false });
    else this.selection.close({ remember: false });
    this.follow();
  }

  moved() {
    this.state.at = writePlace(this.view.place());
    this.remember(false);
    const tileset = geographyAt(this.state, this.indicator, this.view.place().zoom);
    if (tileset !== this.shown?.tileset) this.follow();
    else this.painting.labels();
  }

  /** Bring map, choices, legend, table and panel to the state. */
  follow() {
    if (this.indicator) byId("england").textContent = peersTitle(this.indicator);
    return this.painting.follow();
  }

  legend() {
    const selected = this.selection.positionIn(this.shown.tileset);
    drawLegend(byId("legend"), { ...this.shown, windows: this.more.windows, isOutside: this.outside() }, selected, this.settings, () => this.goToFigures());
  }

  /** Which areas of the drawn map the records do not hold at all, by position. */
  outside() {
    return outsideAt(this.shown, this.more.limits);
  }

  /** Where few areas have a figure: go to the middle one of those that have. */
  async goToFigures() {
    const { file, tileset } = this.shown;
    const known = Array.from(file.values.keys()).filter((at) => !Number.isNaN(file.values[at]));
    const names = await this.store.names(tileset);
    const code = names.codes[known[known.length >> 1]];
    const found = tileset === CELLS ? await this.store.cell(code, this.shown.choice) : null;
    const area = found?.cell ?? (await this.store.area(code, String(this.settings.geographies[tileset].vintage)));
    this.view.goTo({ longitude: area.longitude, latitude: area.latitude, zoom: 9.2 }, this.padding());
  }

  hover({ id, point }) {
    this.view.map.getCanvas().style.cursor = id ? "pointer" : "";
    this.view.hover(id?.id ?? null);
    const more = { ...this.more, areaType: this.settings.geographies[this.shown?.tileset]?.type, isOutside: this.shown && this.outside() };
    drawTip(byId("tip"), this.shown, id ? id.id - 1 : null, point, more);
  }

  /** Sides of the map that search box, legend and buttons cover. */
  padding() {
    if (this.sheet.isUsed) return { left: 16, right: 16, top: 60, bottom: 16 };
    return { left: innerWidth >= 1280 ? 330 : 250, right: 70, top: 24, bottom: 24 };
  }

  say(words) {
    this.notices.say(words);
  }

  trouble(trouble) {
    this.notices.trouble(trouble);
  }
}

// Reached by tests and from the console.
window.explorer = new Explorer();
