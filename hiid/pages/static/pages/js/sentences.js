// Pure: one area in one sentence, with no more than the figures can carry.

import {
  comparisonWords,
  intervalWords,
  mostDeprivedWords,
  OUTSIDE,
  peersName,
  plainNumber,
  pluralOf,
  reasonWords,
  shownValue,
  statusWords,
  valueWords,
} from "./words.js";

const TOO_SMALL_TO_RANK = new Set(["lsoa"]);

/** What stands out about an observation (as the API gives it). `england`: its value of the same period, or undefined. */
export function headline({ observation, indicator, name, areaType, england, decile }) {
  if (observation.value === null) {
    const why = reasonWords(observation.reason);
    return `${indicator.short}: ${statusWords(observation.status) || "no data"} for ${name}${why ? ` (${why})` : ""}.`;
  }
  const shown = shownValue(observation.status, observation.value, observation.basis === "modelled", indicator);
  const parts = [`${indicator.short}: ${shown} in ${name}`];
  const known = england !== undefined && areaType !== "ctry" && indicator.unit !== "decile";
  if (areaType !== "ctry" && observation.comparison !== "not_compared")
    parts.push(`, ${comparisonWords(observation.comparison, indicator)}${known ? `’s ${valueWords(england, indicator)}` : ""}`);
  else if (known) parts.push(`; ${peersName(indicator)} ${valueWords(england, indicator)}`);
  const standing = standingWords(observation, indicator, areaType);
  if (standing) parts.push(`; ${standing}`);
  parts.push(".");
  if (decile && decile <= 2) parts.push(` It is among the ${mostDeprivedWords(areaType)}.`);
  return parts.join("");
}

/** That an area is outside of linked records, which is not the same as being without data. */
export function outsideWords(indicator, name) {
  return `${indicator.short}: ${name} is ${OUTSIDE}, which are of other places.`;
}

/** "in the lowest fifth of districts": only where the rank is worth something. */
export function standingWords(observation, indicator, areaType) {
  const plural = pluralOf(areaType);
  const { rank, rank_of: of } = observation;
  if (!rank || !of || of < 10 || TOO_SMALL_TO_RANK.has(areaType) || observation.basis === "modelled") return "";
  const worst = { high_is_good: "lowest", low_is_good: "highest", none: "lowest" }[indicator.polarity];
  const best = { high_is_good: "highest", low_is_good: "lowest", none: "highest" }[indicator.polarity];
  if (rank > of * 0.8) return `in the ${worst} fifth of ${plural}`;
  return rank <= of * 0.2 ? `in the ${best} fifth of ${plural}` : "";
}

/** The facts of an observation as pairs of name and words; only what is known. */
export function factPairs({ observation, indicator, areaType, decile, year, isReliable }) {
  const pairs = [];
  const { lower, upper, numerator, denominator, rank, rank_of: of, coverage } = observation;
  const isModelled = observation.basis === "modelled";
  if (lower !== null && upper !== null) pairs.push(["95 % interval", intervalWords(lower, upper, indicator)]);
  else if (observation.value !== null) pairs.push(["95 % interval", `none: ${reasonWords(observation.reason) || "not given"}`]);
  if (areaType !== "ctry") pairs.push(["Compared", comparisonWords(observation.comparison, indicator)]);
  if (rank && of > 1 && !TOO_SMALL_TO_RANK.has(areaType))
    pairs.push([
      indicator.isLinked ? "Rank" : "Rank in England",
      `${plainNumber(rank)} of ${plainNumber(of)} (1 = ${indicator.polarity === "none" ? "highest" : "best"})`,
    ]);
  if (numerator !== null && denominator !== null) {
    const about = isModelled ? "about " : "";
    pairs.push(["People", `${about}${plainNumber(numerator)} of ${plainNumber(denominator)}`]);
    if (indicator.unit === "proportion" && indicator.polarity === "high_is_good")
      pairs.push(["Not reached", `${about}${plainNumber(denominator - numerator)} people`]);
  }
  if (decile) pairs.push(["Deprivation", `decile ${decile} of 10${decile <= 2 ? `, ${mostDeprivedWords(areaType)}` : ""}, IMD ${year}`]);
  pairs.push(["Basis", isModelled ? "modelled, an estimate" : "observed"]);
  if (coverage !== null && coverage !== undefined && coverage < 0.995)
    pairs.push(["Covered", `${plainNumber(coverage * 100, 0)} % of the people behind the figure`]);
  if (isReliable === false && observation.value !== null) pairs.push(["Reliability", "few people: read with care"]);
  return pairs;
}

/** One sentence on the gradient: the ends and the gap, or why there is none. */
export function gradientWords(groups, indicator) {
  const known = groups.filter((group) => group.value !== null);
  const [first, last] = [groups[0], groups.at(-1)];
  if (known.length < 2) return "There are too few figures for a gradient by deprivation.";
  if (first.value === null || last.value === null) return "The most or least deprived tenth has no figure.";
  const gap = Math.abs(last.value - first.value);
  const points = indicator.unit === "proportion" ? `${plainNumber(gap * 100, indicator.decimals)} percentage points` : valueWords(gap, indicator);
  const word = first.value < last.value ? "lower" : "higher";
  return `Most deprived tenth ${valueWords(first.value, indicator)}, least deprived ${valueWords(last.value, indicator)}: ${points} ${word} where deprivation is greatest.`;
}

/** What to beware of in a trend, or "": quarters are told apart only where there are quarters, and checks only where checks are counted. */
export function trendNote(rows, { windowsOverlap }) {
  if (!rows.some(({ period }) => /-q[1-4]$/.test(period))) return "";
  if (!windowsOverlap) return "Each quarter is of other people, and quarters differ by chance: compare several.";
  return "Windows overlap and the fourth quarter is higher: compare like quarters. Routine checks fell in the pandemic (from March 2020).";
}
