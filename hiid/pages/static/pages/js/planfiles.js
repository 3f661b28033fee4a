// Pure: files that go with a plan: the boundary of a screening service (GeoJSON) and practices with due dates (CSV), or where they are wrong.

// As the service takes them.
const MOST_PRACTICES = 2000;
const LONGEST_BOUNDARY = 1_000_000;
const MOST_PEOPLE = 1e6;
const WEST = -6.5;
const SOUTH = 49.8;
const EAST = 1.8;
const NORTH = 55.9;

// What the columns of a file of practices may be called.
const COLUMNS = {
  practice: ["practice", "practice code", "practice_code", "code", "ods code", "ods_code", "name", "practice name", "practice_name"],
  people: ["people", "people due", "people_due", "due people", "due_people", "women", "list size", "list_size", "eligible"],
  due: ["due", "due date", "due_date", "date"],
  latitude: ["latitude", "lat"],
  longitude: ["longitude", "lon", "lng"],
};

/** One polygon or several, from the text of a GeoJSON file in degrees. Gives {boundary, polygons} or {trouble} that names the place. */
export function parseBoundary(text) {
  let found;
  try {
    found = JSON.parse(text);
  } catch (error) {
    return { trouble: `This is not GeoJSON: ${error.message}.` };
  }
  const polygons = [];
  for (const [where, geometry] of geometriesOf(found)) {
    const parts = { Polygon: [geometry?.coordinates], MultiPolygon: geometry?.coordinates }[geometry?.type];
    if (!Array.isArray(parts)) return { trouble: `${where}: found ${geometry?.type ?? "nothing"}, expected Polygon or MultiPolygon.` };
    for (const [at, rings] of parts.entries()) {
      const trouble = wrongRings(rings, parts.length > 1 ? `${where}, polygon ${at + 1}` : where);
      if (trouble) return { trouble };
      polygons.push(rings.map((ring) => ring.map(([longitude, latitude]) => [longitude, latitude])));
    }
  }
  if (!polygons.length) return { trouble: "The file holds no shape; a boundary is one polygon or several." };
  const boundary = polygons.length === 1 ? { type: "Polygon", coordinates: polygons[0] } : { type: "MultiPolygon", coordinates: polygons };
  if (JSON.stringify(boundary).length > LONGEST_BOUNDARY) return { trouble: "The boundary is longer than 1 MB. Simplify it; ten metres are fine enough." };
  return { boundary, polygons: polygons.length };
}

function geometriesOf(found) {
  if (found?.type === "FeatureCollection") return (found.features ?? []).map((feature, at) => [`Feature ${at + 1}`, feature?.geometry]);
  if (found?.type === "Feature") return [["The feature", found.geometry]];
  return [["The file", found]];
}

function wrongRings(rings, where) {
  if (!Array.isArray(rings) || !rings.length) return `${where}: a polygon without a ring.`;
  for (const [at, ring] of rings.entries()) {
    const place = `${where}, ring ${at + 1}`;
    if (!Array.isArray(ring) || ring.length < 4) return `${place}: found ${ring?.length ?? 0} points, expected at least 4.`;
    for (const [number, point] of ring.entries()) {
      const [longitude, latitude] = Array.isArray(point) ? point : [];
      const words = `${place}, point ${number + 1}: found ${JSON.stringify(point)?.slice(0, 60)}`;
      if (!Number.isFinite(longitude) || !Number.isFinite(latitude)) return `${words}, expected [longitude, latitude].`;
      if (Math.abs(longitude) > 180 || Math.abs(latitude) > 90)
        return `${words}, expected degrees (EPSG:4326). Is it in metres of the national grid? Save it in degrees.`;
      if (!isInEngland(latitude, longitude)) return `${words}, which is not in England. Longitude comes first, then latitude.`;
    }
    if (String(ring[0]) !== String(ring.at(-1))) return `${place}: it is not closed; the last point has to be the first one again.`;
  }
  return "";
}

/** Practices from the text of a CSV file. `known`: places with `id` (practice:CODE), `name`, `latitude`, `longitude`, for rows without
 * degrees. Gives {practices} or {trouble} that names row and column; row 1 is the head. */
