import assert from "node:assert/strict";
import { test } from "node:test";
import { headline, trendNote } from "../../hiid/pages/static/pages/js/sentences.js";

test("only quarters that look back a year overlap, and only checks are said to have fallen in the pandemic", () => {
  const quarters = [{ period: "2023-24-q4" }, { period: "2024-25-q3" }];

  assert.match(trendNote(quarters, { windowsOverlap: true }), /Windows overlap.*Routine checks/);
  assert.match(trendNote(quarters, { windowsOverlap: false }), /^Each quarter is of other people/);
  assert.equal(trendNote([{ period: "2023-24" }], { windowsOverlap: false }), "");
});

test("of linked records it is said that England is all made-up people", () => {
  const observation = { value: 0.35, status: "value", basis: "observed", comparison: "worse", rank: null, rank_of: null };
  const of = (isLinked) => ({ short: "Uptake", unit: "proportion", decimals: 1, polarity: "high_is_good", isLinked });
  const told = (isLinked, areaType) => headline({ observation, indicator: of(isLinked), name: "Haven", areaType, england: 0.474, decile: 1 });

  assert.match(told(true, "msoa"), /worse than all made-up people’s 47.4.%\. It is among the /);
  assert.doesNotMatch(told(false, "msoa"), /made-up/);
  assert.match(told(false, "msoa"), /worse than England’s/);
  assert.doesNotMatch(told(true, "msoa"), /England/);
});
