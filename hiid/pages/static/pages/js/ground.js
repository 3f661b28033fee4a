// Touches the page: what the pages of planning stand on: the map with one surface beneath, its legend, search, notices and sheet.

import { byId, fill, h, later } from "./dom.js";
import { foldChoices } from "./fold.js";
import { drawLegend } from "./legend.js";
import { MapView } from "./map.js";
import { Notices } from "./notices.js";
import { paintCodes } from "./scales.js";
import { Search } from "./search.js";
import { Sheet } from "./sheet.js";
import { DEFAULTS, geographyAt, settle } from "./state.js";
import { Store } from "./store.js";
import { lookAt } from "./view.js";

const CONTEXT = ["lad24", "icb26"];
const NEAR_LABELS = 10.5;

export class Ground extends EventTarget {
  /** `place`: where to begin, or null; `help`: what the map is and which keys it knows; `keys`: marks that the page adds to the legend. */
  constructor(settings, { place, help, keys }) {
    super();
    Object.assign(this, { settings, keys, surface: "", shown: null, turn: 0 });
    this.store = new Store(settings);
    this.notices = new Notices();
    this.sheet = new Sheet();
    this.view = new MapView(byId("map"), { settings, place, padding: this.padding(), help });
    this.map = this.view.map;
    this.search = new Search((text) => this.store.search(text));
    this.search.addEventListener("found", ({ detail }) => this.goTo(detail));
    this.view.addEventListener(
      "moved",
      later(() => this.moved(), 150),
    );
    this.view.addEventListener("focus", ({ detail }) => byId("stage").classList.toggle("map-focus", detail));
    byId("share").addEventListener("click", () => this.dispatchEvent(new Event("share")));
    byId("print").addEventListener("click", () => print());
    foldChoices(byId("choices"));
    this.lines();
  }

  /** Colour the map by this indicator; empty: by nothing. */
  async paint(slug) {
    this.surface = slug;
    return this.follow();
  }

  async follow() {
    const turn = ++this.turn;
    const { settings, view, surface } = this;
    if (!surface) return this.bare();
    const { state, indicator } = settle({ ...DEFAULTS, indicator: surface }, settings);
    const tileset = geographyAt(state, indicator, view.place().zoom);
    if (!tileset) return this.bare();
    const choice = { tileset, indicator: indicator.slug, period: state.period, stratum: state.stratum };
    try {
      const { tileset: tilejson, file } = await this.store.map(choice, { withDeciles: false, withEstimates: false });
      if (turn !== this.turn) return undefined;
      // Which areas differ from England is asked elsewhere: here the surface lies beneath what is planned.
      const look = { ...lookAt({ state, indicator, tileset, file, deciles: null }), isSimilar: () => false };
      await view.show(tileset, tilejson, paintCodes(file, null, look));
      this.shown = { state, indicator, tileset, file, view: look, choice, deprivation: this.store.deprivationOf(tileset) };
      this.legend();
      await view.idle();
      byId("stage").dataset.settled = `${tileset} ${indicator.slug}`;
    } catch (trouble) {
      if (turn === this.turn) this.refuse(trouble);
    }
    return undefined;
  }

  /** Boundaries of neighbourhoods without any figures. */
  async bare() {
    const turn = this.turn;
    this.shown = null;
    this.legend();
    const slug = this.settings.tilesets.find((one) => one.startsWith("lsoa21")) ?? this.settings.tilesets[0];
    if (slug) {
      const tilejson = await this.store.tileset(slug).catch(() => null);
      if (turn === this.turn && tilejson) await this.view.show(slug, tilejson, null);
      await this.view.idle();
    }
    if (turn === this.turn) byId("stage").dataset.settled = "bare";
  }

  /** Nothing is painted that was not checked: shapes stay, colours go. */
  refuse(trouble) {
    this.bare();
    this.notices.trouble(trouble);
  }

  legend() {
    const element = byId("legend");
    if (this.shown) drawLegend(element, this.shown, null, this.settings, () => this.home());
    else fill(element, h("h2", {}, "Map"), h("p", {}, "Boundaries of neighbourhoods (LSOA), districts and systems. No figures are drawn beneath."));
    const keys = this.keys();
    if (keys) element.firstElementChild.before(keys);
  }

  /** Boundaries of districts and systems, and names of places. */
  async lines() {
    const tilejsons = {};
    for (const slug of this.settings.tilesets.filter((one) => CONTEXT.includes(one))) {
      const found = await this.store.tileset(slug).catch(() => null);
      if (found) tilejsons[slug] = found;
    }
    await this.view.loaded;
    if (Object.keys(tilejsons).length) this.view.showContext("lsoa21", tilejsons);
    this.labels();
  }

  async labels() {
    const wanted = this.view.place().zoom >= NEAR_LABELS ? ["far", "near"] : ["far"];
    for (const reach of wanted) {
      await this.store.labels(reach).then(
        (points) => this.view.showLabels(reach, points),
        () => undefined,
      );
    }
  }

  moved() {
    this.labels();
    this.dispatchEvent(new Event("moved"));
    if (!this.shown) return;
    if (geographyAt(this.shown.state, this.shown.indicator, this.view.place().zoom) !== this.shown.tileset) this.follow();
  }

  /** To where the figures are, or to England. */
  home() {
    const { reach } = this.settings;
    if (reach) this.view.goTo({ bounds: reach }, this.padding());
  }

  goTo(hit) {
    if (hit.bounds) this.view.goTo({ bounds: hit.bounds }, this.padding());
    else this.view.goTo({ ...hit, zoom: 12 }, this.padding());
  }

  /** Sides of the map that legend and buttons cover. */
  padding() {
    if (this.sheet.isUsed) return { left: 24, right: 24, top: 64, bottom: 24 };
    const panel = byId("panel").hidden ? 0 : byId("panel").offsetWidth;
    return { left: innerWidth >= 1280 ? 300 : 60, right: panel + 30, top: 70, bottom: 50 };
  }

  /** Open the panel beside the map, or bring it to the front of the sheet. */
  reveal(isOpen = true) {
    byId("panel").hidden = !isOpen;
    document.querySelector(".explorer").classList.toggle("has-panel", isOpen);
    if (isOpen) this.sheet.open("panel");
  }
}