export function parsePractices(text, known) {
  const rows = rowsOf(text);
  if (!rows.length) return { trouble: "The file is empty; expected a head with practice, people and due." };
  const columns = columnsOf(rows[0].cells);
  const missing = ["practice", "people", "due"].find((name) => columns[name] < 0);
  if (missing) return { trouble: `Row 1: there is no column ${missing}; found ${rows[0].cells.map((cell) => cell || "an empty head").join(", ")}.` };
  if (columns.latitude < 0 !== columns.longitude < 0) return { trouble: "Row 1: latitude and longitude go together; one of them is not there." };
  if (rows.length < 2) return { trouble: "Row 2: there are no practices after the head." };
  if (rows.length - 1 > MOST_PRACTICES) return { trouble: `Row ${MOST_PRACTICES + 2}: found more than ${MOST_PRACTICES.toLocaleString("en-GB")} practices.` };
  const places = placesOf(known);
  const practices = [];
  const seen = new Map();
  for (const { cells, row } of rows.slice(1)) {
    const { practice, trouble } = practiceOf((name) => (columns[name] < 0 ? "" : (cells[columns[name]] ?? "")), places);
    if (trouble) return { trouble: `Row ${row}, ${trouble}` };
    const earlier = seen.get(practice.name);
    if (earlier) return { trouble: `Row ${row}, column practice: found ${practice.name} again; it is in row ${earlier} already.` };
    seen.set(practice.name, row);
    practices.push(practice);
  }
  return { practices };
}

function practiceOf(cell, places) {
  const given = cell("practice");
  if (!given) return { trouble: "column practice: found nothing, expected a practice’s code or name." };
  const number = Number(cell("people").replace(/(?<=\d),(?=\d{3})/g, ""));
  if (cell("people") === "" || !Number.isFinite(number) || number < 0 || number > MOST_PEOPLE)
    return { trouble: `column people: found ${shown(cell("people"))}, expected how many people are due, 0 to 1,000,000.` };
  const due = dayOf(cell("due"));
  if (due === undefined) return { trouble: `column due: found ${shown(cell("due"))}, expected a day as 2027-01-31 or 31/01/2027, or nothing.` };
  const place = placeOf(given, cell("latitude"), cell("longitude"), places);
  if (place.trouble) return place;
  return { practice: { ...place, people: number, due } };
}

function placeOf(given, latitude, longitude, places) {
  if (latitude === "" && longitude === "") {
    const found = places.get(given.toUpperCase());
    if (found) return { name: found.name, latitude: found.latitude, longitude: found.longitude };
    const why = found === null ? "several practices of the area are called so; give the code" : "expected a practice of the area by code or name";
    return { trouble: `column practice: found ${shown(given)}, ${why}, or columns latitude and longitude.` };
  }
  for (const [name, text] of Object.entries({ latitude, longitude }))
    if (text === "" || !Number.isFinite(Number(text))) return { trouble: `column ${name}: found ${shown(text)}, expected degrees as 51.58.` };
  const place = { name: given, latitude: Number(latitude), longitude: Number(longitude) };
  if (isInEngland(place.latitude, place.longitude)) return place;
  return { trouble: `column latitude: found ${latitude} and longitude ${longitude}, which is not in England.` };
}

/** Practices by code and by name; null where several have the name. */
function placesOf(known) {
  const places = new Map();
  for (const one of known) {
    const name = one.name.toUpperCase();
    places.set(name, places.has(name) ? null : one);
  }
  for (const one of known) places.set(one.id.replace(/^practice:/, "").toUpperCase(), one);
  return places;
}

/** A day as ISO, null for none, undefined for what is no day. */
function dayOf(text) {
  if (text === "") return null;
  const british = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text);
  const iso = british ? `${british[3]}-${british[2].padStart(2, "0")}-${british[1].padStart(2, "0")}` : text;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(iso)) return undefined;
  const day = new Date(`${iso}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(iso) ? iso : undefined;
}

function columnsOf(head) {
  const names = head.map((cell) => cell.toLowerCase());
  return Object.fromEntries(Object.entries(COLUMNS).map(([name, known]) => [name, names.findIndex((one) => known.includes(one))]));
}

/** Rows that hold anything, with their number in the file. Cells may be quoted; they stand between commas, semicolons or tabs. */
function rowsOf(text) {
  const plain = text.replace(/^\uFEFF/, "");
  const head = plain.split(/\r?\n/, 1)[0];
  const between = [",", ";", "\t"].find((mark) => head.includes(mark)) ?? ",";
  const rows = [[""]];
  let isQuoted = false;
  for (let at = 0; at < plain.length; at++) {
    const cells = rows.at(-1);
    const mark = plain[at];
    if (mark === '"' && isQuoted && plain[at + 1] === '"') cells[cells.length - 1] += plain[++at];
    else if (mark === '"') isQuoted = !isQuoted;
    else if (isQuoted || ![between, "\n", "\r"].includes(mark)) cells[cells.length - 1] += mark;
    else if (mark === between) cells.push("");
    else if (mark === "\n") rows.push([""]);
  }
  const numbered = rows.map((cells, at) => ({ cells: cells.map((cell) => cell.trim()), row: at + 1 }));
  return numbered.filter(({ cells }) => cells.some(Boolean));
}

function isInEngland(latitude, longitude) {
  return latitude >= SOUTH && latitude <= NORTH && longitude >= WEST && longitude <= EAST;
}

function shown(text) {
  return text ? `“${text.slice(0, 60)}”` : "nothing";
}
