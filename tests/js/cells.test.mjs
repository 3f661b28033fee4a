import assert from "node:assert/strict";
import { test } from "node:test";
import { cellArea, isCell } from "../../hiid/pages/static/pages/js/cells.js";
import { DEFAULTS, geographyAt, settle } from "../../hiid/pages/static/pages/js/state.js";

const slice = { breaks: [1], areas: 10, values: 10, basis: "modelled" };
const indicator = {
  slug: "one",
  short: "One",
  periods: ["2020", "2021"],
  targets: [],
  available: { lsoa21: { 2020: { all: slice }, 2021: { all: slice } }, h3: { 2021: { all: slice } } },
};
const catalogue = { indicators: [indicator], first: "one" };

test("a cell's code is no area's", () => {
  assert.equal(isCell("88195da613fffff"), true);
  for (const code of ["E01000001", "E92000001", "88195DA613FFFFF", "88195da613ffff", ""]) assert.equal(isCell(code), false);
});

test("a cell is found by the district of its people, and one that is not drawn is said to be none", () => {
  const names = { codes: ["88195da613fffff", "87195da61ffffff"], names: ["", ""], districts: ["Haven"], district: [0, -1] };
  assert.equal(cellArea("88195da613fffff", names).name, "Hexagon in Haven");
  assert.equal(cellArea("87195da61ffffff", names).name, "Hexagon");
  assert.throws(() => cellArea("89195da6103ffff", names), /no hexagon/);
});

test("hexagons are drawn only where they are chosen, in the newest period", () => {
  for (const zoom of [5, 8, 11]) assert.equal(geographyAt({ ...DEFAULTS, period: "2021" }, indicator, zoom), "lsoa21");
  const { state } = settle({ ...DEFAULTS, indicator: "one", areas: "h3", period: "2020" }, catalogue);
  assert.equal(state.period, "2021");
  assert.equal(geographyAt(state, indicator, 8), "h3");
});

test("hexagons are not told apart by deprivation, and it is said", () => {
  const { state, notes } = settle({ ...DEFAULTS, indicator: "one", areas: "h3", core20: true, deciles: "1-2", deprivation: "bivariate" }, catalogue);
  assert.deepEqual([state.core20, state.deciles, state.deprivation], [false, "1-10", "off"]);
  assert.match(notes.join(" "), /no decile of deprivation/);
  assert.equal(settle({ ...DEFAULTS, indicator: "one", areas: "lsoa21", core20: true }, catalogue).state.core20, true);
});
