// Pure: a catchment and its figures in words, with no more than they can carry.

import { bareValue, comparisonWords, intervalWords, plainNumber, plural, reasonWords, shownValue, statusWords, valueWords } from "./words.js";

const WORSE = { worse: 0, better: 2, higher: 3, lower: 3, similar: 1, not_compared: 4 };

/** "about 1,200 people and 0.8 km²" */
function amount({ people, km2 }) {
  const area = km2 < 0.05 ? "less than 0.1\u00a0km²" : `${plainNumber(km2, km2 < 10 ? 1 : 0)}\u00a0km²`;
  return `${plural(Math.round(people), "person", "people")} and ${area}`;
}

function isNothing(change) {
  return !change || (Math.round(change.people) === 0 && change.km2 < 0.005);
}

/** What taking whole neighbourhoods changed. */
export function snappingWords(snapping) {
  if (!snapping || (isNothing(snapping.gained) && isNothing(snapping.lost))) return "Nothing was gained or lost by taking whole neighbourhoods.";
  const parts = [];
  if (!isNothing(snapping.gained)) parts.push(`added ${amount(snapping.gained)} that lie outside it`);
  if (!isNothing(snapping.lost)) parts.push(`left out ${amount(snapping.lost)} that lie inside`);
  return `Taking whole neighbourhoods ${parts.join(", and ")}. People are counted where most postcodes are.`;
}

/** "12 neighbourhoods, 21,345 people, 8.4 km²" */
export function sizeWords({ atoms, people, area_km2 }) {
  const area = Number.isFinite(area_km2) ? `, ${plainNumber(area_km2, area_km2 < 10 ? 1 : 0)}\u00a0km²` : "";
  return `${plural(atoms.length, "neighbourhood")}, ${plainNumber(people)} people${area}`;
}

/** A name for a catchment that was given none: the district with most of its neighbourhoods. */
export function nameOf({ atoms }) {
  const counts = new Map();
  for (const { name } of atoms) {
    const district = (name ?? "").replace(/ \d{3}[A-Z]$/, "");
    counts.set(district, (counts.get(district) ?? 0) + 1);
  }
  const [[most] = [""]] = [...counts].sort((a, b) => b[1] - a[1]);
  return most ? `Part of ${most}` : "A catchment";
}

/** The figure's own way to be worded; of a figure that comes without unit, as it is. */
export function wayOf(figure) {
  return {
    unit: figure.unit ?? "count",
    decimals: figure.decimals ?? 1,
    polarity: figure.polarity ?? "none",
    isLinked: (figure.benchmark_name ?? "England") !== "England",
  };
}

/** What a figure is of: indicator, part of the people, period. */
export function titleOf({ title, stratum, stratum_title: of, period_label: period }) {
  return [title, of && stratum !== "all" ? of : "", period].filter(Boolean).join(", ");
}

/** "58.2 %", "about 58.2 %", or what stands for it. */
export function figureWords(figure) {
  if (figure.refused) return "not told";
  return shownValue(figure.status, figure.value, figure.basis === "modelled" || (figure.filled ?? 0) > 0, wayOf(figure));
}

/** "55.1 to 61.3 %", or empty where nothing is known. */
export function limitsWords(figure) {
  const { lower, upper } = figure;
  return figure.refused || lower === null || upper === null || lower === undefined ? "" : intervalWords(lower, upper, wayOf(figure));
}

/** Why a figure is not there, or not sure; empty where nothing has to be said. */
export function whyWords(figure) {
  if (figure.refused) return figure.refused.message;
  const parts = [];
  const reason = reasonWords(figure.reason);
  if (figure.value === null) parts.push([statusWords(figure.status), reason].filter(Boolean).join(": "));
  else if (!limitsWords(figure) && reason) parts.push(`no interval: ${reason}`);
  if (figure.filled > 0) parts.push(`${plainNumber(figure.filled * 100)}\u00a0% of it filled from wider areas`);
  if (figure.is_reliable === false && figure.value !== null) parts.push("not reliable");
  return parts.filter(Boolean).join("; ");
}

