// Pure: what the engine thinks of areas, as a map shows it: in place of the values, with a class and words for each area.

import { exceedanceFill, spotFill, windowFill } from "./scales.js";
import { intervalWords, peersName, plainNumber, valueWords } from "./words.js";

// Where a probability of being worse is told with a word: beyond these bounds "likely", beyond the outer ones "very likely".
const BOUNDS = [0.05, 0.2, 0.8, 0.95];
const CERTAINTY = ["very likely better", "likely better", "cannot tell", "likely worse", "very likely worse"];
const UNCLEAR = 2;
// Which column stands in place of the value.
const COLUMNS = { shrunken: "shrunken", smoothed: "smoothed", exceedance: "exceedance", spots: "spot", windows: "in_window" };
const NEVER = () => false;

/** A main file with what the engine thinks of each area in place of its value; who has none was not tested, and nothing else about it changes. */
export class EstimatedFile {
  constructor(main, estimates, show) {
    this.main = main;
    this.metadata = main.metadata;
    this.n = main.n;
    this.values = estimates[COLUMNS[show]];
  }

  statusAt(at) {
    if (!Number.isNaN(this.values[at])) return "value";
    const status = this.main.statusAt(at);
    return status === "value" || status === "zero" ? "not_tested" : status;
  }

  isModelledAt() {
    return false;
  }

  comparisonAt(at) {
    return this.main.comparisonAt(at);
  }
}

/** Class of a probability of being worse: 0 very likely better, 2 cannot tell, 4 very likely worse. */
export function certaintyOf(probability) {
  if (probability <= BOUNDS[0]) return 0;
  if (probability <= BOUNDS[1]) return 1;
  if (probability < BOUNDS[2]) return UNCLEAR;
  return probability < BOUNDS[3] ? 3 : 4;
}

/** The sign of a spot that is worse. */
function worseSpot(indicator) {
  return indicator.polarity === "high_is_good" ? -1 : 1;
}

/** How a map of classes is looked at: which fill an area with a value has, what is hatched and what outlined. Values keep their own scale: null. */
export function estimateLook(show, indicator, file) {
  if (show === "exceedance") {
    return {
      mode: show,
      fillAt: (value) => exceedanceFill(certaintyOf(value)),
      isSimilar: (at) => !Number.isNaN(file.values[at]) && certaintyOf(file.values[at]) === UNCLEAR,
      yardstick: yardstick(indicator),
    };
  }
  if (show === "spots") return { mode: show, fillAt: (value) => spotFill(value, worseSpot(indicator)), isSimilar: NEVER };
  if (show === "windows") return { mode: show, fillAt: (value) => windowFill(value === 1), isSimilar: NEVER, isOutlined: (at) => file.values[at] === 1 };
  return null;
}

/** What an area is held against: rates of residents are expected of their ages, shares are those of all areas together. */
export function yardstick(indicator) {
  return indicator.unit === "proportion" ? peersName(indicator) : "what the ages of its residents let expect";
}

/** The classes of a legend, as fill number, words and how many areas are in each; those of probability always, others where they occur. */
export function estimateClasses(show, indicator, file) {
  const counts = new Map();
  for (let at = 0; at < file.n; at++) if (!Number.isNaN(file.values[at])) counts.set(file.values[at], (counts.get(file.values[at]) ?? 0) + 1);
  if (show === "exceedance") {
    const inClass = CERTAINTY.map(() => 0);
    for (const [value, count] of counts) inClass[certaintyOf(value)] += count;
    return CERTAINTY.map((words, at) => ({ fill: exceedanceFill(at), words: `${words}, ${CLASS_WORDS[at]}`, count: inClass[at], isHatched: at === UNCLEAR }));
  }
  const classes =
    show === "spots"
      ? [1, -1, 0].map((spot) => ({ value: spot, fill: spotFill(spot, worseSpot(indicator)), words: SPOT_CLASSES[spot](indicator), sign: spot }))
      : [1, 0].map((inside) => ({ value: inside, fill: windowFill(inside === 1), words: WINDOW_CLASSES[inside], isOutlined: inside === 1 }));
  return classes.map((one) => ({ ...one, count: counts.get(one.value) ?? 0 })).filter((one) => one.count);
}

const CLASS_WORDS = ["5 % or less", "5 to 20 %", "20 to 80 %", "80 to 95 %", "95 % or more"];
const isWorse = (spot, indicator) => (spot === worseSpot(indicator) ? "worse" : "better");
const SPOT_CLASSES = {
  1: (indicator) => `high together with its neighbours, ${isWorse(1, indicator)}`,
  "-1": (indicator) => `low together with its neighbours, ${isWorse(-1, indicator)}`,
  0: () => "tested, neither",
};
const WINDOW_CLASSES = { 1: "inside a scan window", 0: "outside of all windows" };

