import assert from "node:assert/strict";
import { test } from "node:test";
import { outsideRecords } from "../../hiid/pages/static/pages/js/view.js";

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
