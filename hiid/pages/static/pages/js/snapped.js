// Touches the page: the catchment on the map as whole neighbourhoods, and the one that it is compared with.

const EMPTY = { type: "FeatureCollection", features: [] };
const FILL = "#41b6c4";
const EDGE = "#0c5c6e";
const PLUM = "#7c2855";

export class Snapped {
  /** `map`: a MapLibre map whose style is there. */
  constructor(map) {
    this.map = map;
    for (const name of ["snapped", "beside"]) map.addSource(name, { type: "geojson", data: EMPTY });
    const line = (name, paint) => ({ id: `site-${name}-line`, type: "line", source: name, layout: { "line-join": "round" }, paint });
    map.addLayer({ id: "site-snapped", type: "fill", source: "snapped", paint: { "fill-color": FILL, "fill-opacity": 0.35 } });
    map.addLayer(line("snapped", { "line-color": EDGE, "line-width": 2.5 }));
    map.addLayer(line("beside", { "line-color": PLUM, "line-width": 3, "line-dasharray": [2, 1.5] }));
  }

  /** Draw the outline of a catchment (GeoJSON); null or nothing takes it away. */
  show(shape) {
    this.map.getSource("snapped").setData(shape ?? EMPTY);
  }

  beside(shape) {
    this.map.getSource("beside").setData(shape ?? EMPTY);
  }
}
