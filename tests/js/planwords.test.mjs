import assert from "node:assert/strict";
import { test } from "node:test";
import {
  balanceWords,
  daysWords,
  errorWords,
  gainWords,
  leftOutWords,
  lossWords,
  minutesWords,
  modeWords,
  progressWords,
  proofWords,
  replayWords,
  roundedTo,
} from "../../hiid/pages/static/pages/js/planwords.js";

const plain = (words) => words.replaceAll("\u00a0", " ");

test("a gain is a range, rounded to what its width can carry", () => {
  assert.equal(gainWords({ low: 41.2, high: 118.7 }), "about 40 to 120 more screened");
  assert.equal(gainWords({ low: 1203, high: 3987 }), "about 1,000 to 4,000 more screened");
  assert.equal(gainWords({ low: 7.2, high: 7.4 }), "about 7 more screened");
  assert.equal(gainWords({ low: -3, high: 0 }), "none more screened that can be counted on");
  assert.equal(gainWords(null), "gain cannot be told");
});

test("rounding never goes past the width", () => {
  assert.equal(roundedTo(123.4, 1), 123);
  assert.equal(roundedTo(123.4, 20), 125);
  assert.equal(roundedTo(1234, 200), 1250);
});

test("a loss is told as a range with its direction, and minutes beside it", () => {
  const before = { gain: { low: 90, high: 260 }, minutes: { mean: 10.9 } };
  const after = { gain: { low: 60, high: 210 }, minutes: { mean: 12.6 } };

  assert.equal(plain(lossWords(before, after)), "With this change about 30 to 50 fewer are screened, and the mean journey grows from 10.9 to 12.6 minutes.");
  assert.match(lossWords(after, before), /about 30 to 50 more are screened, and the mean journey shrinks/);
  assert.match(lossWords(before, { gain: { low: 60, high: 300 }, minutes: before.minutes }), /between 30 fewer and 40 more/);
  assert.equal(lossWords({}, {}), "With this change nothing moves that can be told apart.");
});

test("a proof says how far from the best a plan can be", () => {
  assert.match(
    plain(proofWords({ gap: 0.0004, seconds: 1.83, seed: 7 })),
    /^At most 0.04 % short of the best possible for this choice. Found in 1.8 s, seed 7.$/,
  );
  assert.match(proofWords({ gap: 0 }), /^Proven best/);
  assert.match(proofWords({ gap: null }), /is not known/);
});

test("minutes have one digit below ten and none above", () => {
  assert.equal(plain(minutesWords(8.44)), "8.4 minutes");
  assert.equal(plain(minutesWords(12.6)), "13 minutes");
  assert.equal(minutesWords(null), "minutes not known");
});

test("a job tells its share and words", () => {
  assert.equal(plain(progressWords({ status: "running", progress: { share: 0.42, words: "Looking" } })), "Looking (42 %)");
  assert.equal(progressWords({ status: "queued" }), "Waiting for its turn.");
});

test("the ends of the balance have their names", () => {
  const point = { gain: { low: 40, high: 120 }, minutes_mean: 11, minutes_most_deprived: 9 };

  assert.equal(plain(balanceWords(point, 0, 3)), "most people: about 40 to 120 more screened; 11 minutes on average, 9.0 minutes for the most deprived fifth");
  assert.match(balanceWords(point, 2, 3), /^fairest: /);
  assert.match(balanceWords(point, 1, 3), /^about /);
});

test("a replay that differs says in what", () => {
  assert.match(replayWords({ is_same: true }), /same answer/);
  assert.match(replayWords({ is_same: false, differs: ["sites"] }), /differs: sites/);
});

test("minutes name their mode, where they come from and how far off they are", () => {
  assert.equal(modeWords("modelled drive"), "by modelled drive");
  assert.equal(modeWords("ways_of_roads"), "by ways of roads");
  assert.equal(modeWords(undefined), "by a mode that was not told");
  assert.equal(plain(errorWords({ source: "fitted to roads", error: { mean_absolute: 4.04 } })), "Minutes: fitted to roads; 4.0 minutes off on average.");
  assert.equal(errorWords(undefined), "");
});

test("days are written as people write them", () => {
  assert.equal(daysWords("2027-01-04", "2027-01-15"), "4 Jan 2027 to 15 Jan 2027");
});

test("whom vehicles cannot carry is told, and why where it may not be", () => {
  const held = { weeks_used: 4, weeks_there: 4, not_served: { areas: [{}, {}, {}], workload: 120, refused: null } };

  assert.equal(leftOutWords(held), "3 neighbourhoods are not served. About 120 people who would come cannot be seen. 4 of 4 weeks of a vehicle are used.");
  assert.match(
    leftOutWords({ ...held, not_served: { areas: [{}], workload: null, refused: "1 areas go there." } }),
    /1 neighbourhood is not served. 1 areas go there/,
  );
  assert.match(leftOutWords({ ...held, not_served: { areas: [] } }), /^Nobody is left out/);
});
