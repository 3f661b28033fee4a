// Pure: how the areas of findings are drawn: worse filled, better hollow, windows dashed, regions an outline; lit ones ringed.

const COLOURS = { worse: "#7c2855", better: "#00677a", plain: "#425563" };
const INK = "#212b32";
const RING = "#ffeb3b";
// Earlier findings are stronger: the first ten, the next fifteen, the others.
const STRENGTHS = [
  [10, 0.75],
  [25, 0.55],
  [Number.POSITIVE_INFINITY, 0.38],
];
const WINDOW_STRENGTH = 0.25;
const REGION_STRENGTH = 0.1;
const HOLLOW_STRENGTH = 0.08;
// Boundaries of all areas of a set from this zoom on; before it they would be grey fog.
const EDGES_FROM = { lsoa: 10, msoa: 8.5 };

const lit = ["boolean", ["feature-state", "lit"], false];
const whenLit = (yes) => ["case", lit, yes, 0];
const byLook = (from) => ["match", from, "worse", COLOURS.worse, "better", COLOURS.better, COLOURS.plain];

/** Look (worse, better, plain), form (area, window, region) and strength of a finding, `at` of the page from 0. */
export function lookOf(finding, at) {
  let look = "plain";
  if (finding.worse !== null) look = finding.worse ? "worse" : "better";
  const form = { inequality: "region", scan_window: "window" }[finding.kind] ?? "area";
  let strength = STRENGTHS.find(([most]) => at < most)[1];
  if (form === "window") strength = WINDOW_STRENGTH;
  else if (form === "region") strength = REGION_STRENGTH;
  else if (look === "better") strength = HOLLOW_STRENGTH;
  return { look, form, strength };
}

/** Id -> look of every drawn area of one set; an area's own finding goes before a window that holds it, an earlier before a later. */
export function looksOf(findings, set) {
  const rank = { area: 0, window: 1, region: 2 };
  const looks = new Map();
  for (const [at, finding] of findings.entries()) {
    if (finding.set !== set) continue;
    const look = lookOf(finding, at);
    for (const id of finding.ids) {
      const held = looks.get(id);
      if (!held || rank[look.form] < rank[held.form]) looks.set(id, look);
    }
  }
  return looks;
}

/** Layers of one set of areas from the fill up; `looks` as `looksOf` gives them. */
export function areaLayers(set, type, looks) {
  const base = { source: set, "source-layer": set };
  const ids = [...looks.keys()];
  const among = (chosen) => ["in", ["id"], ["literal", chosen]];
  const those = (test) => ids.filter((id) => test(looks.get(id)));
  const wide = ["interpolate", ["linear"], ["zoom"], 5, 1, 10, 2];
  const line = (name, filter, paint) => ({ ...base, id: `${set}-${name}`, type: "line", filter, layout: { "line-join": "round" }, paint });
  const look = ["feature-state", "look"];
  return [
    {
      ...base,
      id: `${set}-fill`,
      type: "fill",
      filter: among(ids),
      paint: { "fill-color": byLook(look), "fill-opacity": ["coalesce", ["feature-state", "strength"], 0] },
    },
    { ...line("edges", ["has", "code"], { "line-color": "#8a959c", "line-width": 0.5, "line-opacity": 0.6 }), minzoom: EDGES_FROM[type] ?? 5 },
    line("outline", among(those(({ form }) => form === "area")), { "line-color": byLook(look), "line-width": ["match", look, "better", 3, 1.2] }),
    line("region", among(those(({ form }) => form === "region")), { "line-color": INK, "line-width": wide }),
    line("window", among(those(({ form }) => form === "window")), { "line-color": byLook(look), "line-width": 1.5, "line-dasharray": [2, 1.5] }),
    line("ring", among(ids), { "line-color": RING, "line-width": 8, "line-opacity": whenLit(1) }),
    line("lit", among(ids), { "line-color": INK, "line-width": 3, "line-opacity": whenLit(1) }),
  ];
}

/** Land beneath everything, and the lines of its regions. */
export function landLayers(set) {
  const base = { source: set, "source-layer": set };
  return [
    { ...base, id: "land", type: "fill", paint: { "fill-color": "#ffffff", "fill-antialias": false } },
    { ...base, id: "land-line", type: "line", paint: { "line-color": "#8a959c", "line-width": 0.8 } },
  ];
}

/** Districts, by which one finds one's way where the regions are out of sight. */
export function lineLayer(set) {
  const paint = { "line-color": "#8a959c", "line-width": 0.6, "line-opacity": 0.7 };
  return { id: "way-line", type: "line", source: set, "source-layer": set, minzoom: 7, paint };
}

/** GeoJSON of what has no shapes; one feature for each point of each finding, numbered from 0. */
export function pointsOf(findings) {
  const features = [];
  for (const [at, finding] of findings.entries()) {
    for (const coordinates of finding.points) {
      const properties = { key: finding.key, ...lookOf(finding, at) };
      features.push({ type: "Feature", id: features.length, properties, geometry: { type: "Point", coordinates } });
    }
  }
  return { type: "FeatureCollection", features };
}

/** Points: filled where worse, hollow where better, small within a window; a ring around the lit. */
export function pointLayers(source) {
  const look = ["get", "look"];
  const isWindow = ["==", ["get", "form"], "window"];
  const radius = (less) => ["interpolate", ["linear"], ["zoom"], 5, ["case", isWindow, 1.8, 3 - less], 12, ["case", isWindow, 5, 8 - less]];
  const ring = {
    "circle-radius": ["interpolate", ["linear"], ["zoom"], 5, 5, 12, 11],
    "circle-color": RING,
    "circle-stroke-color": INK,
    "circle-stroke-width": whenLit(2),
    "circle-opacity": whenLit(1),
  };
  const dot = {
    "circle-radius": radius(0),
    "circle-color": ["match", look, "better", "#ffffff", byLook(look)],
    "circle-stroke-color": byLook(look),
    "circle-stroke-width": ["match", look, "better", 2, 0.5],
  };
  return [
    { id: `${source}-ring`, type: "circle", source, paint: ring },
    { id: `${source}-dot`, type: "circle", source, paint: dot },
  ];
}
