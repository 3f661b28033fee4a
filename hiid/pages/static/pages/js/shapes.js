// Pure: shapes as they are drawn: what was done and can be undone, corners of an area, circles, and lists that people write.

// Mean radius of the earth, metres.
const EARTH = 6_371_008.8;
const MOST_STEPS = 100;
const CODE = /^[EWSN]\d{8}$/;
const POSTCODE = /^[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}$/;

/** States one after the other, of which one is now. */
export class History {
  constructor(first) {
    this.states = [first];
    this.at = 0;
  }

  get now() {
    return this.states[this.at];
  }

  get canUndo() {
    return this.at > 0;
  }

  get canRedo() {
    return this.at < this.states.length - 1;
  }

  /** A new state; what was undone before it is gone. The same state again is none. */
  push(state) {
    if (JSON.stringify(state) === JSON.stringify(this.now)) return false;
    this.states = [...this.states.slice(0, this.at + 1), state].slice(-MOST_STEPS);
    this.at = this.states.length - 1;
    return true;
  }

  undo() {
    if (this.canUndo) this.at -= 1;
    return this.now;
  }

  redo() {
    if (this.canRedo) this.at += 1;
    return this.now;
  }
}

/** A polygon of corners [longitude, latitude], or null for fewer than three. */
export function polygonOf(corners) {
  if (corners.length < 3) return null;
  return { type: "Polygon", coordinates: [[...corners, corners[0]]] };
}

/** A circle as a polygon, of a radius in metres, turning the way GeoJSON asks for. */
export function circleOf([longitude, latitude], metres, sides = 64) {
  const rad = Math.PI / 180;
  const along = metres / EARTH;
  const from = latitude * rad;
  const corners = Array.from({ length: sides }, (_, at) => {
    const turn = (-2 * Math.PI * at) / sides;
    const to = Math.asin(Math.sin(from) * Math.cos(along) + Math.cos(from) * Math.sin(along) * Math.cos(turn));
    const by = Math.atan2(Math.sin(turn) * Math.sin(along) * Math.cos(from), Math.cos(along) - Math.sin(from) * Math.sin(to));
    return [longitude + by / rad, to / rad];
  });
  return polygonOf(corners);
}

/** Metres between two points in degrees. */
export function metresBetween([west, south], [east, north]) {
  const rad = Math.PI / 180;
  const half = Math.sin(((north - south) * rad) / 2) ** 2 + Math.cos(south * rad) * Math.cos(north * rad) * Math.sin(((east - west) * rad) / 2) ** 2;
  return 2 * EARTH * Math.asin(Math.sqrt(half));
}

/** Drawn polygons as one thing to send. */
export function collectionOf(polygons) {
  return { type: "FeatureCollection", features: polygons.map((geometry) => ({ type: "Feature", properties: {}, geometry })) };
}

/** West, south, east and north of any GeoJSON; null where it has no point. */
export function boxOf(shape) {
  const box = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const walk = (part) => {
    if (typeof part?.[0] === "number") {
      const [x, y] = part;
      box.splice(0, 4, Math.min(box[0], x), Math.min(box[1], y), Math.max(box[2], x), Math.max(box[3], y));
    } else for (const one of part ?? []) walk(one);
  };
  const geometries = (one) =>
    (one.features ?? one.geometries ?? [one]).flatMap((each) => (each.geometry ? [each.geometry] : each.coordinates ? [each] : geometries(each)));
  for (const geometry of geometries(shape)) walk(geometry.coordinates);
  return Number.isFinite(box[0]) ? box : null;
}

/** What a list of areas or postcodes asks for, or in words why it cannot be read. */
export function parseList(text) {
  const words = text
    .toUpperCase()
    .split(/[\n,;\t]+/)
    .map((one) => one.replace(/\s+/g, ""))
    .filter(Boolean);
  if (!words.length) return { trouble: "Give one or more codes of areas (E01002026), or postcodes (N17 0AA), one a line or with commas between." };
  const strange = words.find((one) => !CODE.test(one) && !POSTCODE.test(one));
  if (strange) return { trouble: `“${strange.slice(0, 20)}” is neither the code of an area nor a whole postcode.` };
  const codes = words.filter((one) => CODE.test(one));
  if (codes.length && codes.length < words.length) return { trouble: "Give either codes of areas or postcodes, not both." };
  return codes.length ? { asked: { areas: [...new Set(codes)] } } : { asked: { postcodes: [...new Set(words)] } };
}
