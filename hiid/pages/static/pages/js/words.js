// Pure: numbers and statuses as people read them (en-GB).

const UNITS = {
  proportion: { after: "\u00a0%", times: 100, title: "per cent" },
  per_100k: { after: " per\u00a0100,000", times: 1, title: "per 100,000 people" },
  days_per_100k: { after: " days per\u00a0100,000", times: 1, title: "days per 100,000 people" },
  ratio_100: { after: "", times: 1, title: "ratio, England = 100" },
  score: { after: "", times: 1, title: "score" },
  decile: { after: "", times: 1, title: "decile, 1 = most deprived" },
  years: { after: "\u00a0years", times: 1, title: "years" },
  count: { after: "", times: 1, title: "number" },
  index: { after: "", times: 1, title: "index" },
};

const STATUS_WORDS = {
  zero: "none counted (0)",
  suppressed: "cannot be shown (small numbers)",
  missing: "no data",
  not_collected: "not collected here",
  not_applicable: "does not apply here",
  not_tested: "not tested: no estimate here",
};

/** What stands for the value of an area that linked records do not hold at all. */
export const OUTSIDE = "outside these records";

const REASON_WORDS = {
  not_published: "the publisher gives this figure without counts or limits",
  suppressed_by_publisher: "withheld by the publisher",
  not_reported: "not reported",
  area_not_mapped: "the publisher's code leads to no area of today",
  allocation_error_unknown: "the error of this estimate is not known",
  small_numbers: "withheld, small numbers",
  not_in_source: "the source has no figure for this area",
  no_population: "nobody to count here",
  incomplete: "part of the area has no figure, so no total is shown",
  withheld: "withheld, so that small numbers stay hidden",
  rounding: "withheld, for rounding could move the percentage by more than two points",
  spread_unknown: "without limits, for a few long stays can make up the sum",
  mostly_estimated: "not shown, for more than half of it would be estimated for withheld counts",
  few_areas: "not shown, for it would stand on one or two neighbourhoods with protected counts",
  few_people: "not shown, for too few people live there for a sum of protected counts",
};

const COMPARISON_WORDS = {
  better: "better than",
  worse: "worse than",
  higher: "higher than",
  lower: "lower than",
  similar: "cannot be told apart from",
  not_compared: "not compared with",
};

/** What England is: of linked records it is all people in them, and these are made up. */
export function englandName({ isLinked }) {
  return isLinked ? "England (all made-up people)" : "England";
}

/** Whom an area is held against, inside a sentence. */
export function peersName({ isLinked }) {
  return isLinked ? "all made-up people" : "England";
}

/** The same at its beginning, as the name of a line, a button or a choice. */
export function peersTitle(indicator) {
  const name = peersName(indicator);
  return name[0].toUpperCase() + name.slice(1);
}

/** What a unit means, for a legend or a column head. */
export function unitTitle(unit) {
  return (UNITS[unit] ?? UNITS.count).title;
}

/** A number with the digits that are known and thousands separated. */
export function plainNumber(value, decimals = 0) {
  return value.toLocaleString("en-GB", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/** A value with its unit, never with more digits than the indicator has. */
export function valueWords(value, { unit, decimals }) {
  const { times, after } = UNITS[unit] ?? UNITS.count;
  return plainNumber(value * times, decimals) + after;
}

/** The same without the unit, for columns and axes that name it once. */
export function bareValue(value, { unit, decimals }) {
  return plainNumber(value * (UNITS[unit] ?? UNITS.count).times, decimals);
}

/** A tick of an axis: as many digits as its step needs, never more than the indicator has. */
export function tickWords(value, step, indicator) {
  const shownStep = step * (UNITS[indicator.unit] ?? UNITS.count).times;
  const decimals = Math.min(indicator.decimals, Math.max(0, Math.ceil(-Math.log10(shownStep) - 1e-9)));
  return bareValue(value, { ...indicator, decimals });
}

/** The smallest step of an axis: one in the last digit that is shown. */
export function leastStep({ unit, decimals }) {
  return 10 ** -decimals / (UNITS[unit] ?? UNITS.count).times;
}

/** "55.1 to 61.3 %" */
export function intervalWords(lower, upper, indicator) {
  return `${bareValue(lower, indicator)} to ${valueWords(upper, indicator)}`;
}

/** What stands for a value, whatever its status: "about 58.2 %", "cannot be shown (small numbers)". */
export function shownValue(status, value, isModelled, indicator) {
  if (status === "value" || status === "zero") {
    if (value === null || Number.isNaN(value)) return STATUS_WORDS.missing;
    return (isModelled ? "about " : "") + valueWords(value, indicator);
  }
  return STATUS_WORDS[status] ?? STATUS_WORDS.missing;
}

export function statusWords(status) {
  return STATUS_WORDS[status] ?? "";
}

export function reasonWords(reason) {
  return REASON_WORDS[reason] ?? "";
}

/** "worse than England": of linked records, than all made-up people. */
export function comparisonWords(comparison, indicator) {
  return `${COMPARISON_WORDS[comparison] ?? COMPARISON_WORDS.not_compared} ${peersName(indicator)}`;
}

const PLURALS = {
  lsoa: "neighbourhoods",
  msoa: "wider neighbourhoods",
  lad: "districts",
  utla: "counties and unitary authorities",
  sicbl: "sub-ICB locations",
  icb: "integrated care boards",
  rgn: "regions",
  cell: "hexagons",
};

/** What several areas of a type are called. */
export function pluralOf(areaType) {
  return PLURALS[areaType] ?? "areas";
}

/** The most deprived fifth; Core20 only where it is of neighbourhoods, for that is what the word means. */
export function mostDeprivedWords(areaType) {
  return areaType === "lsoa" ? "most deprived 20\u00a0% (Core20)" : `most deprived 20\u00a0% of ${pluralOf(areaType)}`;
}

/** "decile 1, most deprived 20 % (Core20)" */
export function decileWords(decile, areaType) {
  if (!decile) return "deprivation not known";
  if (decile <= 2) return `decile ${decile}, ${mostDeprivedWords(areaType)}`;
  return decile === 10 ? "decile 10, least deprived" : `decile ${decile}`;
}

/** The words for a class between two bounds: "60.1 to 65.0", "up to 60.0", "over 75". */
export function classWords(low, high, indicator) {
  if (!Number.isFinite(low) && !Number.isFinite(high)) return "all values";
  if (!Number.isFinite(low)) return `up to ${bareValue(high, indicator)}`;
  if (!Number.isFinite(high)) return `over ${bareValue(low, indicator)}`;
  return `${bareValue(low, indicator)} to ${bareValue(high, indicator)}`;
}

/** "the lowest fifth" of a list where 1 is the first of `of` (ranked best first, or highest first). */
export function fifthWords(rank, of) {
  const fifth = Math.min(4, Math.floor(((rank - 1) * 5) / of));
  return ["the first fifth", "the second fifth", "the middle fifth", "the fourth fifth", "the last fifth"][fifth];
}

export function plural(count, one, many = `${one}s`) {
  return `${plainNumber(count)} ${count === 1 ? one : many}`;
}
