import assert from "node:assert/strict";
import { test } from "node:test";
import { frameOf, lookOf, marksOf, roomFor, stepFrom, wordsOf } from "../../hiid/pages/static/pages/js/marks.js";

const finding = (number, over = {}) => ({
  number,
  key: `k${number}`,
  direction: "low",
  worse: true,
  at: [number, 50],
  box: [number, 50, number, 50],
  type: "practice",
  ...over,
});
const box = (x, y) => ({ x, y, width: 30, height: 26 });

test("a mark bears the number of the list and the direction", () => {
  const [mark] = marksOf([finding(7)]);
  assert.equal(mark.words, "7▼");
  assert.equal(mark.look, "worse");
});

test("findings of one place share a mark that bears their numbers, and stands where the first stands", () => {
  const marks = marksOf([finding(1), finding(2, { at: [1, 50] }), finding(3), finding(9, { at: [1, 50] })]);
  assert.deepEqual(
    marks.map(({ words }) => words),
    ["1, 2 +1▼", "3▼"],
  );
  assert.deepEqual(
    marks[0].findings.map(({ number }) => number),
    [1, 2, 9],
  );
});

test("every finding is on exactly one mark", () => {
  const findings = Array.from({ length: 50 }, (_, at) => finding(at + 1, { at: [at % 7, 50] }));
  const numbers = marksOf(findings).flatMap((mark) => mark.findings.map(({ number }) => number));
  assert.deepEqual(
    numbers.sort((a, b) => a - b),
    findings.map(({ number }) => number),
  );
});

test("a mark of findings that disagree is neither worse nor better, and shows no direction", () => {
  const pair = [finding(1), finding(2, { worse: false, direction: "high" })];
  assert.equal(lookOf(pair), "plain");
  assert.equal(wordsOf(pair), "1, 2");
  assert.equal(lookOf([finding(1, { worse: null })]), "plain");
  assert.equal(lookOf([finding(1, { worse: false })]), "better");
});

test("numbers without room give way to earlier ones, and none lies over another", () => {
  assert.deepEqual(roomFor([box(0, 0), box(10, 5), box(30, 0), box(25, 20)]), [true, false, true, false]);
});

test("what is lit is whole whatever lies there", () => {
  assert.deepEqual(roomFor([box(0, 0), box(10, 5), box(100, 0)], 1), [false, true, true]);
});

test("arrow keys walk the marks and stop at the ends", () => {
  assert.equal(stepFrom(0, "ArrowRight", 3), 1);
  assert.equal(stepFrom(2, "ArrowDown", 3), 2);
  assert.equal(stepFrom(0, "ArrowLeft", 3), 0);
  assert.equal(stepFrom(0, "End", 3), 2);
  assert.equal(stepFrom(2, "Home", 3), 0);
  assert.equal(stepFrom(1, "Enter", 3), null);
});

test("the frame holds all boxes and goes no closer than the widest kind of area allows", () => {
  const { bounds, maxZoom } = frameOf([finding(1, { box: [-3, 50, -1, 52] }), finding(2, { box: [0, 51, 1, 55], type: "rgn" })]);
  assert.deepEqual(bounds, [-3, 50, 1, 55]);
  assert.ok(maxZoom < frameOf([finding(1)]).maxZoom);
});
