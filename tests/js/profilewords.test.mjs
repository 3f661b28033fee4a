import assert from "node:assert/strict";
import { test } from "node:test";
import {
  benchmarkWords,
  comparedFigures,
  countWords,
  figureWords,
  gapWords,
  groupsOf,
  limitsWords,
  nameOf,
  ordered,
  sizeWords,
  snappingWords,
  whyWords,
} from "../../hiid/pages/static/pages/js/profilewords.js";

const plain = (words) => words.replaceAll("\u00a0", " ");
const FIGURE = {
  slug: "a",
  title: "A",
  unit: "proportion",
  decimals: 1,
  value: 0.582,
  lower: 0.551,
  upper: 0.613,
  benchmark: 0.7,
  comparison: "worse",
  gap_people: -230.4,
  status: "value",
  basis: "observed",
  filled: null,
  refused: null,
};

test("snapping says what was gained and lost", () => {
  const words = snappingWords({ gained: { people: 320.4, km2: 0.62 }, lost: { people: 1, km2: 0.02 } });

  assert.match(plain(words), /added 320 people and 0.6 km² that lie outside it, and left out 1 person and less than 0.1 km² that lie inside/);
  assert.match(snappingWords({ gained: { people: 0, km2: 0 }, lost: { people: 0.2, km2: 0.001 } }), /^Nothing/);
});

test("size and name come from the neighbourhoods", () => {
  const atoms = [{ name: "Haringey 001A" }, { name: "Haringey 002B" }, { name: "Enfield 003C" }];

  assert.equal(nameOf({ atoms }), "Part of Haringey");
  assert.equal(plain(sizeWords({ atoms, people: 4812, area_km2: 2.34 })), "3 neighbourhoods, 4,812 people, 2.3 km²");
});

test("a figure is told with its interval, benchmark and gap in people", () => {
  assert.equal(plain(figureWords(FIGURE)), "58.2 %");
  assert.equal(plain(limitsWords(FIGURE)), "55.1 to 61.3 %");
  assert.equal(plain(benchmarkWords(FIGURE)), "worse than England, 70.0 %");
  assert.equal(gapWords(FIGURE), "about 230 people fewer than at that level");
  assert.equal(gapWords({ ...FIGURE, gap_lower: -290.2, gap_upper: -170.1 }), "about 230 people (170 to 290) fewer than at that level");
  assert.equal(gapWords({ ...FIGURE, gap_lower: -20, gap_upper: 40 }), "about 230 people fewer than at that level");
});

test("a figure that was filled or modelled is about", () => {
  assert.match(figureWords({ ...FIGURE, filled: 0.2 }), /^about /);
  assert.match(figureWords({ ...FIGURE, basis: "modelled" }), /^about /);
  assert.match(plain(whyWords({ ...FIGURE, filled: 0.2 })), /20 % of it filled from wider areas/);
});

test("a refusal speaks for itself, and shows no number", () => {
  const refused = { ...FIGURE, value: null, refused: { reason: "r", message: "Too few people live here." } };

  assert.equal(figureWords(refused), "not told");
  assert.equal(whyWords(refused), "Too few people live here.");
  assert.equal(benchmarkWords(refused), "");
  assert.match(countWords([FIGURE, refused]), /^1 indicator, 1 of them worse than their benchmark; 1 cannot be told/);
});

test("what is missing is not zero", () => {
  assert.equal(figureWords({ ...FIGURE, value: null, status: "suppressed" }), "cannot be shown (small numbers)");
});

test("the worse come first, the refused last", () => {
  const order = ordered([
    { ...FIGURE, slug: "r", refused: {} },
    { ...FIGURE, slug: "s", comparison: "similar" },
    { ...FIGURE, slug: "w" },
  ]);

  assert.deepEqual(
    order.map(({ slug }) => slug),
    ["w", "s", "r"],
  );
});

test("two catchments differ where their intervals do not meet", () => {
  const [row] = comparedFigures([FIGURE], [{ ...FIGURE, value: 0.7, lower: 0.68, upper: 0.72 }]);
  const [same] = comparedFigures([FIGURE], [{ ...FIGURE, value: 0.6, lower: 0.57, upper: 0.63 }]);
  const [none] = comparedFigures([FIGURE], [{ ...FIGURE, lower: null, upper: null }]);

  assert.equal(row.apart, "lower by 11.8");
  assert.equal(same.apart, "cannot be told apart");
  assert.equal(none.apart, "not known: no interval");
});

test("figures that differ come before those that cannot be told apart and those without interval", () => {
  const others = [
    { ...FIGURE, slug: "none", lower: null },
    { ...FIGURE, slug: "same" },
    { ...FIGURE, slug: "apart", value: 0.7, lower: 0.68, upper: 0.72 },
  ];
  const rows = comparedFigures(
    others.map(({ slug }) => ({ ...FIGURE, slug, title: slug })),
    others,
  );

  assert.deepEqual(
    rows.map(({ title }) => title),
    ["apart", "same", "none"],
  );
});

test("a rate is of events, not of people", () => {
  assert.equal(gapWords({ ...FIGURE, unit: "per_100k", gap_people: 96.2 }), "about 96 more than at that level");
});

test("groups are read from bands, deciles and groups", () => {
  assert.deepEqual(groupsOf({ bands: [{ band: "0-4", people: 3 }] }), [{ name: "0-4", people: 3, share: undefined }]);
  assert.deepEqual(groupsOf({ deciles: [{ decile: 1, people: 3 }] }), [{ name: "1", people: 3, share: undefined }]);
  assert.deepEqual(groupsOf(undefined), []);
});
