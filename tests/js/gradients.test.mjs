import assert from "node:assert/strict";
import { test } from "node:test";
import { hasGradient } from "../../hiid/pages/static/pages/js/gradients.js";

const of = (...slugs) => ({ available: Object.fromEntries(slugs.map((slug) => [slug, { 2024: { all: {} } }])) });
const choice = { period: "2024", stratum: "all" };
const area = (geography, ...vintages) => ({ geography, vintages: vintages.map((vintage) => ({ vintage })) });
const BOROUGH = area("utla23", 2024, 2023, 2021);
const COUNTY = area("utla23", 2023);

test("a borough holds no county or unitary authority: its deprivation is not asked for by them", () => {
  assert.equal(hasGradient(BOROUGH, of("utla23", "rgn23"), choice), false);
  assert.equal(hasGradient(area("lad24", 2024, 2023, 2021), of("utla23"), choice), false);
});

test("a council holds the neighbourhoods of each of its vintages, whichever is open", () => {
  assert.equal(hasGradient(BOROUGH, of("msoa11", "lad21"), choice), true);
  assert.equal(hasGradient(area("lad21", 2021), of("msoa11"), choice), true);
  assert.equal(hasGradient(area("lad21", 2021), of("lsoa21"), choice), false);
  assert.equal(hasGradient(area("lad24", 2024), of("lsoa11"), choice), false);
});

test("a county holds districts of today, a borough none but itself", () => {
  assert.equal(hasGradient(COUNTY, of("lad24"), choice), true);
  assert.equal(hasGradient(COUNTY, of("msoa11", "lad21"), choice), false);
  assert.equal(hasGradient(BOROUGH, of("lad24"), choice), false);
});

test("areas of the NHS hold no neighbourhoods of 2011, regions and England do", () => {
  assert.equal(hasGradient(area("icb23", 2023), of("msoa11"), choice), false);
  assert.equal(hasGradient(area("icb26", 2026), of("sicbl23"), choice), true);
  assert.equal(hasGradient(area("sicbl23", 2023), of("sicbl23"), choice), false);
  assert.equal(hasGradient(area("nhser24", 2024), of("sicbl23", "nhser24"), choice), true);
  assert.equal(hasGradient(area("rgn23", 2023), of("msoa11", "rgn23"), choice), true);
  assert.equal(hasGradient(area("ctry23", 2023), of("utla23"), choice), true);
});

test("neighbourhoods and organisations have no gradient of their own", () => {
  assert.equal(hasGradient(area("lsoa21", 2021, 2011), of("lsoa21"), choice), false);
  assert.equal(hasGradient(area("practice24", 2024), of("lsoa21"), choice), false);
});

test("it is the finest areas of the period and the stratum that are grouped", () => {
  const indicator = { available: { lsoa21: { 2023: { all: {} } }, utla23: { 2024: { all: {} } } } };

  assert.equal(hasGradient(BOROUGH, indicator, { period: "2023", stratum: "all" }), true);
  assert.equal(hasGradient(BOROUGH, indicator, choice), false);
  assert.equal(hasGradient(BOROUGH, indicator, { period: "2023", stratum: "men" }), false);
});
