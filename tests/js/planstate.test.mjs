import assert from "node:assert/strict";
import { test } from "node:test";
import { cleaned, DEFAULTS, decide, decisionOf, parseGiven, parseState, requestOf, stateOf, writeState } from "../../hiid/pages/static/pages/js/planstate.js";

test("a state is written into the address and read back", () => {
  const state = { ...DEFAULTS, programme: "lung", area: "E54000028", stops: 4, equity: 1.5, must: "practice:A1,practice:B2", plan: "abc" };

  assert.deepEqual(parseState(writeState(state)), state);
});

test("what is usual is not written", () => {
  assert.equal(writeState(DEFAULTS), "");
});

test("numbers keep to their bounds, and what is no number is the usual", () => {
  assert.equal(cleaned("stops", "0"), 1);
  assert.equal(cleaned("stops", "1e9"), 60);
  assert.equal(cleaned("stops", "2.6"), 3);
  assert.equal(cleaned("stops", "many"), DEFAULTS.stops);
  assert.equal(cleaned("equity", "0.5"), 0.5);
  assert.equal(cleaned("least", ""), "");
  assert.equal(cleaned("base", "somewhere"), "resident");
});

test("a place is free, must serve, must not serve, and free again", () => {
  let state = { ...DEFAULTS };
  const seen = [];
  for (let at = 0; at < 3; at++) {
    state = { ...state, ...decide(state, "A") };
    seen.push(decisionOf(state, "A"));
  }

  assert.deepEqual(seen, ["must", "not", "free"]);
  assert.deepEqual([state.must, state.not], ["", ""]);
});

test("a decision leaves those about other places alone", () => {
  assert.deepEqual(decide({ ...DEFAULTS, must: "A,B", not: "C" }, "B"), { must: "A", not: "C,B" });
});

test("an empty number is no bound in the request, and own sites go along where they are asked for alone", () => {
  const request = requestOf({ ...DEFAULTS, candidates: "practices" }, { release: "r", given: [{ name: "x" }] });

  assert.equal(request.core20_share, null);
  assert.equal(request.least_workload, null);
  assert.deepEqual(request.candidates, { kind: "practices" });
  assert.equal("provider" in request, false);
  assert.deepEqual(requestOf({ ...DEFAULTS, candidates: "given" }, { release: "r", given: [1] }).candidates, { kind: "given", given: [1] });
});

test("the choices behind a request are those that made it", () => {
  const state = {
    ...DEFAULTS,
    programme: "breast",
    area: "E1",
    candidates: "schools",
    stops: 3,
    core20: 0.3,
    least: 100,
    must: "a,b",
    not: "c",
    provider: "matrix",
  };

  assert.deepEqual({ ...DEFAULTS, ...stateOf(requestOf(state, { release: "r", given: [] })) }, state);
});

test("own sites are read line by line, and the first wrong line is named", () => {
  assert.deepEqual(parseGiven("Town Hall, 51.6, -0.1\n\nMarket Square, north side\t51.5\t-0.2").sites, [
    { name: "Town Hall", latitude: 51.6, longitude: -0.1 },
    { name: "Market Square, north side", latitude: 51.5, longitude: -0.2 },
  ]);
  assert.match(parseGiven("Town Hall, 51.6, -0.1\nNowhere").trouble, /^Line 2: .*found “Nowhere”/);
  assert.match(parseGiven("Swapped, -0.1, 51.6").trouble, /not in England/);
});

test("vehicles hold a plan where that is asked for, and the objective can leave somebody out", () => {
  const held = { ...DEFAULTS, hold: "yes" };

  assert.equal(requestOf(held, { release: "r" }).hold_vehicles, true);
  assert.equal("hold_vehicles" in requestOf(DEFAULTS, { release: "r" }), false);
  assert.equal("hold_vehicles" in requestOf({ ...held, objective: "centre" }, { release: "r" }), false);
  assert.equal(stateOf({ hold_vehicles: true }).hold, "yes");
  assert.equal(stateOf({}).hold, "");
  assert.equal(cleaned("hold", "perhaps"), "");
});
