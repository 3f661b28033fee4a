// Pure: how one map is looked at: which scale, which bounds, which benchmark, and what its classes are called.

import { estimateLook } from "./estimates.js";
import { bivariateFill, classOf, divergingBreaks, divergingFill, fillColours, sequentialFill, thirds } from "./scales.js";
import { parseDeciles } from "./state.js";
import { classWords, peersName, peersTitle } from "./words.js";

// A decile has ten values and the scale seven colours: pairs of deciles are read best.
const DECILE_BREAKS = [2, 4, 6, 8, 10];
const MODELLED = "modelled";
// Why an area has no figure when the records hold no row of it.
const NOT_HELD = "not_in_source";

/** The benchmark's value and name, or null: England's figure, the target in force, or none. */
export function benchmarkOf(state, indicator) {
  if (state.benchmark === "target" && indicator.targets.length) {
    const target = indicator.targets.at(-1);
    return { value: target.value, name: "target", source: target.source };
  }
  // The middle of such a ratio means something: it is always looked at from there.
  if (indicator.unit === "ratio_100") return { value: 100, name: "England" };
  const england = indicator.englandValues[state.period]?.[state.stratum];
  if (state.benchmark !== "england") return null;
  return england === undefined ? null : { value: england, name: peersTitle(indicator) };
}

/** Everything that painting and legend need; `file` and `deciles` as loaded, `slice` as the catalogue has it. */
export function lookAt({ state, indicator, tileset, file, deciles }) {
  const slice = indicator.available[tileset][state.period][state.stratum];
  const benchmark = benchmarkOf(state, indicator);
  const isDecile = indicator.unit === "decile";
  const view = {
    mode: "sequential",
    // Decile 1 is the most deprived, and strong.
    polarity: isDecile ? "high_is_good" : indicator.polarity,
    breaks: isDecile ? DECILE_BREAKS : slice.breaks,
    bounds: null,
    benchmark,
    deciles: parseDeciles(state.deciles) ?? [1, 10],
    core20: state.core20,
    outline: state.deprivation === "outline",
    // Against England the release says it; against a target the limits do, once they have come.
    isSimilar: benchmark?.name === "target" ? () => false : (at) => file.comparisonAt(at) === "similar",
    yardstick: benchmark?.name === "target" ? "the target" : peersName(indicator),
    isModelled: slice.basis === MODELLED,
  };
  const own = estimateLook(state.show, indicator, file);
  if (own) return { ...view, ...own, benchmark: null };
  if (state.show !== "value") view.isModelled = false;
  if (state.deprivation === "bivariate" && deciles && !indicator.isPartOfImd && !isDecile) {
    view.mode = "bivariate";
    view.bounds = thirds(file.values);
  } else if (benchmark) {
    view.mode = "diverging";
    const isMade = indicator.unit === "ratio_100" && slice.breaks.length === 7;
    view.breaks = isMade ? slice.breaks : divergingBreaks(file.values, benchmark.value);
  }
  if (view.breaks.length === 0) view.breaks = [Number.POSITIVE_INFINITY];
  return view;
}

/** Colour of a value (of its class, not of its status). */
export function colourOf(value, view, scale, colours = fillColours(scale)) {
  const at = classOf(value, view.breaks);
  const fill = view.mode === "diverging" ? divergingFill(view.polarity, at) : sequentialFill(view.polarity, at, view.breaks.length);
  return colours.get(fill);
}

/** Classes from low to high: colour, bounds and words. Not for the bivariate scale. */
export function classesOf(view, indicator, scale) {
  const colours = fillColours(scale);
  return view.breaks.map((high, at) => {
    const low = at === 0 ? Number.NEGATIVE_INFINITY : view.breaks[at - 1];
    const isLast = at === view.breaks.length - 1;
    const fill = view.mode === "diverging" ? divergingFill(view.polarity, at) : sequentialFill(view.polarity, at, view.breaks.length);
    return { colour: colours.get(fill), low, high, words: classWords(low, isLast ? Number.POSITIVE_INFINITY : high, indicator) };
  });
}

/** The nine colours of the bivariate square, rows by value (0 unremarkable), columns by deprivation (0 least). */
export function bivariateColours(scale) {
  const colours = fillColours(scale);
  return [0, 1, 2].map((third) => [0, 1, 2].map((deprivation) => colours.get(bivariateFill(third, deprivation))));
}

/** How the values are spread: counts of `bins` equal steps between their 0.5th and 99.5th percentile, and where a value stands in it. */
export function distribution(values, bins = 60) {
  const known = Float64Array.from(values.filter((value) => !Number.isNaN(value))).sort();
  if (known.length < 2) return null;
  const at = (share) => known[Math.min(known.length - 1, Math.floor(share * known.length))];
  const low = at(0.005);
  const high = at(0.995) > low ? at(0.995) : known.at(-1);
  const width = high - low || 1;
  const place = (value) => Math.min(1, Math.max(0, (value - low) / width));
  const counts = new Array(bins).fill(0);
  for (const value of known) counts[Math.min(bins - 1, Math.floor(place(value) * bins))] += 1;
  return { low, high, place, counts, middle: (bin) => low + ((bin + 0.5) / bins) * width, n: known.length };
}

/** The same look with limits at hand: areas whose interval holds the target cannot be told apart from it. Null: nothing changes. */
export function withLimits(view, limits) {
  if (view.benchmark?.name !== "target" || !limits?.lower) return null;
  const { value } = view.benchmark;
  return { ...view, isSimilar: (at) => limits.lower[at] <= value && value <= limits.upper[at] };
}

/** How many areas a release of records does not hold at all: they are of other places, and not without data. 0 for published figures. */
export function outsideRecords({ indicator, state, tileset, file }) {
  const slice = indicator.available[tileset]?.[state.period]?.[state.stratum];
  return indicator.isLinked && slice?.areas ? Math.max(0, file.n - slice.areas) : 0;
}

/** Which areas are outside these records, by position. `limits`: those of the map, whose reasons tell them apart, or null until they have come. */
export function outsideAt(shown, limits) {
  const file = shown.main ?? shown.file;
  const outside = outsideRecords(shown);
  if (!outside) return () => false;
  const reasons = limits?.reason;
  if (reasons) return (at) => file.statusAt(at) === "missing" && reasons[at] === NOT_HELD;
  let missing = 0;
  for (let at = 0; at < file.n; at++) missing += Number(file.statusAt(at) === "missing");
  return (at) => missing <= outside && file.statusAt(at) === "missing";
}

/** Which statuses, hatching and bases occur among the areas, for a legend that explains only what is there. */
export function occurring(file, view) {
  const found = { statuses: new Map(), hatched: 0, modelled: 0 };
  for (let at = 0; at < file.n; at++) {
    const status = file.statusAt(at);
    found.statuses.set(status, (found.statuses.get(status) ?? 0) + 1);
    if (view.isSimilar(at)) found.hatched += 1;
    if (file.isModelledAt(at) && !Number.isNaN(file.values[at])) found.modelled += 1;
  }
  return found;
}
