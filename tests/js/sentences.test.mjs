import assert from "node:assert/strict";
import { test } from "node:test";
import { trendNote } from "../../hiid/pages/static/pages/js/sentences.js";

test("only quarters that look back a year overlap, and only checks are said to have fallen in the pandemic", () => {
  const quarters = [{ period: "2023-24-q4" }, { period: "2024-25-q3" }];

  assert.match(trendNote(quarters, { windowsOverlap: true }), /Windows overlap.*Routine checks/);
  assert.match(trendNote(quarters, { windowsOverlap: false }), /^Each quarter is of other people/);
  assert.equal(trendNote([{ period: "2023-24" }], { windowsOverlap: false }), "");
});
