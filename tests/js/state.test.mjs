import assert from "node:assert/strict";
import { test } from "node:test";
import * as state from "../../hiid/pages/static/pages/js/state.js";

const indicator = (over = {}) => ({
  slug: "coverage",
  short: "Coverage",
  targets: [],
  periods: ["2019-20", "2020-21"],
  available: {
    lad24: { "2019-20": { all: {} }, "2020-21": { all: {} } },
    msoa21: { "2020-21": { all: {} } },
    lsoa21: { "2020-21": { all: {}, asian: {} } },
  },
  ...over,
});
const catalogue = (...indicators) => ({ first: "coverage", indicators });

test("an empty address is the default state and writes nothing", () => {
  assert.deepEqual(state.parseState(""), { ...state.DEFAULTS });
  assert.equal(state.writeState(state.parseState("")), "");
});

test("what is written is read back", () => {
  const given = { ...state.DEFAULTS, indicator: "a-b", core20: true, deciles: "1-3", at: "51.5000,-0.1000,9.00", sites: "school,hospital" };
  assert.deepEqual(state.parseState(state.writeState(given)), given);
});

test("values that cannot be fall back to the default", () => {
  const read = state.parseState("?benchmark=moon&deciles=7-2&at=here&core20=yes&stray=1");
  assert.equal(read.benchmark, "none");
  assert.equal(read.deciles, "1-10");
  assert.equal(read.at, "");
  assert.equal(read.core20, false);
  assert.equal("stray" in read, false);
});

test("deciles lie within 1 to 10 in order", () => {
  assert.deepEqual(state.parseDeciles("3"), [3, 3]);
  assert.equal(state.parseDeciles("0-4"), null);
  assert.equal(state.parseDeciles("1-11"), null);
});

test("the latest period is taken where the asked one is not offered, and it is said", () => {
  const { state: settled, notes } = state.settle({ ...state.DEFAULTS, indicator: "coverage", period: "1999" }, catalogue(indicator()));
  assert.equal(settled.period, "2020-21");
  assert.equal(notes.length, 1);
});

test("an unknown indicator gives way to the first", () => {
  const { indicator: shown, notes } = state.settle({ ...state.DEFAULTS, indicator: "gone" }, catalogue(indicator()));
  assert.equal(shown.slug, "coverage");
  assert.match(notes[0], /gone/);
});

test("a catalogue without indicators is said, not thrown", () => {
  assert.equal(state.settle({ ...state.DEFAULTS }, catalogue()).indicator, null);
});

test("the geography follows the zoom among those that have the period", () => {
  const one = indicator();
  const shown = { ...state.DEFAULTS, period: "2020-21" };
  assert.equal(state.geographyAt(shown, one, 5.5), "lad24");
  assert.equal(state.geographyAt(shown, one, 8), "msoa21");
  assert.equal(state.geographyAt(shown, one, 11), "lsoa21");
  assert.equal(state.geographyAt({ ...shown, period: "2019-20" }, one, 11), "lad24");
  assert.equal(state.geographyAt({ ...shown, areas: "lsoa21" }, one, 5), "lsoa21");
});

test("areas of which most are withheld give way to wider ones, unless they are asked for", () => {
  const one = indicator();
  const shown = { ...state.DEFAULTS, period: "2020-21" };
  one.available.lsoa21["2020-21"].all = { areas: 147, values: 7 };
  one.available.msoa21["2020-21"].all = { areas: 36, values: 36 };
  assert.equal(state.geographyAt(shown, one, 11), "msoa21");
  assert.equal(state.geographyAt({ ...shown, areas: "lsoa21" }, one, 11), "lsoa21");
  for (const sets of Object.values(one.available)) sets["2020-21"].all = { areas: 10, values: 1 };
  assert.equal(state.geographyAt(shown, one, 11), "lsoa21");
});

test("a breakdown that only some areas have keeps to them", () => {
  assert.equal(state.geographyAt({ ...state.DEFAULTS, period: "2020-21", stratum: "asian" }, indicator(), 5), "lsoa21");
});
