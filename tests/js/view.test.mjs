import assert from "node:assert/strict";
import { test } from "node:test";
import { columnsOf } from "../../hiid/pages/static/pages/js/columns.js";
import { outsideWords } from "../../hiid/pages/static/pages/js/sentences.js";
import { outsideAt, outsideRecords } from "../../hiid/pages/static/pages/js/view.js";

const state = { period: "2025-26", stratum: "all" };
const shown = (isLinked, areas) => ({
  state,
  tileset: "lsoa21",
  file: { n: 100 },
  indicator: { isLinked, available: { lsoa21: { "2025-26": { all: { areas } } } } },
});

test("areas that linked records do not hold are outside them, and not without data", () => {
  assert.equal(outsideRecords(shown(true, 30)), 70);
  assert.equal(outsideRecords(shown(true, 100)), 0);
});

test("areas without a published figure are without data", () => {
  assert.equal(outsideRecords(shown(false, 30)), 0);
  assert.equal(outsideRecords({ ...shown(true, 30), tileset: "msoa21" }), 0);
});

// Of five areas the records hold three: one with a value, one withheld, one where nobody lives.
const statuses = ["value", "suppressed", "missing", "missing", "missing"];
const file = {
  n: 5,
  values: [0.5, ...new Array(4).fill(Number.NaN)],
  statusAt: (at) => statuses[at],
  comparisonAt: () => "not_compared",
  isModelledAt: () => false,
};
const reason = ["none", "withheld", "no_population", "not_in_source", "not_in_source"];
const linked = (areas) => ({ ...shown(true, areas), file });
const outside = (found) => statuses.map((_, at) => found(at));

test("each area that the records do not hold is told from one without data by its reason", () => {
  assert.deepEqual(outside(outsideAt(linked(3), { reason })), [false, false, false, true, true]);
  assert.deepEqual(outside(outsideAt({ ...shown(false, 3), file }, { reason })), new Array(5).fill(false));
});

test("before the reasons have come an area is outside only where all without data are", () => {
  assert.deepEqual(outside(outsideAt(linked(3), null)), new Array(5).fill(false));
  assert.deepEqual(outside(outsideAt(linked(2), null)), [false, false, true, true, true]);
});

test("table and panel say that an area is outside the records", () => {
  const indicator = { short: "Made-up visits", unit: "proportion", decimals: 1, isLinked: true };
  const facts = { indicator, file, names: { names: ["a", "b", "c", "d", "e"], codes: [] }, show: "spots", isOutside: outsideAt(linked(3), { reason }) };
  const words = (key, more = {}) =>
    statuses.map((_, at) =>
      columnsOf({ ...facts, ...more })
        .find((column) => column.key === key)
        .words(at),
    );

  assert.deepEqual(words("value").slice(2), ["no data", "outside these records", "outside these records"]);
  assert.deepEqual(words("comparison").slice(2), ["not compared with all made-up people", "–", "–"]);
  const none = new Array(5).fill(Number.NaN);
  assert.deepEqual(words("spots", { estimates: { q: none, spot: none, in_window: none } }).slice(2), [
    "not tested: no estimate here",
    "outside these records",
    "outside these records",
  ]);
  assert.equal(outsideWords(indicator, "Leeds 001A"), "Made-up visits: Leeds 001A is outside these records, which are of other places.");
});
