// Touches the page: small charts as SVG, each with its facts as text for those who do not see it.

import { svg } from "./dom.js";

const WIDTH = 320;

/**
 * Values with intervals in order (deciles, or time). `rows`: {label, value, lower, upper, words}; a null value leaves a gap.
 * `line` joins the points (time); `reference` draws a dashed line (England).
 */
export function intervalChart(rows, { title, format, line = false, reference = null, least = 0, height = 150, firstWord = "", lastWord = "" }) {
  const bottom = height - 34;
  const scale = scaleOf(rows, { reference, bottom, least });
  const left = 46;
  const step = (WIDTH - left - 10) / Math.max(rows.length, 1);
  const x = (at) => left + step * (at + 0.5);
  const root = svg("svg", { viewBox: `0 0 ${WIDTH} ${height}`, class: "chart", role: "img", "aria-label": title });
  if (!scale) return root;
  for (const tick of scale.ticks) {
    root.append(
      svg("line", { x1: left, x2: WIDTH - 6, y1: scale.y(tick), y2: scale.y(tick), class: "chart-grid" }),
      svg("text", { x: left - 6, y: scale.y(tick) + 4, class: "chart-tick", "text-anchor": "end" }, format(tick, scale.step)),
    );
  }
  if (reference !== null) {
    root.append(svg("line", { x1: left, x2: WIDTH - 6, y1: scale.y(reference), y2: scale.y(reference), class: "chart-reference" }));
  }
  const points = rows.map((row, at) => (row.value === null ? null : [x(at), scale.y(row.value)]));
  if (line) root.append(...segments(points).map((part) => svg("polyline", { points: part, class: "chart-line" })));
  for (const [at, row] of rows.entries()) root.append(...mark(row, at, points[at], scale, bottom, labelEvery(rows.length)));
  if (firstWord) root.append(svg("text", { x: left, y: height - 3, class: "chart-end" }, firstWord));
  if (lastWord) root.append(svg("text", { x: WIDTH - 6, y: height - 3, class: "chart-end", "text-anchor": "end" }, lastWord));

  function mark(row, place, point, scales, base, every) {
    const parts = [];
    if (place % every === 0) parts.push(svg("text", { x: x(place), y: base + 16, class: "chart-tick", "text-anchor": "middle" }, row.label));
    if (!point) return parts;
    if (row.lower !== null && row.upper !== null && row.lower !== undefined) {
      parts.push(svg("line", { x1: point[0], x2: point[0], y1: scales.y(row.lower), y2: scales.y(row.upper), class: "chart-interval" }));
    }
    parts.push(svg("circle", { cx: point[0], cy: point[1], r: 4, class: "chart-point" }, svg("title", {}, row.words ?? row.label)));
    return parts;
  }
  return root;
}

/** Counts per bin with the colour of each bin's class, a tick for one area and a line for England. All positions 0 to 1. */
export function distributionStrip(bins, { selected = null, england = null, label, height = 46 }) {
  const width = 300;
  const top = Math.max(1, ...bins.map((bin) => bin.count));
  const root = svg("svg", { viewBox: `0 0 ${width} ${height}`, class: "strip", role: "img", "aria-label": label });
  const base = height - 10;
  bins.forEach((bin, at) => {
    const tall = bin.count ? Math.max(1.5, (bin.count / top) * (base - 6)) : 0;
    const wide = width / bins.length;
    root.append(svg("rect", { x: at * wide, y: base - tall, width: Math.max(wide - 0.4, 0.5), height: tall, fill: bin.colour, class: "strip-bar" }));
  });
  root.append(svg("line", { x1: 0, x2: width, y1: base, y2: base, class: "strip-base" }));
  if (england !== null) root.append(svg("line", { x1: england * width, x2: england * width, y1: 0, y2: base, class: "strip-england" }));
  if (selected !== null) {
    const at = selected * width;
    root.append(
      svg("path", { d: `M${at} ${base} l-5 9 h10 z`, class: "strip-tick" }),
      svg("line", { x1: at, x2: at, y1: 0, y2: base, class: "strip-selected" }),
    );
  }
  return root;
}

function labelEvery(count) {
  return count <= 10 ? 1 : Math.ceil(count / 6);
}

function segments(points) {
  const parts = [[]];
  for (const point of points) {
    if (point) parts.at(-1).push(point.map((part) => part.toFixed(1)).join(","));
    else parts.push([]);
  }
  return parts.filter((part) => part.length > 1).map((part) => part.join(" "));
}

function scaleOf(rows, { reference, bottom, least }) {
  const known = rows.flatMap((row) => [row.value, row.lower, row.upper]).filter((value) => value !== null && value !== undefined);
  if (reference !== null) known.push(reference);
  if (known.length === 0) return null;
  const low = Math.min(...known);
  const high = Math.max(...known);
  const step = Math.max(least, niceStep((high - low || Math.abs(high) || 1) / 3));
  const from = Math.floor(low / step) * step;
  const to = Math.ceil(high / step) * step || step;
  const ticks = [];
  for (let tick = from; tick <= to + step / 2; tick += step) ticks.push(tick);
  return { ticks, step, y: (value) => 8 + (bottom - 8) * (1 - (value - from) / (to - from || 1)) };
}

function niceStep(rough) {
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((times) => times * power).find((step) => step >= rough) ?? rough;
}
