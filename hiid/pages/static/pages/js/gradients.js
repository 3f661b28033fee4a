// Pure: in which areas an indicator can be put by tenth of deprivation, known before it is asked for.

// Sets of areas that can be put into tenths, finest first: the service groups the first of them that has the figures.
const FINEST_FIRST = ["lsoa21", "lsoa11", "msoa21", "msoa11", "sicbl23", "lad24", "lad21", "utla23", "icb26", "icb23"];

const NEIGHBOURHOODS_2011 = ["lsoa11", "msoa11"];
const NEIGHBOURHOODS_2021 = ["lsoa21", "msoa21"];
const OF_BOARDS = [...NEIGHBOURHOODS_2021, "sicbl23", "lad24", "utla23"];
// What lies in each and every area of a set, by the links of the look-ups: neighbourhoods of 2011 have none to the areas of the NHS.
const HOLDS = {
  lad21: NEIGHBOURHOODS_2011,
  lad24: NEIGHBOURHOODS_2021,
  utla23: [...NEIGHBOURHOODS_2021, "lad24"],
  sicbl23: NEIGHBOURHOODS_2021,
  icb23: OF_BOARDS,
  icb26: OF_BOARDS,
  nhser24: [...OF_BOARDS, "icb23", "icb26"],
  rgn23: [...NEIGHBOURHOODS_2011, ...NEIGHBOURHOODS_2021, "lad24", "lad21", "utla23"],
  ctry23: FINEST_FIRST,
};
// The service looks into a council in each set that has its code, and of its sets the vintage tells which it is.
const COUNCILS = { 2021: "lad21", 2023: "utla23", 2024: "lad24" };

/**
 * Whether an indicator can be put by tenth of deprivation inside an area: whether the areas that would be grouped lie in it, more than the area
 * itself. `area` as the service tells it, with its set (`geography`) and all of its vintages.
 */
export function hasGradient({ geography, vintages }, indicator, { period, stratum }) {
  const grouped = FINEST_FIRST.find((slug) => indicator.available[slug]?.[period]?.[stratum]);
  const isCouncil = Object.values(COUNCILS).includes(geography);
  const sets = isCouncil ? vintages.map(({ vintage }) => COUNCILS[vintage]) : [geography];
  return sets.some((set) => HOLDS[set]?.includes(grouped)) && !(isCouncil && sets.includes(grouped));
}
