// Pure: the map's style layers. One number a feature (feature-state "v") decides fill, pattern and outline; nothing is restyled on a switch.

import { CORE20, DIM, fillColours, fillOf, HATCHED, HIGH_FILLS, HOVERED, LOADING, LOW_FILLS, statusFill, WINDOW } from "./scales.js";

const CODE = ["coalesce", ["feature-state", "v"], LOADING];
const FILL = ["%", CODE, 64];
const has = (bit) => ["==", ["%", ["floor", ["/", CODE, bit]], 2], 1];
const INK = "#212b32";

// Patterns below these zooms would be noise; the legend says so.
const PATTERN_ZOOM = { lsoa: 9, msoa: 7.5, cell: 8 };

// A layer that reads states is written anew at each switch, so the mark under the pointer is drawn only where areas are large enough to see it.
const MARK_ZOOM = { lsoa: 8, msoa: 6.5, cell: 6.5 };
// Boundaries of small areas come out as they are neared: from afar they would cover what they bound.
const LINE_OPACITY = {
  lsoa: ["interpolate", ["linear"], ["zoom"], 8, 0.1, 10.5, 0.75],
  msoa: ["interpolate", ["linear"], ["zoom"], 5.5, 0.12, 8.5, 0.7],
  cell: ["interpolate", ["linear"], ["zoom"], 6, 0.05, 10, 0.5],
};
// Patterns over a colour let it through.
const OPACITY = { hatched: 0.55, high: 0.75, low: 0.75 };
// How much of its colour an area keeps that recedes.
const RECEDING = 0.14;

export const FILL_LAYER = (tileset) => `${tileset}-fill`;
export const PATTERNS = {
  hatched: "cross",
  suppressed: "diagonal",
  not_collected: "dots",
  not_applicable: "dashes",
  not_tested: "ticks",
  high: "plus",
  low: "minus",
};
// The fills that wear a pattern; hatching lies over any.
const WEARERS = { high: HIGH_FILLS, low: LOW_FILLS };
const wearers = (name) => WEARERS[name] ?? [statusFill(name)];
const OUTLINES = { core20: CORE20, window: WINDOW };
/** Layers that are drawn only where some area wears what they draw. */
export const WORN = [...Object.keys(PATTERNS), ...Object.keys(OUTLINES)];

/** Which of the layers in WORN these codes need: name -> whether. */
export function worn(codes) {
  const fills = new Set();
  let bits = 0;
  for (const code of codes) {
    fills.add(fillOf(code));
    bits |= code;
  }
  const patterns = Object.keys(PATTERNS).map((name) => [name, name === "hatched" ? (bits & HATCHED) > 0 : wearers(name).some((fill) => fills.has(fill))]);
  return new Map([...patterns, ...Object.entries(OUTLINES).map(([name, bit]) => [name, (bits & bit) > 0])]);
}

/** Layers of one tileset, from the fill up. `type` is the area type without digits. */
export function tilesetLayers(tileset, type, scale) {
  const base = { source: tileset, "source-layer": tileset };
  const colours = [...fillColours(scale)];
  const receding = colours.map(([code, colour]) => [code + DIM, faint(colour)]);
  const fill = {
    ...base,
    id: FILL_LAYER(tileset),
    type: "fill",
    paint: {
      "fill-antialias": false,
      "fill-color": ["match", ["%", CODE, 2 * DIM], ...[...colours, ...receding].flat(), scale.ground],
    },
  };
  const outline = {
    ...base,
    id: `${tileset}-line`,
    type: "line",
    minzoom: type === "lsoa" ? 8 : 0,
    paint: {
      "line-color": type === "lsoa" || type === "msoa" ? "#6b7780" : "#5a666e",
      "line-width": ["interpolate", ["linear"], ["zoom"], 5, 0.25, 9, 0.4, 12, 0.8],
      "line-opacity": LINE_OPACITY[type] ?? 0.7,
    },
  };
  const hovered = {
    ...base,
    id: `${tileset}-mark`,
    type: "line",
    minzoom: MARK_ZOOM[type] ?? 0,
    layout: { "line-join": "round" },
    paint: { "line-color": INK, "line-width": ["case", has(HOVERED), 2.5, 0] },
  };
  const outlines = Object.entries(OUTLINES).map(([name, bit]) => ({
    ...base,
    id: `${tileset}-${name}`,
    type: "line",
    layout: { "line-join": "round", visibility: "none" },
    paint: {
      "line-color": INK,
      "line-opacity": ["case", has(bit), 1, 0],
      "line-width": ["interpolate", ["linear"], ["zoom"], 5, 0.6, 9, 1, 13, 2.2],
    },
  }));
  return [fill, ...patternLayers(base, tileset, type), outline, ...outlines, hovered];
}

