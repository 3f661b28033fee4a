// Touches the page: the selected area: found on the map, in the table or by search; shown in the panel.

import { cellArea, drawCell, isCell } from "./cells.js";
import { byId } from "./dom.js";
import { estimatePairs, estimateSentence } from "./estimates.js";
import { hasGradient } from "./gradients.js";
import { ENGLAND } from "./map.js";
import { drawPanel, drawTrouble, drawWaiting } from "./panel.js";
import { SHOW_TITLES } from "./shows.js";
import { CELLS } from "./state.js";
import { englandName } from "./words.js";

// Which kind of finding a map shows; of the others the first that there is.
const KIND_SHOWN = { spots: "hot_spot", windows: "scan_window" };

export class Selection {
  constructor(explorer) {
    this.explorer = explorer;
    this.current = null;
  }

  /** Position of the selected area in the columns of a tileset, or null. */
  positionIn(tileset) {
    return this.current?.tileset === tileset ? this.current.at : null;
  }

  /** Outline the area on the map and mark its row in the table. */
  async mark() {
    const { shown, view, store, drawer } = this.explorer;
    drawer.table.select(shown ? this.positionIn(shown.tileset) : null);
    const { current } = this;
    if (current?.at === null || current?.at === undefined) view.outline(null);
    else view.outline(current.tileset, await store.tileset(current.tileset), current.at + 1);
  }

  /** Something found by search: fly there and, if it is an area, open it. */
  go(hit) {
    const { view } = this.explorer;
    const isNear = hit.area_type === "lsoa";
    if (hit.kind === "outcode") view.goTo({ bounds: hit.bounds }, this.padding());
    else if (hit.kind === "postcode" || isNear) view.goTo({ ...hit, zoom: 12 }, this.padding());
    if (hit.area_code) this.open(hit.area_code, String(hit.vintage ?? ""), { fly: hit.kind === "area" && !isNear });
  }

  /** Area `at` of the drawn map. */
  async openAt(at, { fly = false } = {}) {
    const { shown, store, settings } = this.explorer;
    if (!shown) return;
    const names = await store.names(shown.tileset);
    const isCell = shown.tileset === CELLS;
    await this.open(names.codes[at], isCell ? "" : String(settings.geographies[shown.tileset].vintage), { fly });
  }

  async open(code, vintage, { fly = false, remember = true, focus = true } = {}) {
    const { explorer } = this;
    this.turn = (this.turn ?? 0) + 1;
    const { turn } = this;
    const opened = byId("panel").hidden;
    explorer.state.area = code;
    explorer.state.vintage = vintage;
    if (remember) explorer.remember(true);
    this.reveal();
    if (this.current?.code !== code) drawWaiting(byId("panel"), code);
    try {
      const area = isCell(code) ? cellArea(code, await explorer.store.names(CELLS)) : await explorer.store.area(code, vintage);
      if (turn !== this.turn) return;
      this.current = { code, vintage, area, tileset: area.geography, at: null };
      await this.place();
      if (turn !== this.turn) return;
      if (fly && isCell(code)) await this.flyToCell(code);
      else if (fly)
        explorer.view.goTo(
          { bounds: code === explorer.settings.england ? this.whole() : area.bounds, longitude: area.longitude, latitude: area.latitude },
          this.padding(),
        );
      else if (!explorer.sheet.isUsed && area.area_type !== "ctry" && !isCell(code)) explorer.view.uncover(area, byId("panel").offsetWidth);
      this.mark();
      if (explorer.shown) explorer.legend();
      await this.follow(turn);
      if (opened && focus && !explorer.sheet.isUsed) byId("panel").focus({ preventScroll: true });
    } catch (trouble) {
      if (turn === this.turn) drawTrouble(byId("panel"), code, trouble, () => this.close());
    }
  }

  /** Where the area stands in the columns of its tileset. */
  async place() {
    const { explorer, current } = this;
    if (!explorer.settings.tilesets.includes(current.tileset)) return;
    const names = await explorer.store.names(current.tileset);
    const at = names.codes.indexOf(current.code);
    current.at = at < 0 ? null : at;
  }

  reveal() {
    byId("panel").hidden = false;
    document.querySelector(".explorer").classList.add("has-panel");
    this.explorer.sheet.open("panel");
  }

  close({ remember = true } = {}) {
    const { explorer } = this;
    this.turn = (this.turn ?? 0) + 1;
    if (byId("panel").hidden) return;
    const hadFocus = byId("panel").contains(document.activeElement);
    byId("panel").hidden = true;
    document.querySelector(".explorer").classList.remove("has-panel");
    this.current = null;
    explorer.state.area = "";
    explorer.state.vintage = "";
    if (remember) explorer.remember(true);
    this.mark();
    if (explorer.shown) explorer.legend();
    if (explorer.sheet.isUsed) explorer.sheet.open("legend");
    else if (hadFocus) explorer.view.map.getCanvas().focus();
  }

  /** Redraw the panel for the indicator, period and people of now. */
  async follow(turn = this.turn) {
    const { explorer, current } = this;
    if (!current) return;
    const { state, indicator, settings, store } = explorer;
    const panel = byId("panel");
    if (isCell(current.code)) return this.followCell(turn);
    try {
      const [facts, estimate] = await Promise.all([this.facts(current, state, indicator), this.estimate(current)]);
      if (turn !== this.turn || explorer.state.indicator !== indicator.slug || explorer.state.period !== state.period) return;
      const found = store.deprivationOf(current.tileset);
      const decile = found && current.at !== null ? (await store.deciles(current.tileset))?.[current.at] : null;
      drawPanel(panel, { ...facts, estimate, indicator, decile, year: found?.year, periods: settings.periods, period: state.period }, () => this.close());
    } catch (trouble) {
      if (turn === this.turn) drawTrouble(panel, current.area.name, trouble, () => this.close());
    }
  }

