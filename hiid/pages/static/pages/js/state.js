// Pure: the state of the map page, read from and written to the query string.

import { hasShow, SHOW_TITLES, SHOWS, showsOf, whyNotWords } from "./shows.js";

/** What the page shows when the address says nothing. The indicator comes from the catalogue. */
export const DEFAULTS = Object.freeze({
  indicator: "",
  stratum: "all",
  period: "",
  areas: "auto",
  show: "value",
  benchmark: "none",
  deprivation: "off",
  core20: false,
  deciles: "1-10",
  area: "",
  vintage: "",
  table: false,
  sites: "",
  at: "",
});

/** The tileset of H3 cells, which is chosen by name only. */
export const CELLS = "h3";

const FLAGS = new Set(["core20", "table"]);
const CHOICES = { show: SHOWS, benchmark: ["none", "england", "target"], deprivation: ["off", "bivariate", "outline"] };

/** A state from a query string. Unknown keys are left out; a value that cannot be is replaced by the default. */
export function parseState(search) {
  const given = new URLSearchParams(search);
  const state = { ...DEFAULTS };
  for (const key of Object.keys(DEFAULTS)) {
    if (!given.has(key)) continue;
    const text = given.get(key).trim();
    if (FLAGS.has(key)) state[key] = text === "1";
    else if (!(key in CHOICES) || CHOICES[key].includes(text)) state[key] = text;
  }
  if (!parseDeciles(state.deciles)) state.deciles = DEFAULTS.deciles;
  if (state.at && !parsePlace(state.at)) state.at = "";
  return state;
}

/** The query string of a state (with its question mark, or empty): only what differs from the defaults, in a fixed order. */
export function writeState(state) {
  const parameters = new URLSearchParams();
  for (const [key, usual] of Object.entries(DEFAULTS)) {
    const value = state[key] ?? usual;
    if (value === usual) continue;
    parameters.set(key, FLAGS.has(key) ? "1" : String(value));
  }
  const text = parameters.toString().replaceAll("%2C", ",");
  return text ? `?${text}` : "";
}

/** First and last decile of `2-5` or `3`, or null when it is not a range within 1 to 10. */
export function parseDeciles(text) {
  const match = /^(\d{1,2})(?:-(\d{1,2}))?$/.exec(text);
  if (!match) return null;
  const first = Number(match[1]);
  const last = Number(match[2] ?? match[1]);
  return first >= 1 && last <= 10 && first <= last ? [first, last] : null;
}

/** Latitude, longitude and zoom of `51.59,-0.10,9.5`, or null. */
export function parsePlace(text) {
  const parts = text.split(",").map(Number);
  if (parts.length !== 3 || parts.some((part) => !Number.isFinite(part))) return null;
  const [latitude, longitude, zoom] = parts;
  return Math.abs(latitude) <= 85 && Math.abs(longitude) <= 180 && zoom >= 0 && zoom <= 22 ? { latitude, longitude, zoom } : null;
}

/** `51.5901,-0.1000,9.50`: what parsePlace reads. */
export function writePlace({ latitude, longitude, zoom }) {
  return [latitude.toFixed(4), longitude.toFixed(4), zoom.toFixed(2)].join(",");
}

/**
 * The state that the catalogue can show: what is not offered gives way to the nearest thing that is.
 * Returns the state and, in words, what was changed.
 */
export function settle(state, catalogue) {
  const settled = { ...state };
  const notes = [];
  let indicator = catalogue.indicators.find((one) => one.slug === settled.indicator);
  if (!indicator) {
    indicator = catalogue.indicators.find((one) => one.slug === catalogue.first) ?? catalogue.indicators[0];
    if (!indicator) return { state: settled, notes: ["This release holds no indicator."], indicator: null };
    if (settled.indicator) notes.push(`There is no indicator “${settled.indicator}” in this release; this is ${indicator.short}.`);
    settled.indicator = indicator.slug;
  }
  const offered = Object.keys(indicator.available);
  if (settled.areas !== "auto" && !offered.includes(settled.areas)) {
    notes.push(`${indicator.short} is not available for those areas; the map chooses them by zoom.`);
    settled.areas = "auto";
  }
  settleCells(settled, notes);
  settlePeriod(settled, indicator, notes);
  settleShow(settled, indicator, notes, catalogue);
  if (settled.benchmark === "target" && indicator.targets.length === 0) settled.benchmark = "england";
  return { state: settled, notes, indicator };
}