/** "worse than England, 65.0 %" */
export function benchmarkWords(figure) {
  if (figure.refused || figure.value === null) return "";
  const way = wayOf(figure);
  const known = figure.benchmark === null || figure.benchmark === undefined ? "" : `, ${valueWords(figure.benchmark, way)}`;
  const compared = comparisonWords(figure.comparison, way);
  return figure.comparison === "not_compared" && !known ? "not compared" : `${compared}${known}`;
}

/** "about 230 people (120 to 340) fewer than at that level"; empty where there is no gap to tell. */
export function gapWords(figure) {
  const { gap_people: gap, gap_lower: lower, gap_upper: upper } = figure;
  if (figure.refused || !Number.isFinite(gap) || Math.abs(gap) < 0.5) return "";
  const isSure = Number.isFinite(lower) && Number.isFinite(upper) && lower * upper > 0;
  const [least, most] = [lower, upper].map((one) => Math.round(Math.abs(one))).sort((a, b) => a - b);
  const range = isSure && least !== most ? ` (${plainNumber(least)} to ${plainNumber(most)})` : "";
  // A rate is of events: of stays in hospital one person may have several.
  const count = Math.abs(Math.round(gap));
  const amount = figure.unit === "proportion" ? plural(count, "person", "people") : plainNumber(count);
  return `about ${amount}${range} ${gap > 0 ? "more" : "fewer"} than at that level`;
}

/** Figures with the worse first, what is refused last. */
export function ordered(figures) {
  const order = (figure) => (figure.refused || figure.value === null ? 9 : (WORSE[figure.comparison] ?? 5));
  return [...figures].sort((a, b) => order(a) - order(b));
}

/** How many figures are told, and how many not, in one sentence. */
export function countWords(figures) {
  const refused = figures.filter((figure) => figure.refused).length;
  const worse = figures.filter((figure) => !figure.refused && figure.comparison === "worse").length;
  const told = `${plural(figures.length - refused, "indicator")}, ${worse ? `${plainNumber(worse)} of them worse than their benchmark` : "none worse than its benchmark"}`;
  return refused ? `${told}; ${plainNumber(refused)} cannot be told for this catchment.` : `${told}.`;
}

/** Rows of a group for bars: name and people; empty words where nothing is known. */
export function groupsOf(part) {
  const list = Array.isArray(part) ? part : (part?.bands ?? part?.deciles ?? part?.groups ?? []);
  return list.map((one) => ({ name: String(one.band ?? one.name ?? one.decile ?? one.group), people: one.people ?? 0, share: one.share }));
}

export function shareWords(people, total) {
  return total > 0 ? valueWords(people / total, { unit: "proportion", decimals: 1 }) : "–";
}

/** Figures of two catchments, for the table that sets them side by side: those first that can be told apart. */
export function comparedFigures(one, other) {
  const second = new Map(other.map((figure) => [`${figure.slug} ${figure.stratum ?? ""}`, figure]));
  return one
    .filter((figure) => second.has(`${figure.slug} ${figure.stratum ?? ""}`))
    .map((figure) => {
      const beside = second.get(`${figure.slug} ${figure.stratum ?? ""}`);
      return { title: titleOf(figure), figures: [figure, beside], apart: apartWords(figure, beside) };
    })
    .sort((a, b) => rank(a.apart) - rank(b.apart));
}

function rank(apart) {
  return [SAME, NO_INTERVAL].indexOf(apart) + 1;
}

const NO_INTERVAL = "not known: no interval";
const SAME = "cannot be told apart";

/** Whether two figures can be told apart: their intervals do not meet. */
function apartWords(one, other) {
  const known = [one, other].every((figure) => !figure.refused && Number.isFinite(figure.lower) && Number.isFinite(figure.upper));
  if (!known) return NO_INTERVAL;
  if (one.upper < other.lower) return `lower by ${bareValue(other.value - one.value, wayOf(one))}`;
  if (one.lower > other.upper) return `higher by ${bareValue(one.value - other.value, wayOf(one))}`;
  return SAME;
}
