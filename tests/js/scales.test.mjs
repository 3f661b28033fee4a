import assert from "node:assert/strict";
import { test } from "node:test";
import * as scales from "../../hiid/pages/static/pages/js/scales.js";
import { ValueFile } from "../../hiid/pages/static/pages/js/values.js";

const view = (over = {}) => ({
  mode: "sequential",
  breaks: [1, 2, 3],
  polarity: "low_is_good",
  deciles: [1, 10],
  core20: false,
  outline: false,
  isSimilar: () => false,
  ...over,
});
const file = (values, flags = values.map(() => 0)) => new ValueFile({}, Float64Array.from(values), Uint8Array.from(flags));

test("an upper bound belongs to its class, and the last class takes what is above", () => {
  assert.deepEqual(
    [0.5, 1, 1.01, 3, 99].map((value) => scales.classOf(value, [1, 2, 3])),
    [0, 0, 1, 2, 2],
  );
});

test("statuses never share a fill with one another or with a class", () => {
  const fills = ["zero", "suppressed", "missing", "not_collected", "not_applicable"].map(scales.statusFill);
  for (const polarity of ["high_is_good", "low_is_good", "none"]) {
    for (let at = 0; at < 7; at++) fills.push(scales.sequentialFill(polarity, at, 7));
  }
  assert.equal(new Set(fills).size, fills.length);
});

test("a missing value is painted missing, never as a class", () => {
  const codes = scales.paintCodes(file([Number.NaN, 2], [3, 0]), null, view());
  assert.equal(scales.fillOf(codes[0]), scales.statusFill("missing"));
  assert.equal(scales.fillOf(codes[1]), scales.sequentialFill("low_is_good", 1, 3));
});

test("a zero has its own look", () => {
  assert.equal(scales.fillOf(scales.paintCodes(file([0], [1]), null, view())[0]), scales.statusFill("zero"));
});

test("core20 lets every other area recede", () => {
  const codes = scales.paintCodes(file([1, 1, 1]), [1, 3, 0], view({ core20: true }));
  assert.deepEqual(
    Array.from(codes, (code) => (code & scales.DIM) > 0),
    [false, true, true],
  );
  assert.deepEqual(
    Array.from(codes, (code) => (code & scales.CORE20) > 0),
    [true, false, false],
  );
});

test("what cannot be told apart is hatched", () => {
  const codes = scales.paintCodes(file([1, 1]), null, view({ isSimilar: (at) => at === 0 }));
  assert.deepEqual(
    Array.from(codes, (code) => (code & scales.HATCHED) > 0),
    [true, false],
  );
});

test("the benchmark lies in the neutral middle class", () => {
  const values = [80, 90, 100, 110, 130];
  const breaks = scales.divergingBreaks(values, 100);
  assert.equal(scales.classOf(100, breaks), 3);
  assert.equal(breaks.length, 7);
  assert.notEqual(scales.divergingFill("high_is_good", 0), scales.divergingFill("low_is_good", 0));
});

test("the worst third of the most deprived is the last bivariate class, by polarity", () => {
  const values = [1, 2, 3, 4, 5, 6];
  const bounds = scales.thirds(values);
  assert.deepEqual(bounds, [2, 4]);
  assert.equal(scales.valueThird(1, bounds, "high_is_good"), 2);
  assert.equal(scales.valueThird(6, bounds, "low_is_good"), 2);
  const code = scales.paintCodes(file([6]), [1], view({ mode: "bivariate", bounds, polarity: "low_is_good" }))[0];
  assert.equal(scales.fillOf(code), scales.bivariateFill(2, 2));
});
