import assert from "node:assert/strict";
import { test } from "node:test";
import * as words from "../../hiid/pages/static/pages/js/words.js";

const coverage = { unit: "proportion", decimals: 1 };

test("proportions are read as per cent with the indicator's digits", () => {
  assert.equal(words.valueWords(0.68604, coverage), "68.6\u00a0%");
  assert.equal(words.intervalWords(0.5512, 0.6129, coverage), "55.1 to 61.3\u00a0%");
});

test("modelled values are about, and missing is never zero", () => {
  assert.equal(words.shownValue("value", 0.582, true, coverage), "about 58.2\u00a0%");
  assert.equal(words.shownValue("suppressed", Number.NaN, false, coverage), "cannot be shown (small numbers)");
  assert.equal(words.shownValue("missing", Number.NaN, false, coverage), "no data");
  assert.equal(words.shownValue("value", Number.NaN, false, coverage), "no data");
});

test("thousands are separated in the English way", () => {
  assert.equal(words.plainNumber(56550138), "56,550,138");
});

test("classes are named by their bounds", () => {
  assert.equal(words.classWords(Number.NEGATIVE_INFINITY, 0.6, coverage), "up to 60.0");
  assert.equal(words.classWords(0.6, 0.65, coverage), "60.0 to 65.0");
  assert.equal(words.classWords(0.65, Number.POSITIVE_INFINITY, coverage), "over 65.0");
});

test("deciles one and two are Core20", () => {
  assert.match(words.decileWords(2, "lsoa"), /Core20/);
  assert.doesNotMatch(words.decileWords(3, "lsoa"), /Core20/);
  assert.doesNotMatch(words.decileWords(1, "lad"), /Core20/);
  assert.equal(words.decileWords(0), "deprivation not known");
});

test("ticks have the digits their step needs and never more than the indicator has", () => {
  const register = { unit: "proportion", decimals: 2 };
  assert.deepEqual(
    [0.0628, 0.063].map((tick) => words.tickWords(tick, 0.0002, register)),
    ["6.28", "6.30"],
  );
  assert.equal(words.tickWords(0.65, 0.05, coverage), "65");
  assert.equal(words.tickWords(0.6524, 0.0001, coverage), "65.2");
  assert.ok(Math.abs(words.leastStep(coverage) - 0.001) < 1e-12);
});
