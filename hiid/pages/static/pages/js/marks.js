// Pure: the numbered marks of findings on a map: which findings share one, what it says, which have room for their number.

// More numbers than this on one mark would be read by nobody.
const MOST_NUMBERS = 2;
const GLYPHS = { high: "▲", low: "▼" };
// No closer than an area of each kind can be told from its neighbours.
const CLOSEST = { practice: 13.5, pcn: 12, msoa: 11.5, lsoa: 13, lad: 9, utla: 9, sicbl: 9, icb: 8, rgn: 6.5, nhser: 6.5 };
const CLOSEST_OTHER = 10;

/** Findings of one place share one mark; marks in the order of their first number. */
export function marksOf(findings) {
  const marks = new Map();
  for (const finding of findings) {
    const place = finding.at.join(" ");
    if (marks.has(place)) marks.get(place).findings.push(finding);
    else marks.set(place, { at: finding.at, findings: [finding] });
  }
  return [...marks.values()].map((mark) => ({ ...mark, look: lookOf(mark.findings), words: wordsOf(mark.findings) }));
}

/** worse or better where all are, else plain: told by the shape of a mark as well as by its colour. */
export function lookOf(findings) {
  if (findings.every(({ worse }) => worse === true)) return "worse";
  return findings.every(({ worse }) => worse === false) ? "better" : "plain";
}

/** The numbers of the list and the direction: `3▼`, `3, 7▼`, `3, 7 +4`. */
export function wordsOf(findings) {
  const numbers = findings.map(({ number }) => number);
  const more = numbers.length - MOST_NUMBERS;
  const told = numbers.slice(0, MOST_NUMBERS).join(", ") + (more > 0 ? ` +${more}` : "");
  const directions = new Set(findings.map(({ direction }) => direction));
  return directions.size === 1 ? told + (GLYPHS[[...directions][0]] ?? "") : told;
}

/** Which boxes ({x, y, width, height}) can be drawn whole, earlier ones first and `lit` before all: none over another. */
export function roomFor(boxes, lit = -1) {
  const order = boxes.map((_, at) => at);
  if (lit >= 0) order.unshift(...order.splice(lit, 1));
  const placed = [];
  const room = new Array(boxes.length).fill(false);
  for (const at of order) {
    if (at !== lit && placed.some((other) => overlap(other, boxes[at]))) continue;
    placed.push(boxes[at]);
    room[at] = true;
  }
  return room;
}

/** The mark to go to from mark `at` of `count` by a key, or null where the key means nothing. */
export function stepFrom(at, key, count) {
  const steps = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: count - 1 };
  const to = steps[key];
  return to === undefined ? null : Math.min(count - 1, Math.max(0, to));
}

/** West, south, east, north around all of these findings, and how close a map may go to them. */
export function frameOf(findings) {
  const boxes = findings.map(({ box }) => box);
  const edge = (pick, at) => pick(...boxes.map((box) => box[at]));
  return {
    bounds: [edge(Math.min, 0), edge(Math.min, 1), edge(Math.max, 2), edge(Math.max, 3)],
    maxZoom: Math.min(...findings.map(({ type }) => CLOSEST[type] ?? CLOSEST_OTHER)),
  };
}

function overlap(a, b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
