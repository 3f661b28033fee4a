// Touches the page: draws the map's patterns and site marks as images, and the same patterns for the legend.

import { svg } from "./dom.js";

const INK = "#212b32";

const DRAWN = {
  cross(pen, size) {
    pen.lineWidth = size / 12;
    strokes(pen, [
      [0, 0, size, size],
      [0, size, size, 0],
    ]);
  },
  diagonal(pen, size) {
    pen.lineWidth = size / 7;
    pen.lineCap = "square";
    strokes(pen, [
      [0, size, size, 0],
      [-size / 2, size / 2, size / 2, -size / 2],
      [size / 2, size * 1.5, size * 1.5, size / 2],
    ]);
  },
  dots(pen, size) {
    for (const at of [0.25, 0.75]) disc(pen, size * at, size * at, size / 9);
  },
  dashes(pen, size) {
    pen.lineWidth = size / 9;
    strokes(pen, [
      [size * 0.1, size * 0.25, size * 0.6, size * 0.25],
      [size * 0.5, size * 0.75, size, size * 0.75],
    ]);
  },
  ticks(pen, size) {
    pen.lineWidth = size / 11;
    strokes(pen, [[size * 0.5, size * 0.3, size * 0.5, size * 0.7]]);
  },
  plus(pen, size) {
    pen.lineWidth = size / 8;
    strokes(pen, [
      [size * 0.5, size * 0.22, size * 0.5, size * 0.78],
      [size * 0.22, size * 0.5, size * 0.78, size * 0.5],
    ]);
  },
  minus(pen, size) {
    pen.lineWidth = size / 8;
    strokes(pen, [[size * 0.22, size * 0.5, size * 0.78, size * 0.5]]);
  },
};

const MARKS = {
  "site-cross": (pen, size) => {
    disc(pen, size / 2, size / 2, size * 0.46, "#fff");
    disc(pen, size / 2, size / 2, size * 0.4);
    pen.fillStyle = "#fff";
    pen.fillRect(size * 0.43, size * 0.24, size * 0.14, size * 0.52);
    pen.fillRect(size * 0.24, size * 0.43, size * 0.52, size * 0.14);
  },
  "site-diamond": (pen, size) => {
    for (const [reach, colour] of [
      [0.48, "#fff"],
      [0.4, INK],
    ]) {
      pen.fillStyle = colour;
      pen.beginPath();
      pen.moveTo(size / 2, size * (0.5 - reach));
      pen.lineTo(size * (0.5 + reach), size / 2);
      pen.lineTo(size / 2, size * (0.5 + reach));
      pen.lineTo(size * (0.5 - reach), size / 2);
      pen.fill();
    }
  },
  "site-dot": (pen, size) => {
    disc(pen, size / 2, size / 2, size * 0.28, "#fff");
    disc(pen, size / 2, size / 2, size * 0.2);
  },
};

/** Give the map every pattern and mark it names. */
export function addImages(map) {
  for (const [name, draw] of Object.entries(DRAWN)) map.addImage(name, picture(16, draw), { pixelRatio: 2 });
  for (const [name, draw] of Object.entries(MARKS)) map.addImage(name, picture(40, draw), { pixelRatio: 2 });
}

/** A swatch for the legend: a fill and, over it, one of the patterns (or `stipple`, the mark of modelled figures). */
export function swatch(fill, { pattern = "none", line = "#5a666e", dotted = false } = {}) {
  const lines = {
    none: [],
    cross: [["M0 0l22 14M0 14L22 0M-11 0l22 14M11 0l22 14M-11 14L11 0M11 14L33 0", 0.9]],
    diagonal: [["M-4 14L10 0M4 14L18 0M12 14L26 0", 1.6]],
    dots: [["M4 4h.01M11 4h.01M18 4h.01M7.500 10h.01M14.500 10h.01", 2.2]],
    ticks: [["M5 4v6M11 4v6M17 4v6", 1.2]],
    plus: [["M4 7h5M6.500 4.500v5M13 7h5M15.500 4.500v5", 1.4]],
    minus: [["M4 7h5M13 7h5", 1.4]],
    dashes: [["M3 5h5M12 5h5M7 10h5M16 10h5", 1.5]],
    stipple: [["M3 3h.01M8 3h.01M13 3h.01M18 3h.01M5.500 7h.01M10.500 7h.01M15.500 7h.01M3 11h.01M8 11h.01M13 11h.01M18 11h.01", 1.4]],
  }[pattern];
  return svg(
    "svg",
    { viewBox: "0 0 22 14", "aria-hidden": "true" },
    svg("rect", { x: 0.5, y: 0.5, width: 21, height: 13, fill, stroke: line, "stroke-dasharray": dotted ? "2 2" : null }),
    ...lines.map(([path, width]) =>
      svg("path", { d: path, fill: "none", stroke: INK, "stroke-width": width, "stroke-linecap": "round", "clip-path": "inset(0)" }),
    ),
  );
}

function picture(size, draw) {
  const canvas = document.createElement("canvas");
  canvas.width = size;
  canvas.height = size;
  const pen = canvas.getContext("2d");
  pen.strokeStyle = INK;
  draw(pen, size);
  return pen.getImageData(0, 0, size, size);
}

function strokes(pen, lines) {
  for (const [x1, y1, x2, y2] of lines) {
    pen.beginPath();
    pen.moveTo(x1, y1);
    pen.lineTo(x2, y2);
    pen.stroke();
  }
}

function disc(pen, x, y, radius, colour = INK) {
  pen.fillStyle = colour;
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.fill();
}
