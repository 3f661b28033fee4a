// Pure: from values to the small numbers that the map paints, and back to colours.

// One number for each area tells the map everything: bits 0-5 which fill, then what lies over it.
export const DIM = 64;
export const HATCHED = 128;
export const CORE20 = 256;
export const HOVERED = 512;
export const WINDOW = 1024;
const FILLS = 64;

const SEQUENTIAL = { high_is_good: 0, low_is_good: 7, none: 14 };
const DIVERGING = 21;
const BIVARIATE = 28;
const STATUSES = { zero: 40, suppressed: 41, missing: 42, not_collected: 43, not_applicable: 44, not_tested: 45 };
const EXCEEDANCE = 46;
// Worse and better, each high or low, then tested and neither, then inside a scan window.
const SPOTS = 51;
export const LOADING = 63;
const CLASSES = 7;
// Values come as whole numbers times a step: a value on a bound may miss it by the last bit.
const ROUNDING = 1e-9;

/** The fill number of a status that has no class of its own. */
export function statusFill(status) {
  return STATUSES[status] ?? STATUSES.missing;
}

/** Fill number of a painted code. */
export function fillOf(code) {
  return code % FILLS;
}

/** Every fill number with its colour, from the scale that the page was given. */
export function fillColours(scale) {
  const colours = new Map();
  for (const [polarity, first] of Object.entries(SEQUENTIAL)) {
    for (const [at, colour] of scale.sequential[polarity][CLASSES].entries()) colours.set(first + at, colour);
  }
  for (const [at, colour] of scale.diverging.entries()) colours.set(DIVERGING + at, colour);
  for (const [at, colour] of scale.bivariate.entries()) colours.set(BIVARIATE + at, colour);
  for (const [at, colour] of scale.exceedance.entries()) colours.set(EXCEEDANCE + at, colour);
  const { worse, better, neither, window: inside } = scale.spots;
  for (const [at, colour] of [worse, worse, better, better, neither, inside].entries()) colours.set(SPOTS + at, colour);
  for (const [status, number] of Object.entries(STATUSES)) colours.set(number, scale.statuses[status].fill);
  colours.set(LOADING, "#dde3e6");
  return colours;
}

/** Which class a value falls in: the first whose upper bound is not below it; values above all bounds belong to the last. */
export function classOf(value, breaks) {
  let low = 0;
  let high = breaks.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value <= breaks[middle] + ROUNDING) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Fill number of class `at` of `classes` on the sequential scale of a polarity. */
export function sequentialFill(polarity, at, classes) {
  const step = classes > 1 ? Math.round((at * (CLASSES - 1)) / (classes - 1)) : 0;
  return (SEQUENTIAL[polarity] ?? SEQUENTIAL.none) + step;
}

/** Upper bounds of seven classes, equal steps to either side of the benchmark, which lies in the middle of the fourth. */
export function divergingBreaks(values, benchmark) {
  const distances = [];
  for (const value of values) if (!Number.isNaN(value)) distances.push(Math.abs(value - benchmark));
  if (distances.length === 0) return [];
  distances.sort((a, b) => a - b);
  const wide = distances[Math.min(distances.length - 1, Math.floor(distances.length * 0.95))] || Math.abs(benchmark) / 10 || 1;
  const step = wide / 3;
  return [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, Number.POSITIVE_INFINITY].map((times) => benchmark + times * step);
}

/** Fill number on the diverging scale: the worst (or, without a direction, the highest) end first. */
export function divergingFill(polarity, at) {
  return DIVERGING + (polarity === "high_is_good" ? at : CLASSES - 1 - at);
}

/** Two bounds that cut the values into thirds by count; null when there are fewer than three values. */
export function thirds(values) {
  const sorted = Float64Array.from(values.filter((value) => !Number.isNaN(value))).sort();
  if (sorted.length < 3) return null;
  return [sorted[Math.ceil(sorted.length / 3) - 1], sorted[Math.ceil((2 * sorted.length) / 3) - 1]];
}

/** Third of deprivation of a decile (1 = most deprived): 0 least (8-10), 1 middle (4-7), 2 most (1-3). */
export function deprivationThird(decile) {
  if (decile <= 3) return 2;
  return decile <= 7 ? 1 : 0;
}

/** Third of the value, 0 unremarkable to 2 worst (highest where there is no direction). */
export function valueThird(value, bounds, polarity) {
  let third = 2;
  if (value <= bounds[0]) third = 0;
  else if (value <= bounds[1]) third = 1;
  return polarity === "high_is_good" ? 2 - third : third;
}

/** Fill number of the bivariate scale. */
export function bivariateFill(third, deprivation) {
  return BIVARIATE + third * 3 + deprivation;
}

/** Fill number of a class of certainty, 0 surely better to 4 surely worse. */
export function exceedanceFill(at) {
  return EXCEEDANCE + at;
}

/** Fill number of a spot: 1 high, -1 low, 0 neither; `worse` is the sign that is worse. */
export function spotFill(spot, worse) {
  if (!spot) return SPOTS + 4;
  return SPOTS + (spot === worse ? 0 : 2) + (spot > 0 ? 0 : 1);
}

/** Fill numbers of areas that lie high, or low, together with their neighbours. */
export const HIGH_FILLS = [SPOTS, SPOTS + 2];
export const LOW_FILLS = [SPOTS + 1, SPOTS + 3];

/** Fill number inside a scan window, or outside of all. */
export function windowFill(isInside) {
  return SPOTS + (isInside ? 5 : 4);
}

/**
 * The code of every area, in feature order. `file` holds value and status of each area, `deciles` its decile (0 = unknown),
 * `view` says how to look: mode (sequential, diverging, bivariate), breaks or bounds, polarity, first and last decile, core20; or `fillAt`,
 * the fill number of an area with a value; `isOutlined` where some areas wear the outline of a window.
 */
export function paintCodes(file, deciles, view) {
  const codes = new Uint16Array(file.n);
  const [first, last] = view.deciles;
  const filtered = first > 1 || last < 10;
  for (let at = 0; at < file.n; at++) {
    const decile = deciles ? deciles[at] : 0;
    let code = fillFor(file, at, decile, view);
    const isCore20 = decile === 1 || decile === 2;
    if ((view.core20 && !isCore20) || (filtered && (decile < first || decile > last))) code += DIM;
    if (view.isSimilar(at)) code += HATCHED;
    if (isCore20 && (view.core20 || view.outline)) code += CORE20;
    if (view.isOutlined?.(at)) code += WINDOW;
    codes[at] = code;
  }
  return codes;
}

function fillFor(file, at, decile, view) {
  const status = file.statusAt(at);
  if (status !== "value" && !(status === "zero" && view.mode === "bivariate")) return statusFill(status);
  const value = file.values[at];
  if (Number.isNaN(value)) return statusFill("missing");
  if (view.fillAt) return view.fillAt(value);
  if (view.mode === "bivariate") {
    return decile && view.bounds ? bivariateFill(valueThird(value, view.bounds, view.polarity), deprivationThird(decile)) : statusFill("missing");
  }
  const place = classOf(value, view.breaks);
  return view.mode === "diverging" ? divergingFill(view.polarity, place) : sequentialFill(view.polarity, place, view.breaks.length);
}