  /** The panel of a hexagon: its own figure and what it stands on. */
  async followCell(turn) {
    const { explorer, current } = this;
    const { state, indicator, settings, store } = explorer;
    const panel = byId("panel");
    try {
      const told = await store.cell(current.code, { indicator: indicator.slug, period: state.period, stratum: state.stratum });
      if (turn === this.turn && explorer.state.indicator === indicator.slug) drawCell(panel, { told, current, indicator, settings, state }, () => this.close());
    } catch (trouble) {
      if (turn === this.turn) drawTrouble(panel, current.area.name, trouble, () => this.close());
    }
  }

  async flyToCell(code) {
    const { view, store, shown } = this.explorer;
    const told = shown ? await store.cell(code, shown.choice).catch(() => null) : null;
    if (told) view.goTo({ ...told.cell, zoom: told.cell.resolution + 3 }, this.padding());
  }

  /** What the drawn map shows of the area beside its figure, with the finding behind it; null where it shows the published value. */
  async estimate({ tileset, code, area, at }) {
    const { shown, store } = this.explorer;
    if (!shown?.estimates || shown.tileset !== tileset || at === null) return null;
    const { indicator, estimates, state } = shown;
    const { period, stratum } = shown.choice;
    const all = await store.findings(indicator.slug, code).catch(() => []);
    const here = all.filter((one) => one.period === period && one.stratum === stratum && one.vintage === Number(area.vintage));
    const kind = KIND_SHOWN[state.show];
    const found = here.find((one) => !kind || one.kind === kind);
    const query = new URLSearchParams({ indicator: indicator.slug, ...(found ? { area: code, kind: found.kind } : { area_type: area.area_type }) });
    return {
      title: SHOW_TITLES[state.show],
      sentence: estimateSentence(state.show, estimates, at, indicator),
      found: found?.sentence ?? null,
      pairs: estimatePairs(estimates, at, indicator),
      why: found ? { words: "Why?", href: `/findings/?${query}#${found.key}` } : { words: "What stands out", href: `/findings/?${query}` },
    };
  }

  async facts({ area, tileset, code }, state, indicator) {
    const { settings, store } = this.explorer;
    const geography = settings.geographies[tileset];
    const query = new URLSearchParams({ indicator: indicator.slug, area: code, vintage: area.vintage, stratum: state.stratum });
    // England's gradient stands in where the area has none of its own; an index is put against no index.
    const gradientCode = hasGradient(area, indicator, state) ? code : settings.england;
    const hasIndex = !indicator.slug.startsWith("imd-");
    const [series, gradient] = await Promise.all([store.series(query), hasIndex ? store.gradient(indicator.slug, state, gradientCode) : null]);
    const england = indicator.englandValues;
    const hasFigure = series.results.some((one) => one.period === state.period);
    // The records have figures of such areas, and none of this one.
    const isOutside = indicator.isLinked && !hasFigure && Boolean(indicator.available[tileset]?.[state.period]?.[state.stratum]);
    const district = (area.within ?? []).find((one) => one.area_type === "lad");
    return {
      area,
      geography,
      observations: series.results,
      gradient,
      gradientArea: gradientCode === code ? area.name : englandName(indicator),
      england: Object.fromEntries(
        Object.entries(england)
          .filter(([, of]) => state.stratum in of)
          .map(([period, of]) => [period, of[state.stratum]]),
      ),
      stratum: state.stratum === "all" ? "" : settings.strata[state.stratum],
      inside: district?.name ?? "",
      isOutside,
      links: {
        profile: `/areas/${code}/?vintage=${area.vintage}`,
        inequality: hasIndex ? `/inequality/${indicator.slug}/${gradientCode === settings.england ? "" : `?area=${gradientCode}`}` : null,
        csv: `/api/v1/observations?${query}&period=all&format=csv`,
        others: hasFigure || isOutside ? [] : this.elsewhere(area, indicator, state),
      },
    };
  }

  /** Areas around this one, or the same in its other vintage, for which the indicator has figures. */
  elsewhere(area, indicator, state) {
    const { geographies } = this.explorer.settings;
    const has = (type, vintage) =>
      Object.keys(indicator.available).some(
        (slug) => geographies[slug].type === type && geographies[slug].vintage === vintage && indicator.available[slug][state.period]?.[state.stratum],
      );
    const twins = area.vintages.filter(({ vintage }) => vintage !== area.vintage && has(area.area_type, vintage));
    return [
      ...twins.map(({ vintage }) => ({ code: area.code, vintage: String(vintage), words: `${area.name}, boundaries of ${vintage}` })),
      ...(area.within ?? []).filter((one) => has(one.area_type, one.vintage)).map((one) => ({ code: one.code, vintage: String(one.vintage), words: one.name })),
    ].map((one) => ({ ...one, open: () => this.open(one.code, one.vintage, { fly: true }) }));
  }

  /** Sides of what is all: of linked records, of where their made-up people live. */
  whole() {
    const { indicator, settings } = this.explorer;
    return (indicator.isLinked && settings.reach) || ENGLAND.flat();
  }

  padding() {
    const { explorer } = this;
    return explorer.sheet.isUsed ? explorer.padding() : { ...explorer.padding(), right: byId("panel").offsetWidth + 24 };
  }
}
