// Touches the page: the panel of one H3 cell: its figure, what the figure was made from, and how far it can be read.

import { fill, h } from "./dom.js";
import { outsideWords } from "./sentences.js";
import { peersName, plainNumber, reasonWords, shownValue, statusWords, valueWords } from "./words.js";

export const CELLS_ABOUT =
  "Hexagons (H3) are no neighbourhoods: the published figures of neighbourhoods were moved to them by where postcodes lie, so neighbours are alike by construction. Each is as fine as 1,000 people to a part allow.";

/** Whether a code is a cell's: 15 hexadecimal digits that begin with 8. */
export function isCell(code) {
  return /^8[0-9a-f]{14}$/.test(code);
}

/** What the page needs of an area, for a cell. Throws where the map has no such cell. */
export function cellArea(code, names) {
  const at = names.codes.indexOf(code);
  if (at < 0) throw new Error(`There is no hexagon ${code} on this map.`);
  const district = names.districts[names.district[at]];
  return { name: district ? `Hexagon in ${district}` : "Hexagon", geography: "h3", area_type: "cell", bounds: null };
}

/** The whole panel. `facts`: told (the answer of REST, null where no figure reaches the cell), current, indicator, settings, state. */
export function drawCell(element, { told, current, indicator, settings, state }, close) {
  const title = h("h2", {}, current.area.name);
  const closing = h("button", { type: "button", class: "close", "aria-label": "Close the panel", onclick: close }, "×");
  const period = settings.periods[state.period];
  if (!told?.cell || told.cell.status === "missing") {
    const why = told?.cell ? reasonWords(told.cell.reason) : "";
    const isOutside = indicator.isLinked && (!told?.cell || told.cell.reason === "not_in_source");
    const words = isOutside
      ? outsideWords(indicator, "this hexagon")
      : `${indicator.short} has no figure for this hexagon in ${period}${why ? `: ${why}` : ""}.`;
    return fill(element, closing, title, h("p", { class: "quiet" }, `H3 cell ${current.code}`), h("p", { class: "headline" }, words), h("p", {}, CELLS_ABOUT));
  }
  const { cell } = told;
  const england = indicator.englandValues[state.period]?.[state.stratum];
  const stratum = state.stratum === "all" ? "" : `${settings.strata[state.stratum]} · `;
  return fill(
    element,
    closing,
    title,
    h("p", { class: "quiet" }, `H3 cell ${cell.cell}, resolution ${cell.resolution} · about ${plainNumber(cell.people)} people`),
    h("p", { class: "headline" }, headline(cell, indicator, england)),
    h("p", { class: cell.value === null ? "figure figure-none" : "figure" }, shownValue(cell.status, cell.value, true, indicator)),
    h("p", { class: "quiet" }, `${indicator.short} · ${stratum}${period}`),
    h(
      "dl",
      { class: "facts" },
      pairs(told, settings).flatMap(([name, words]) => [h("dt", {}, name), h("dd", {}, words)]),
    ),
    h("p", {}, CELLS_ABOUT),
    links(told),
  );
}

function headline(cell, indicator, england) {
  if (cell.value === null) return `${indicator.short}: ${statusWords(cell.status)} for this hexagon (${reasonWords(cell.reason)}).`;
  const where = cell.figure_of === cell.cell ? "this hexagon" : "the wider hexagon around this one";
  const peers = england === undefined || indicator.unit === "decile" ? "" : `; ${peersName(indicator)} ${valueWords(england, indicator)}`;
  return `${indicator.short}: ${shownValue(cell.status, cell.value, true, indicator)} in ${where}${peers}.`;
}

/** Facts as pairs of name and words; only what is known. */
function pairs(told, settings) {
  const { cell } = told;
  const found = [];
  const share = (value) => `${plainNumber(value * 100)} %`;
  if (cell.figure_of !== cell.cell)
    found.push(["Figure of", `the wider hexagon of resolution ${cell.figure_resolution}: by itself this one cannot be shown (protected counts)`]);
  if (cell.value !== null) found.push(["95 % interval", `none: ${reasonWords(cell.reason)}`]);
  if (cell.numerator !== null && cell.denominator !== null) found.push(["People", `about ${plainNumber(cell.numerator)} of ${plainNumber(cell.denominator)}`]);
  const source = Object.values(settings.geographies).find(({ type, vintage }) => type === told.area_type && vintage === told.vintage);
  found.push(["Made from", `${source?.title ?? told.area_type}: ${told.method}`]);
  if (cell.filled) found.push(["Estimated", `${share(cell.filled)} of it stands for withheld counts`]);
  if (cell.coverage < 0.995) found.push(["Covered", `figures are known where ${share(cell.coverage)} of its people live`]);
  if (cell.reliability !== null)
    found.push([
      "Fit",
      `${share(cell.reliability)} of the people are of neighbourhoods that lie in the hexagon: the fewer, the more it shares with its surroundings`,
    ]);
  found.push(["Basis", "modelled, an estimate"]);
  if (!cell.is_reliable && cell.value !== null) found.push(["Reliability", "few people or much estimated: read with care"]);
  return found;
}

function links(told) {
  const query = new URLSearchParams({ indicator: told.indicator, period: told.period, stratum: told.stratum });
  return h(
    "p",
    { class: "actions" },
    h("a", { class: "button", href: `/api/v1/cells?${query}&format=csv`, download: true }, "CSV of all hexagons"),
    h("a", { class: "button", href: `/api/v1/cells?${query}&format=geojson`, download: true }, "GeoJSON"),
  );
}
