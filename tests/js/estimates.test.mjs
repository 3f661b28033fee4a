import assert from "node:assert/strict";
import { test } from "node:test";
import * as estimates from "../../hiid/pages/static/pages/js/estimates.js";
import { worn } from "../../hiid/pages/static/pages/js/layers.js";
import * as scales from "../../hiid/pages/static/pages/js/scales.js";
import * as shows from "../../hiid/pages/static/pages/js/shows.js";
import { geographyAt, settle } from "../../hiid/pages/static/pages/js/state.js";
import { ValueFile } from "../../hiid/pages/static/pages/js/values.js";

const NONE = Number.NaN;
const indicator = { slug: "coverage", short: "Coverage", unit: "proportion", decimals: 1, polarity: "high_is_good" };
const column = (...values) => Float64Array.from(values);
const thought = (over) => ({
  n: 3,
  shrunken: column(0.5, 0.6, NONE),
  shrunken_lower: column(0.4, 0.5, NONE),
  shrunken_upper: column(0.6, 0.7, NONE),
  smoothed: column(NONE, NONE, NONE),
  exceedance: column(0.97, 0.5, NONE),
  reliability: column(0.8, 0.1, NONE),
  q: column(0.0004, 0.31, NONE),
  spot: column(-1, 0, NONE),
  in_window: column(1, 0, NONE),
  ...over,
});
// Statuses: value, zero, suppressed; then a value that nobody tested.
const main = new ValueFile({}, column(0.5, 0, NONE), Uint8Array.from([0, 1, 2]));

test("a probability is told by the word for its class, bounds included", () => {
  assert.deepEqual([0, 0.05, 0.051, 0.2, 0.201, 0.5, 0.799, 0.8, 0.949, 0.95, 1].map(estimates.certaintyOf), [0, 0, 1, 1, 2, 2, 2, 3, 3, 4, 4]);
});

test("a probability is never told as certain", () => {
  assert.deepEqual([0, 0.004, 0.5, 0.996, 1].map(estimates.probabilityWords), [
    "under 1\u00a0%",
    "under 1\u00a0%",
    "50\u00a0%",
    "over 99\u00a0%",
    "over 99\u00a0%",
  ]);
});

test("an area without an estimate was not tested, and a status keeps its own name", () => {
  const file = new estimates.EstimatedFile(main, thought({ exceedance: column(NONE, NONE, NONE) }), "exceedance");
  assert.deepEqual(
    [0, 1, 2].map((at) => file.statusAt(at)),
    ["not_tested", "not_tested", "suppressed"],
  );
});

test("an area with an estimate has it, though its count is zero", () => {
  const file = new estimates.EstimatedFile(main, thought(), "shrunken");
  assert.deepEqual(
    [0, 1, 2].map((at) => file.statusAt(at)),
    ["value", "value", "suppressed"],
  );
  assert.equal(file.values[1], 0.6);
});

test("what is worse has the strong colour whichever way the figure runs", () => {
  const fills = (polarity) => [1, -1].map((spot) => estimates.estimateLook("spots", { ...indicator, polarity }, {}).fillAt(spot));
  const [highGood, lowGood] = [fills("high_is_good"), fills("low_is_good")];
  const scale = { ...emptyScale(), spots: { worse: "#worse", better: "#better", neither: "#neither", window: "#window" } };
  const colours = scales.fillColours(scale);
  assert.deepEqual(
    highGood.map((fill) => colours.get(fill)),
    ["#better", "#worse"],
  );
  assert.deepEqual(
    lowGood.map((fill) => colours.get(fill)),
    ["#worse", "#better"],
  );
  assert.equal(colours.get(scales.spotFill(0, 1)), "#neither");
  assert.equal(colours.get(scales.windowFill(true)), "#window");
});

test("fills of estimates are shared with no status and no class", () => {
  const fills = [0, 1, 2, 3, 4].map(scales.exceedanceFill);
  for (const worse of [1, -1]) for (const spot of [1, -1]) fills.push(scales.spotFill(spot, worse));
  fills.push(scales.spotFill(0, 1), scales.windowFill(true));
  for (const status of ["zero", "suppressed", "missing", "not_collected", "not_applicable", "not_tested"]) fills.push(scales.statusFill(status));
  for (const polarity of ["high_is_good", "low_is_good", "none"]) for (let at = 0; at < 7; at++) fills.push(scales.sequentialFill(polarity, at, 7));
  for (let at = 0; at < 7; at++) fills.push(scales.divergingFill("none", at));
  for (let third = 0; third < 3; third++) for (let deprivation = 0; deprivation < 3; deprivation++) fills.push(scales.bivariateFill(third, deprivation));
  fills.push(scales.LOADING);
  assert.equal(new Set(fills).size, fills.length);
  assert.ok(Math.max(...fills) < 64);
});

