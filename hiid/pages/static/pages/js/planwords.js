// Pure: a plan in words, with no more than its figures can carry.

import { plainNumber, plural } from "./words.js";

/** A number of people rounded to what a range of this width can carry. */
export function roundedTo(value, width) {
  const step = [1000, 500, 100, 50, 10, 5].find((one) => width >= one * 4) ?? 1;
  return Math.round(value / step) * step;
}

/** "about 40 to 120 more screened"; a range that rounds to one number is that number. */
export function gainWords(gain, after = "more screened") {
  if (!gain || gain.low === null || gain.low === undefined) return "gain cannot be told";
  const width = Math.abs(gain.high - gain.low);
  const low = roundedTo(gain.low, width);
  const high = roundedTo(gain.high, width);
  if (high <= 0) return `none ${after} that can be counted on`;
  return low === high ? `about ${plainNumber(high)} ${after}` : `about ${plainNumber(low)} to ${plainNumber(high)} ${after}`;
}

/** "12 minutes" with at most one digit after the point, and only below ten. */
export function minutesWords(minutes) {
  if (minutes === null || minutes === undefined || Number.isNaN(minutes)) return "minutes not known";
  const shown = plainNumber(minutes, minutes < 10 ? 1 : 0);
  return `${shown}\u00a0${shown === "1" ? "minute" : "minutes"}`;
}

/** How the minutes were had; every minute names its mode. */
export function modeWords(mode) {
  return mode ? `by ${mode.replaceAll("_", " ")}` : "by a mode that was not told";
}

/** Where the minutes come from and how far off they are; empty where neither is told. */
export function errorWords({ source, error } = {}) {
  const off = error?.mean_absolute;
  const parts = [source ? `Minutes: ${source}` : "", Number.isFinite(off) ? `${plainNumber(off, 1)}\u00a0minutes off on average` : ""];
  const words = parts.filter(Boolean).join("; ");
  return words ? `${words}.` : "";
}

/** How near the best possible a plan is proven to be. `gap`: share of the objective. */
export function proofWords({ gap, seconds, seed }) {
  const took = seconds === null || seconds === undefined ? "" : ` Found in ${plainNumber(seconds, seconds < 10 ? 1 : 0)}\u00a0s, seed ${seed ?? 0}.`;
  if (gap === null || gap === undefined) return `How far from the best possible is not known.${took}`;
  if (gap <= 1e-9) return `Proven best for this choice: no other set of these places does better.${took}`;
  const share = gap * 100;
  return `At most ${plainNumber(share, share < 1 ? 2 : 1)}\u00a0% short of the best possible for this choice.${took}`;
}

/** What a change of the stops costs or brings, against the plan at hand; both with gain and minutes. */
export function lossWords(before, after) {
  const parts = [gainChange(before.gain, after.gain), minutesChange(before.minutes, after.minutes)].filter(Boolean);
  return parts.length ? `With this change ${parts.join(", and ")}.` : "With this change nothing moves that can be told apart.";
}

function gainChange(before, after) {
  if (!before || !after) return "";
  const [low, high] = [after.low - before.low, after.high - before.high].sort((a, b) => a - b);
  const width = Math.max(Math.abs(low), Math.abs(high));
  if (width < 1) return "";
  const round = (value) => roundedTo(Math.abs(value), width / 4);
  if (low < 0 && high > 0) return `between ${plainNumber(round(low))} fewer and ${plainNumber(round(high))} more are screened`;
  const [least, most] = [round(low), round(high)].sort((a, b) => a - b);
  const amount = least === most ? plainNumber(most) : `${plainNumber(least)} to ${plainNumber(most)}`;
  return `about ${amount} ${high <= 0 ? "fewer" : "more"} are screened`;
}

function minutesChange(before, after) {
  const [was, is] = [before?.mean, after?.mean];
  if (!Number.isFinite(was) || !Number.isFinite(is)) return "";
  if (Math.abs(is - was) < 0.05) return "the mean journey stays the same";
  return `the mean journey ${is > was ? "grows" : "shrinks"} from ${plainNumber(was, 1)} to ${plainNumber(is, 1)}\u00a0minutes`;
}