/** Hexagons hold neighbourhoods of several tenths, so they are not told apart by deprivation. */
function settleCells(settled, notes) {
  if (settled.areas !== CELLS) return;
  const { deprivation, core20, deciles } = settled;
  if (deprivation === DEFAULTS.deprivation && !core20 && deciles === DEFAULTS.deciles) return;
  notes.push("Hexagons have no decile of deprivation: all of them are shown.");
  Object.assign(settled, { deprivation: DEFAULTS.deprivation, core20: false, deciles: DEFAULTS.deciles });
}

function settlePeriod(settled, indicator, notes) {
  const periods = periodsOf(indicator, settled.areas);
  if (!periods.includes(settled.period)) {
    if (settled.period) notes.push(`${indicator.short} has no figures for that period; this is the latest.`);
    settled.period = periods.at(-1) ?? "";
  }
  const strata = strataOf(indicator, settled.areas, settled.period);
  if (!strata.includes(settled.stratum)) settled.stratum = strata.includes("all") ? "all" : (strata[0] ?? "all");
}

/** What cannot be shown of this choice gives way to the published value, and it is said why. */
function settleShow(settled, indicator, notes, catalogue) {
  if (showsOf(indicator, settled).includes(settled.show)) return;
  const why = whyNotWords(indicator, settled, catalogue) || `${SHOW_TITLES[settled.show]}: not for this choice.`;
  notes.push(`${indicator.short}, published value. ${why}`);
  settled.show = "value";
}

/** Periods (oldest first) that the indicator has for a geography, or for any of them with `auto`. */
export function periodsOf(indicator, areas) {
  const sets = areas === "auto" ? Object.values(indicator.available) : [indicator.available[areas] ?? {}];
  const found = new Set(sets.flatMap((set) => Object.keys(set)));
  return indicator.periods.filter((period) => found.has(period));
}

/** Strata that the indicator has in a period, for a geography or for any of them. */
export function strataOf(indicator, areas, period) {
  const sets = areas === "auto" ? Object.values(indicator.available) : [indicator.available[areas] ?? {}];
  return [...new Set(sets.flatMap((set) => Object.keys(set[period] ?? {})))];
}

// From these zooms on, wider neighbourhoods and neighbourhoods are drawn; below, districts or what comes nearest.
export const MSOA_ZOOM = 7.6;
export const LSOA_ZOOM = 9.6;

const FAR = ["lad24", "lad21", "utla23", "sicbl23", "icb26", "icb23", "nhser24", "rgn23"];
const MIDDLE = ["msoa21", "msoa11"];
const NEAR = ["lsoa21", "lsoa11"];

/**
 * The geography to draw at a zoom: the fixed one, else the finest that suits the zoom among those with the period, stratum and what is to
 * be shown. One of which most areas are withheld gives way to the next, so that nobody looks at a map of hatching.
 */
export function geographyAt(state, indicator, zoom) {
  const slice = (slug) => indicator.available[slug]?.[state.period]?.[state.stratum];
  const has = (slug) => slice(slug) && hasShow(indicator, slug, state);
  const isFilled = (slug) => has(slug) && slice(slug).values * 2 >= slice(slug).areas;
  if (state.areas !== "auto" && has(state.areas)) return state.areas;
  let order = [...FAR, ...MIDDLE, ...NEAR];
  if (zoom >= MSOA_ZOOM) order = [...MIDDLE, ...FAR, ...NEAR];
  if (zoom >= LSOA_ZOOM) order = [...NEAR, ...MIDDLE, ...FAR];
  return order.find(isFilled) ?? order.find(has) ?? null;
}