test("hatching, patterns and outlines are worn only where some area needs them", () => {
  const needs = (codes) => [...worn(Uint16Array.from(codes))].filter(([, isWorn]) => isWorn).map(([name]) => name);
  assert.deepEqual(needs([scales.spotFill(1, 1), scales.spotFill(0, 1)]), ["high"]);
  assert.deepEqual(needs([scales.spotFill(-1, 1) + scales.WINDOW]), ["low", "window"]);
  assert.deepEqual(needs([scales.exceedanceFill(2) + scales.HATCHED, scales.statusFill("not_tested")]), ["hatched", "not_tested"]);
});

test("the sentences say no more than the figures carry", () => {
  const say = (show, at, over) => estimates.estimateSentence(show, thought(over), at, indicator);
  assert.equal(say("exceedance", 0), "This area is very likely worse than England: the probability of being worse is 97\u00a0%.");
  assert.match(say("exceedance", 1), /^It cannot be told whether/);
  assert.match(say("spots", 0), /lies low together with its neighbours, which is worse \(q under 0.001; false discoveries held to 5 %\)/);
  assert.match(say("spots", 1), /neither high nor low/);
  assert.match(say("shrunken", 0), /^About 50.0/);
  for (const show of ["shrunken", "exceedance", "spots", "windows"]) assert.match(say(show, 2), /not tested/);
});

test("rates are held against the ages of residents, shares against England", () => {
  assert.equal(estimates.yardstick(indicator), "England");
  assert.match(estimates.yardstick({ unit: "per_100k" }), /ages/);
});

test("an area of two windows belongs to the first", () => {
  const found = estimates.windowsByPosition(
    [
      { key: "a", members: ["X", "Y"] },
      { key: "b", members: ["Y", "Z", "elsewhere"] },
    ],
    ["X", "Y", "Z"],
  );
  assert.deepEqual(
    [0, 1, 2].map((at) => found.get(at).key),
    ["a", "a", "b"],
  );
});

const made = {
  ...indicator,
  targets: [],
  periods: ["2020", "2021"],
  available: { lad24: { 2020: { all: {} }, 2021: { all: {} } }, lsoa21: { 2021: { all: {} } } },
  estimates: { lad24: { 2021: { all: ["shrunken", "exceedance"] } } },
  withoutEstimates: { lsoa21: "modelled_neighbourhoods" },
};
const catalogue = {
  first: "coverage",
  indicators: [made],
  refusals: { modelled_neighbourhoods: "they are modelled", another_period: "newest only" },
  geographies: { lad24: { title: "Districts" } },
};
const asked = (over) => ({ indicator: "coverage", areas: "auto", period: "2021", stratum: "all", show: "exceedance", benchmark: "none", ...over });

test("only what a slice has is offered", () => {
  assert.deepEqual(shows.showsOf(made, asked()), ["value", "shrunken", "exceedance"]);
  assert.deepEqual(shows.showsOf(made, asked({ areas: "lsoa21" })), ["value"]);
  assert.deepEqual(shows.showsOf(made, asked({ period: "2020" })), ["value"]);
  assert.deepEqual(shows.showsOf({ ...made, estimates: undefined }, asked()), ["value"]);
});

test("what is not there is said in plain words, with where it is", () => {
  const words = (over) => shows.whyNotWords(made, asked(over), catalogue);
  assert.equal(words(), "");
  assert.equal(words({ areas: "lsoa21" }), "No estimates here: they are modelled. They are there for: Districts.");
  assert.equal(words({ period: "2020" }), "No estimates here: newest only.");
});

test("a state that cannot be shown settles on the published value and says so", () => {
  const { state, notes } = settle(asked({ areas: "lsoa21" }), catalogue);
  assert.equal(state.show, "value");
  assert.match(notes.join(" "), /they are modelled/);
  assert.equal(settle(asked(), catalogue).state.show, "exceedance");
});

test("by zoom only areas with what is shown are drawn", () => {
  assert.equal(geographyAt(asked(), made, 11), "lad24");
  assert.equal(geographyAt(asked({ show: "value" }), made, 11), "lsoa21");
});

function emptyScale() {
  const seven = Array.from({ length: 7 }, () => "#000000");
  const statuses = Object.fromEntries(
    ["zero", "suppressed", "missing", "not_collected", "not_applicable", "not_tested"].map((name) => [name, { fill: "#ffffff" }]),
  );
  return {
    sequential: Object.fromEntries(["high_is_good", "low_is_good", "none"].map((polarity) => [polarity, { 7: seven }])),
    diverging: seven,
    bivariate: [...seven, "#000000", "#000000"],
    exceedance: seven.slice(0, 5),
    statuses,
  };
}