/** Who is not served by a plan that holds to its vehicles: areas, people due, and the weeks that are used. */
export function leftOutWords({ weeks_used, weeks_there, not_served }) {
  const weeks = `${plainNumber(weeks_used)} of ${plural(weeks_there, "week")} of a vehicle are used.`;
  const areas = not_served.areas.length;
  if (!areas) return `Nobody is left out: ${weeks}`;
  const due = not_served.workload === null ? not_served.refused : `About ${plural(not_served.workload, "person", "people")} who would come cannot be seen.`;
  return `${plural(areas, "neighbourhood")} ${areas === 1 ? "is" : "are"} not served. ${due} ${weeks}`;
}

/** Where a job stands, for the line under its bar. */
export function progressWords({ status, progress }) {
  if (status === "queued") return "Waiting for its turn.";
  if (status === "cancelled") return "Cancelled. Nothing was kept.";
  if (status === "failed") return progress?.words || "The plan could not be made.";
  const share = progress?.share;
  const percent = Number.isFinite(share) && share > 0 ? ` (${Math.round(share * 100)}\u00a0%)` : "";
  return `${progress?.words || "Working"}${percent}`;
}

/** Whether a plan file came to the same answer again. */
export function replayWords({ is_same, differs }) {
  if (is_same) return "Made again from its file: the same answer came out.";
  return `Made again from its file, and another answer came out; what differs: ${(differs ?? []).join(", ") || "not told"}.`;
}

const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

/** "4 Jan 2027 to 15 Jan 2027" of two days as the service writes them. */
export function daysWords(starts, ends) {
  return [starts, ends]
    .filter(Boolean)
    .map((day) => DAY.format(new Date(`${day}T00:00:00Z`)))
    .join(" to ");
}

/** One point of the frontier, for its slider. */
export function balanceWords(point, at, count) {
  const end = at === 0 ? "most people: " : at === count - 1 ? "fairest: " : "";
  const deprived = Number.isFinite(point.minutes_most_deprived) ? `, ${minutesWords(point.minutes_most_deprived)} for the most deprived fifth` : "";
  return `${end}${gainWords(point.gain)}; ${minutesWords(point.minutes_mean)} on average${deprived}`;
}

/** What a plan is of: "6 stops for breast screening in Haringey". */
export function planTitle(plan, programmeTitle, areaName) {
  const stops = plural(plan.sites.filter((site) => !site.is_existing).length, "stop");
  return `${stops} for ${programmeTitle.toLowerCase()} in ${areaName}`;
}

/** The difference between two plans, row by row: name, words of each. */
export function comparedRows(one, other) {
  const equity = (plan) => (plan.request?.equity ? `weight ${plan.request.equity}` : "everyone alike");
  return [
    ["Stops", (plan) => plainNumber(plan.sites.length)],
    ["Gain", (plan) => gainWords(plan.gain)],
    ["Mean journey", (plan) => minutesWords(plan.minutes?.mean)],
    ...(one.totals?.vehicles || other.totals?.vehicles ? [["Left out", leftOut]] : []),
    ...groups(one, other).map((group) => [group, (plan) => minutesWords(plan.minutes?.by_deprivation?.find((row) => row.group === group)?.minutes)]),
    ["Deprivation", equity],
    ["Proof", (plan) => proofWords({ ...plan, seconds: null })],
  ].map(([name, words]) => [name, words(one), words(other)]);
}

function leftOut(plan) {
  return plan.totals?.vehicles ? leftOutWords(plan.totals.vehicles) : "not held to vehicles";
}

function groups(one, other) {
  const both = [one, other].map((plan) => (plan.minutes?.by_deprivation ?? []).map((row) => row.group));
  return both[0].filter((group) => both[1].includes(group));
}
