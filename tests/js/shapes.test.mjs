import assert from "node:assert/strict";
import { test } from "node:test";
import { boxOf, circleOf, collectionOf, History, metresBetween, parseList, polygonOf } from "../../hiid/pages/static/pages/js/shapes.js";

test("what was done is undone and done again, and something new ends that", () => {
  const history = new History([]);
  history.push([1]);
  history.push([1, 2]);

  assert.deepEqual(history.undo(), [1]);
  assert.deepEqual(history.undo(), []);
  assert.equal(history.canUndo, false);
  assert.deepEqual(history.redo(), [1]);
  history.push([3]);
  assert.equal(history.canRedo, false);
  assert.deepEqual(history.undo(), [1]);
});

test("the same again is no step", () => {
  const history = new History([]);

  assert.equal(history.push([]), false);
  assert.equal(history.canUndo, false);
});

test("an area has three corners at least, and is closed", () => {
  assert.equal(
    polygonOf([
      [0, 0],
      [1, 1],
    ]),
    null,
  );
  assert.deepEqual(
    polygonOf([
      [0, 0],
      [1, 0],
      [1, 1],
    ]).coordinates[0].at(-1),
    [0, 0],
  );
});

test("every corner of a circle is as far from its middle as was asked, and it turns counter-clockwise", () => {
  const middle = [-0.1, 51.6];
  const [ring] = circleOf(middle, 2000).coordinates;

  for (const corner of ring) assert.ok(Math.abs(metresBetween(middle, corner) - 2000) < 0.01);
  const turn = ring.slice(0, -1).reduce((sum, [x, y], at) => sum + x * ring[at + 1][1] - ring[at + 1][0] * y, 0);
  assert.ok(turn > 0);
});

test("distances are those of the sphere", () => {
  // A degree of latitude.
  assert.ok(Math.abs(metresBetween([0, 51], [0, 52]) - 111_195) < 1);
});

test("a box holds every point of any GeoJSON", () => {
  const shape = {
    type: "MultiPolygon",
    coordinates: [
      [
        [
          [0, 1],
          [2, 1],
          [2, 3],
        ],
      ],
      [
        [
          [-4, 5],
          [0, 0],
          [1, 1],
        ],
      ],
    ],
  };

  assert.deepEqual(boxOf(shape), [-4, 0, 2, 5]);
  assert.deepEqual(boxOf(collectionOf([shape])), [-4, 0, 2, 5]);
  assert.equal(boxOf({ type: "FeatureCollection", features: [] }), null);
});

test("a list is of areas or of postcodes, and what is neither is named", () => {
  assert.deepEqual(parseList("E01002026, e01002027\nE01002026").asked, { areas: ["E01002026", "E01002027"] });
  assert.deepEqual(parseList("n17 0aa; SW1A 1AA").asked, { postcodes: ["N170AA", "SW1A1AA"] });
  assert.match(parseList("Tottenham").trouble, /“TOTTENHAM” is neither/);
  assert.match(parseList("E01002026, N17 0AA").trouble, /not both/);
  assert.match(parseList(" \n").trouble, /Give one or more/);
});