/** A probability in whole per cent, never 0 or 100. */
export function probabilityWords(probability) {
  if (probability < 0.01) return "under 1\u00a0%";
  if (probability > 0.99) return "over 99\u00a0%";
  return `${plainNumber(probability * 100)}\u00a0%`;
}

/** The chance of a false discovery with the digits that the file has. */
export function chanceWords(q) {
  return q < 0.001 ? "under 0.001" : plainNumber(q, 3);
}

/** The same in brackets; nothing where labels alone left the secure side. */
function chanceIn(q, more = "") {
  return Number.isNaN(q) ? "" : ` (q ${chanceWords(q)}${more})`;
}

/** Whether spots and windows are labels alone: found on exact counts on the secure side, of which no number leaves. */
export function areLabels(estimates) {
  return estimates.q.every(Number.isNaN) && [...estimates.spot, ...estimates.in_window].some((value) => !Number.isNaN(value));
}

/** What one map says of area `at`, in a few words; `windows`: position -> scan window, as far as they have come. */
export function shortWords(show, estimates, at, indicator, windows) {
  const value = estimates[COLUMNS[show]][at];
  if (Number.isNaN(value)) return "not tested: no estimate here";
  if (show === "exceedance") return `${CERTAINTY[certaintyOf(value)]}: probability of being worse ${probabilityWords(value)}`;
  if (show === "spots") return value ? `${SPOT_CLASSES[value](indicator)}${chanceIn(estimates.q[at])}` : "neither high nor low together with its neighbours";
  if (show === "windows") {
    const window = windows?.get(at);
    if (!value) return WINDOW_CLASSES[0];
    return window ? `in the scan window around ${window.area_name}, ${window.members.length} areas` : WINDOW_CLASSES[1];
  }
  return `about ${valueWords(value, indicator)}, ${show}`;
}

/** One sentence on area `at` for the panel. */
export function estimateSentence(show, estimates, at, indicator) {
  const value = estimates[COLUMNS[show]][at];
  if (Number.isNaN(value)) return "This area was not tested: it has no estimate. That is not the same as finding nothing.";
  if (show === "exceedance") {
    const certainty = certaintyOf(value);
    const told =
      certainty === UNCLEAR
        ? `It cannot be told whether this area is worse than ${yardstick(indicator)}`
        : `This area is ${CERTAINTY[certainty]} than ${yardstick(indicator)}`;
    return `${told}: the probability of being worse is ${probabilityWords(value)}.`;
  }
  if (show === "spots") {
    if (!value) return `Tested: it lies neither high nor low together with its neighbours${chanceIn(estimates.q[at])}.`;
    return `It lies ${SPOT_CLASSES[value](indicator).replace(",", ", which is")}${chanceIn(estimates.q[at], "; false discoveries held to 5 %")}.`;
  }
  if (show === "windows") return value ? "It lies in a scan window: with its surroundings it is worse than chance explains." : "No scan window holds it.";
  const more = show === "shrunken" ? "pulled towards what is usual, the more the fewer people stand behind it" : "borrowing from its neighbours";
  return `About ${valueWords(value, indicator)}: its own figure, ${more}.`;
}

/** All that the engine thinks of area `at`, as pairs of name and words; only what there is. */
export function estimatePairs(estimates, at, indicator) {
  const known = (name) => !Number.isNaN(estimates[name][at]);
  const pairs = [];
  if (known("shrunken"))
    pairs.push([
      "Shrunken value",
      `about ${valueWords(estimates.shrunken[at], indicator)} (${intervalWords(estimates.shrunken_lower[at], estimates.shrunken_upper[at], indicator)})`,
    ]);
  if (known("smoothed")) pairs.push(["Smoothed value", `about ${valueWords(estimates.smoothed[at], indicator)}`]);
  if (known("reliability")) pairs.push(["Own figure", `counts for ${probabilityWords(estimates.reliability[at])}`]);
  if (known("exceedance")) pairs.push(["Being worse", `${CERTAINTY[certaintyOf(estimates.exceedance[at])]}, ${probabilityWords(estimates.exceedance[at])}`]);
  if (known("spot")) pairs.push(["With neighbours", shortWords("spots", estimates, at, indicator)]);
  if (known("in_window")) pairs.push(["Scan window", WINDOW_CLASSES[estimates.in_window[at]]]);
  return pairs;
}

/** Scan windows by the positions of their areas: an area of several belongs to the first, which is the strongest. */
export function windowsByPosition(windows, codes) {
  const positions = new Map(codes.map((code, at) => [code, at]));
  const found = new Map();
  for (const window of windows)
    for (const code of window.members) if (positions.has(code) && !found.has(positions.get(code))) found.set(positions.get(code), window);
  return found;
}
