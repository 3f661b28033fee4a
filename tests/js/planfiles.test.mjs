import assert from "node:assert/strict";
import { test } from "node:test";
import { parseBoundary, parsePractices } from "../../hiid/pages/static/pages/js/planfiles.js";

const RING = [
  [-0.2, 51.5],
  [-0.1, 51.5],
  [-0.1, 51.6],
  [-0.2, 51.5],
];
const SQUARE = { type: "Polygon", coordinates: [RING] };
const PLACES = [
  { id: "practice:F85001", name: "Made-up Surgery", latitude: 51.58, longitude: -0.07 },
  { id: "practice:F85002", name: "The Health Centre", latitude: 51.6, longitude: -0.1 },
  { id: "practice:F85003", name: "The Health Centre", latitude: 51.61, longitude: -0.11 },
];

const boundary = (found) => parseBoundary(JSON.stringify(found));
const trouble = (found) => boundary(found).trouble;
const feature = (geometry) => ({ type: "Feature", properties: { name: "x" }, geometry });

test("a boundary is a polygon, a feature, or all features of a file together, without heights", () => {
  assert.deepEqual(boundary(SQUARE), { boundary: SQUARE, polygons: 1 });
  assert.deepEqual(boundary(feature(SQUARE)), { boundary: SQUARE, polygons: 1 });
  const both = boundary({ type: "FeatureCollection", features: [feature(SQUARE), feature({ type: "MultiPolygon", coordinates: [[RING]] })] });
  assert.deepEqual(both, { boundary: { type: "MultiPolygon", coordinates: [[RING], [RING]] }, polygons: 2 });
  assert.deepEqual(boundary({ type: "Polygon", coordinates: [RING.map((point) => [...point, 12])] }).boundary, SQUARE);
});

test("a boundary that cannot be used says where and what was expected", () => {
  assert.match(parseBoundary("postcode,people").trouble, /^This is not GeoJSON/);
  assert.equal(
    trouble({ type: "FeatureCollection", features: [feature(SQUARE), feature({ type: "Point", coordinates: [0, 51] })] }),
    "Feature 2: found Point, expected Polygon or MultiPolygon.",
  );
  assert.equal(trouble({ type: "Topology" }), "The file: found Topology, expected Polygon or MultiPolygon.");
  assert.equal(trouble({ type: "FeatureCollection", features: [] }), "The file holds no shape; a boundary is one polygon or several.");
  assert.equal(trouble({ type: "Polygon", coordinates: [RING.slice(0, 3)] }), "The file, ring 1: found 3 points, expected at least 4.");
  assert.equal(
    trouble({ type: "Polygon", coordinates: [[...RING.slice(0, 3), [-0.3, 51.5]]] }),
    "The file, ring 1: it is not closed; the last point has to be the first one again.",
  );
});

test("a boundary in metres, or with latitude first, says so at its first point", () => {
  const moved = (change) => ({ type: "Polygon", coordinates: [RING.map(change)] });

  assert.match(trouble(moved(() => [530_000, 180_000])), /ring 1, point 1: found \[530000,180000\], expected degrees \(EPSG:4326\)/);
  assert.match(trouble(moved(([longitude, latitude]) => [latitude, longitude])), /not in England. Longitude comes first/);
  assert.match(trouble(moved(() => ["a", "b"])), /expected \[longitude, latitude\]/);
});

test("practices are found by code or name, with people and days as people write them", () => {
  const text = '\uFEFFPractice,List size,Due date,Note\r\nF85001,"1,240",31/01/2027,"a ""b"", c"\r\n\r\nmade-up surgery two,10,\r\n'.replace(
    "made-up surgery two",
    "f85002",
  );

  assert.deepEqual(parsePractices(text, PLACES), {
    practices: [
      { name: "Made-up Surgery", latitude: 51.58, longitude: -0.07, people: 1240, due: "2027-01-31" },
      { name: "The Health Centre", latitude: 51.6, longitude: -0.1, people: 10, due: null },
    ],
  });
});

test("a practice with its own degrees need not be known", () => {
  const { practices } = parsePractices("name;people;due;lat;lon\nElsewhere;300;2027-02-28;52.2;0.12", PLACES);

  assert.deepEqual(practices, [{ name: "Elsewhere", latitude: 52.2, longitude: 0.12, people: 300, due: "2027-02-28" }]);
});

const HEAD = "practice,people,due\nF85001,5,\n";
for (const [text, words] of [
  ["", "The file is empty; expected a head with practice, people and due."],
  ["practice,people\nF85001,5", "Row 1: there is no column due; found practice, people."],
  ["practice,people,due\n", "Row 2: there are no practices after the head."],
  ["practice,people,due,latitude\nF85001,5,,51", "Row 1: latitude and longitude go together; one of them is not there."],
  [`${HEAD}F85002,many,`, "Row 3, column people: found “many”, expected how many people are due, 0 to 1,000,000."],
  [`${HEAD}F85002,,`, "Row 3, column people: found nothing, expected how many people are due, 0 to 1,000,000."],
  [`${HEAD}\nF85002,5,31/02/2027`, "Row 4, column due: found “31/02/2027”, expected a day as 2027-01-31 or 31/01/2027, or nothing."],
  [`${HEAD}F85002,5,next year`, "Row 3, column due: found “next year”, expected a day as 2027-01-31 or 31/01/2027, or nothing."],
  [`${HEAD}F99999,5,`, "Row 3, column practice: found “F99999”, expected a practice of the area by code or name, or columns latitude and longitude."],
  [
    `${HEAD}The Health Centre,5,`,
    "Row 3, column practice: found “The Health Centre”, several practices of the area are called so; give the code, or columns latitude and longitude.",
  ],
  [`${HEAD}Made-up Surgery,5,`, "Row 3, column practice: found Made-up Surgery again; it is in row 2 already."],
  [`${HEAD},5,`, "Row 3, column practice: found nothing, expected a practice’s code or name."],
  ["practice,people,due,lat,lon\nX,5,,north,0", "Row 2, column latitude: found “north”, expected degrees as 51.58."],
  ["practice,people,due,lat,lon\nX,5,,0.1,51.5", "Row 2, column latitude: found 0.1 and longitude 51.5, which is not in England."],
]) {
  test(`a file of practices that cannot be used names row and column: ${words.slice(0, 40)}`, () => {
    assert.deepEqual(parsePractices(text, PLACES), { trouble: words });
  });
}
