import assert from "node:assert/strict";
import { test } from "node:test";
import { areaLayers, lookOf, looksOf, pointLayers, pointsOf } from "../../hiid/pages/static/pages/js/placelayers.js";

const finding = (over = {}) => ({ key: "k", kind: "priority", direction: "low", worse: true, set: "utla23", ids: [1], points: [], ...over });

test("earlier findings are stronger", () => {
  const strengths = [0, 10, 25].map((at) => lookOf(finding(), at).strength);
  assert.deepEqual([...strengths].sort().reverse(), strengths);
  assert.equal(new Set(strengths).size, 3);
});

test("better is hollow, so that colour is not the only sign", () => {
  assert.equal(lookOf(finding({ worse: false }), 0).look, "better");
  assert.ok(lookOf(finding({ worse: false }), 0).strength < lookOf(finding(), 49).strength / 2);
  assert.equal(lookOf(finding({ worse: null }), 0).look, "plain");
});

test("an area's own finding goes before the window that holds it, whichever comes first", () => {
  const window = finding({ kind: "scan_window", ids: [1, 2] });
  for (const order of [
    [window, finding()],
    [finding(), window],
  ]) {
    const looks = looksOf(order, "utla23");
    assert.equal(looks.get(1).form, "area");
    assert.equal(looks.get(2).form, "window");
  }
});

test("of two findings of one area the earlier decides", () => {
  const looks = looksOf([finding({ worse: false, direction: "high" }), finding()], "utla23");
  assert.equal(looks.get(1).look, "better");
});

test("only areas of the set are looked at", () => {
  assert.equal(looksOf([finding({ set: "rgn23" })], "utla23").size, 0);
});

test("layers draw no area but those of findings, except thin edges", () => {
  const looks = looksOf([finding({ ids: [4, 7] }), finding({ kind: "scan_window", ids: [9] })], "utla23");
  const layers = areaLayers("utla23", "utla", looks);
  const ids = (name) => layers.find(({ id }) => id === `utla23-${name}`).filter[2][1];
  assert.deepEqual(ids("fill"), [4, 7, 9]);
  assert.deepEqual(ids("outline"), [4, 7]);
  assert.deepEqual(ids("window"), [9]);
  assert.ok(layers.every(({ source, filter }) => source === "utla23" && filter));
});

test("points are numbered from 0 and say whose they are", () => {
  const { features } = pointsOf([
    finding({
      key: "a",
      points: [
        [0, 51],
        [1, 52],
      ],
    }),
    finding({ key: "b", points: [[2, 53]] }),
  ]);
  assert.deepEqual(
    features.map(({ id, properties }) => [id, properties.key]),
    [
      [0, "a"],
      [1, "a"],
      [2, "b"],
    ],
  );
  assert.ok(pointLayers("points").every(({ source }) => source === "points"));
});
