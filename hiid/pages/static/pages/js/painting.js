// Touches the page: brings the drawn map to the state of the explorer, and fetches what follows the first paint.

import { byId, fill, h } from "./dom.js";
import { EstimatedFile, windowsByPosition } from "./estimates.js";
import { paintCodes } from "./scales.js";
import { DEFAULTS, geographyAt, parsePlace } from "./state.js";
import { lookAt, withLimits } from "./view.js";

// A little before the names of neighbourhoods are drawn.
const NEAR_LABELS = 10.5;
const CONTEXT = ["lad24", "lad21", "icb26", "rgn23", "nhser24"];

export class Painting {
  constructor(explorer) {
    this.explorer = explorer;
    this.turn = 0;
  }

  /** Bring map, choices, legend, table and panel to the state. */
  async follow() {
    const turn = ++this.turn;
    const { explorer } = this;
    const { state, indicator, view: map } = explorer;
    explorer.picker.show(state, indicator);
    explorer.drawer.show();
    const zoom = parsePlace(state.at)?.zoom ?? map.map.getZoom();
    const tileset = geographyAt(state, indicator, zoom);
    if (!tileset)
      return explorer.trouble({ message: `${indicator.short} has no figures that can be drawn for this choice. Choose another period or other areas.` });
    const choice = { tileset, indicator: indicator.slug, period: state.period, stratum: state.stratum };
    const withDeciles = state.deprivation !== "off" || state.core20 || state.deciles !== DEFAULTS.deciles;
    const withEstimates = state.show !== DEFAULTS.show;
    try {
      const { tileset: tilejson, file: main, deciles, estimates } = await explorer.store.map(choice, { withDeciles, withEstimates });
      if (turn !== this.turn) return undefined;
      const file = estimates ? new EstimatedFile(main, estimates, state.show) : main;
      const view = lookAt({ state, indicator, tileset, file, deciles });
      await map.show(tileset, tilejson, paintCodes(file, deciles, view));
      if (turn !== this.turn) return undefined;
      explorer.shown = { state, indicator, tileset, file, main, estimates, view, choice, deprivation: explorer.store.deprivationOf(tileset) };
      explorer.more = { deciles };
      explorer.selection.mark();
      explorer.legend();
      explorer.notices.lift();
      explorer.selection.follow();
      byId("stage").dataset.painted = [tileset, indicator.slug, state.period, ...(withEstimates ? [state.show] : [])].join(" ");
      await map.idle();
      return turn === this.turn ? this.after(turn) : undefined;
    } catch (trouble) {
      return turn === this.turn ? this.refuse(tileset, trouble) : undefined;
    }
  }

  /** After the first paint: names, limits, deciles, windows, context, labels, sites. */
  async after(turn) {
    const { explorer } = this;
    const { settings, store, more } = explorer;
    const { tileset, choice, state } = explorer.shown;
    const found = async (key, work) => {
      const answer = await work.catch(() => null);
      if (turn === this.turn) more[key] = answer;
    };
    const tilejsons = {};
    const context = settings.tilesets.filter((slug) => CONTEXT.includes(slug));
    await Promise.all([
      found("names", store.names(tileset)),
      found("limits", store.limits(choice)),
      found("deciles", store.deciles(tileset)),
      state.show === "windows" ? found("found", store.windows(choice)) : null,
      ...context.map(async (slug) => {
        tilejsons[slug] = await store.tileset(slug).catch(() => undefined);
        if (!tilejsons[slug]) delete tilejsons[slug];
      }),
    ]);
    if (turn !== this.turn) return;
    this.windows();
    this.hatch();
    explorer.view.showContext(tileset, tilejsons);
    this.labels();
    this.sites();
    explorer.drawer.fill();
    // The boundaries of larger areas fetch tiles of their own.
    await explorer.view.idle();
    if (turn === this.turn) byId("stage").dataset.settled = byId("stage").dataset.painted;
  }

  /** Which window holds which area, once windows and codes are there. */
  windows() {
    const { explorer } = this;
    const { found, names } = explorer.more;
    if (!found || !names) return;
    explorer.more.windows = windowsByPosition(found, names.codes);
    explorer.legend();
  }

  /** Against a target, hatching has to wait for the limits: those of what is shown. */
  hatch() {
    const { explorer } = this;
    const { estimates, state, file, tileset } = explorer.shown;
    const shrunken = state.show === "shrunken" ? { lower: estimates.shrunken_lower, upper: estimates.shrunken_upper } : null;
    const view = withLimits(explorer.shown.view, estimates ? shrunken : explorer.more.limits);
    if (!view) return;
    explorer.shown.view = view;
    explorer.view.paint(tileset, paintCodes(file, explorer.more.deciles, view));
    explorer.legend();
  }

  /** Names of larger places at once, those of neighbourhoods when they are near. */
  async labels() {
    const { view, store } = this.explorer;
    const wanted = view.place().zoom >= NEAR_LABELS ? ["far", "near"] : ["far"];
    const show = (reach) => (points) => view.showLabels(reach, points);
    for (const reach of wanted) await store.labels(reach).then(show(reach), () => undefined);
  }

  sites() {
    const { explorer } = this;
    const wanted = explorer.state.sites.split(",");
    for (const kind of explorer.settings.siteKinds) {
      if (!wanted.includes(kind)) explorer.view.showSites(kind, null);
      else
        explorer.store
          .sites(kind)
          .then((points) => explorer.view.showSites(kind, points))
          .catch((trouble) => explorer.trouble(trouble));
    }
  }

  /** Nothing is painted that was not checked: shapes stay, colours go. */
  refuse(tileset, trouble) {
    const { explorer } = this;
    explorer.trouble(trouble);
    explorer.shown = null;
    if (explorer.view.map.getSource(tileset)) explorer.view.paint(tileset, null);
    fill(byId("legend"), h("h2", {}, explorer.indicator.short), h("p", {}, trouble.message));
    byId("stage").dataset.painted = "nothing";
  }
}