/** The colour #rrggbb, mostly see-through. */
function faint(colour) {
  const part = (at) => Number.parseInt(colour.slice(at, at + 2), 16);
  return `rgba(${part(1)}, ${part(3)}, ${part(5)}, ${RECEDING})`;
}

function patternLayers(base, tileset, type) {
  return Object.entries(PATTERNS).map(([name, pattern]) => ({
    ...base,
    id: `${tileset}-${name}`,
    type: "fill",
    minzoom: PATTERN_ZOOM[type] ?? 0,
    layout: { visibility: "none" },
    paint: {
      "fill-antialias": false,
      "fill-pattern": pattern,
      "fill-opacity": ["case", name === "hatched" ? has(HATCHED) : ["in", FILL, ["literal", wearers(name)]], ["case", has(DIM), 0.2, OPACITY[name] ?? 1], 0],
    },
  }));
}

/** Boundaries of larger areas over the painted ones, thicker upwards: tileset and width, among those there are. */
export function contextOf(tileset, type, tilesets) {
  const districts = tileset.endsWith("11") ? "lad21" : "lad24";
  const wanted = {
    lsoa: [
      [districts, 1.1],
      ["icb26", 2],
    ],
    cell: [
      [districts, 1.1],
      ["icb26", 2],
    ],
    msoa: [
      [districts, 0.9],
      ["icb26", 1.8],
    ],
    lad: [["rgn23", 1.6]],
    utla: [["rgn23", 1.6]],
    sicbl: [["icb26", 1.6]],
    icb: [["nhser24", 1.8]],
  };
  return (wanted[type] ?? []).filter(([slug]) => slug !== tileset && tilesets.includes(slug));
}

/** A boundary line of a larger area. */
export function contextLayer(tileset, width) {
  return {
    id: `context-${tileset}`,
    type: "line",
    source: tileset,
    "source-layer": tileset,
    layout: { "line-join": "round" },
    paint: {
      "line-color": "#39444b",
      "line-opacity": 0.75,
      "line-width": ["interpolate", ["linear"], ["zoom"], 5, width * 0.55, 9, width, 13, width * 1.6],
    },
  };
}

/** Labels of places, drawn from the reader's own fonts. */
export function labelLayers(reach) {
  const text = (id, kind, minzoom, maxzoom, size, extra = {}, paint = {}) => ({
    id,
    type: "symbol",
    source: `labels-${reach}`,
    minzoom,
    maxzoom,
    filter: ["==", ["get", "kind"], kind],
    layout: {
      "text-field": ["get", "name"],
      "text-font": ["Arial"],
      "text-size": size,
      "text-max-width": 7,
      "text-padding": 6,
      "symbol-sort-key": ["get", "order"],
      ...extra,
    },
    paint: { "text-color": "#16222a", "text-halo-color": "rgba(255,255,255,0.95)", "text-halo-width": 1.7, ...paint },
  });
  if (reach === "near") return [text("label-neighbourhood", "neighbourhood", 11, 24, 11)];
  return [
    text("label-district", "district", 6.4, 12.5, ["interpolate", ["linear"], ["zoom"], 6, 10.5, 10, 14]),
    text("label-region", "region", 4, 6.4, 12, { "text-letter-spacing": 0.06 }),
  ];
}

// The first that fits: its mark, and the zoom by which it is at its full size.
const SITE_LOOKS = [
  [/hospital/, "site-cross", 9],
  [/school/, "site-dot", 11],
  [/./, "site-diamond", 8],
];

/** The outline of the selected area, of the drawn kind or another; by filter, for each layer that reads states slows a switch. */
export function selectedLayers(tileset, id) {
  const line = (name, color, width) => ({
    id: `selected-${name}`,
    type: "line",
    source: tileset,
    "source-layer": tileset,
    filter: ["==", ["id"], id],
    layout: { "line-join": "round" },
    paint: { "line-color": color, "line-width": width },
  });
  return [line("halo", "#ffffff", 6), line("mark", INK, 3)];
}

/** Points of one kind of site: a shape for each kind, so that colour is not the only sign. */
export function siteLayer(kind) {
  const [image, minzoom] = SITE_LOOKS.find(([pattern]) => pattern.test(kind)).slice(1);
  return {
    id: `site-${kind}`,
    type: "symbol",
    source: `site-${kind}`,
    layout: {
      "icon-image": image,
      "icon-allow-overlap": true,
      "icon-size": ["interpolate", ["linear"], ["zoom"], 5, 0.5, minzoom + 2, 1],
    },
  };
}
