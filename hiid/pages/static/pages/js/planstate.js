// Pure: what is planned: read from and written to the address, and made into the request that the service takes.

/** What the page asks when the address says nothing. `surface`, `plan`, `with` and `at` are of the page alone. */
export const DEFAULTS = Object.freeze({
  programme: "",
  area: "",
  base: "resident",
  candidates: "",
  objective: "median",
  within: 20,
  stops: 6,
  weeks: 6,
  vehicles: 1,
  hold: "",
  starts: "",
  equity: 0,
  core20: "",
  least: "",
  most: "",
  provider: "",
  seed: 0,
  must: "",
  not: "",
  surface: "",
  plan: "",
  with: "",
  at: "",
});

// Least and most of each number; an empty one is left out where it may be.
const BOUNDS = {
  within: [1, 120],
  stops: [1, 60],
  weeks: [1, 156],
  vehicles: [1, 20],
  equity: [0, 10],
  core20: [0, 1],
  least: [0, 1e5],
  most: [1, 1e6],
  seed: [0, 999_999],
};
const MAY_BE_EMPTY = new Set(["core20", "least", "most"]);
// "" or "yes": whether the plan holds to the vehicles and weeks there are.
const CHOICES = { base: ["resident", "registered"], hold: ["", "yes"] };
const DAY = /^\d{4}-\d{2}-\d{2}$/;
/** Objectives that can leave somebody out, and so be held to vehicles. */
export const LEAVING_OUT = new Set(["median", "cover", "attendance"]);
// Longest list of sites that an address carries.
const MOST_SITES = 100;

/** A state from a query string. Unknown keys are left out; a value that cannot be is replaced by the default. */
export function parseState(search) {
  const given = new URLSearchParams(search);
  const state = { ...DEFAULTS };
  for (const key of Object.keys(DEFAULTS)) {
    if (given.has(key)) state[key] = cleaned(key, given.get(key).trim());
  }
  return state;
}

/** The value of one choice as it can be: numbers within their bounds, others as they are. */
export function cleaned(key, text) {
  if (key in BOUNDS) {
    if (text === "" || text === null) return MAY_BE_EMPTY.has(key) ? "" : DEFAULTS[key];
    const number = Number(text);
    if (!Number.isFinite(number)) return DEFAULTS[key];
    const [least, most] = BOUNDS[key];
    return Math.min(most, Math.max(least, key === "equity" || key === "core20" ? number : Math.round(number)));
  }
  if (key === "starts") return DAY.test(text) ? text : "";
  if (key in CHOICES) return CHOICES[key].includes(text) ? text : DEFAULTS[key];
  return text;
}

/** The query string of a state (with its question mark, or empty): only what differs from the defaults. */
export function writeState(state) {
  const parameters = new URLSearchParams();
  for (const [key, usual] of Object.entries(DEFAULTS)) {
    if (state[key] !== usual && state[key] !== "") parameters.set(key, String(state[key]));
  }
  const text = parameters.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
  return text ? `?${text}` : "";
}

/** Sites that must, or must not, be used, as a list. */
export function sitesOf(text) {
  return text ? text.split(",").filter(Boolean).slice(0, MOST_SITES) : [];
}

/** The next decision about a site: free, must be used, must not be used, free again. Gives the changed parts of the state. */
export function decide(state, id, wanted = null) {
  const must = sitesOf(state.must);
  const not = sitesOf(state.not);
  const now = decisionOf(state, id);
  const next = wanted ?? { free: "must", must: "not", not: "free" }[now];
  const without = (list) => list.filter((one) => one !== id);
  return {
    must: [...without(must), ...(next === "must" ? [id] : [])].join(","),
    not: [...without(not), ...(next === "not" ? [id] : [])].join(","),
  };
}

/** free, must or not. */
export function decisionOf(state, id) {
  if (sitesOf(state.must).includes(id)) return "must";
  return sitesOf(state.not).includes(id) ? "not" : "free";
}

/** The request of a plan as the service takes it. `given`: the reader's own sites; `release`: slug; `extras`: fields from files. */
export function requestOf(state, { release, given, extras = {} }) {
  const number = (text) => (text === "" ? null : Number(text));
  return {
    release,
    programme: state.programme,
    area: state.area,
    base: state.base,
    candidates: { kind: state.candidates, ...(state.candidates === "given" ? { given } : {}) },
    objective: state.objective,
    within: state.within,
    stops: state.stops,
    vehicles: state.vehicles,
    weeks: state.weeks,
    ...(state.hold && LEAVING_OUT.has(state.objective) ? { hold_vehicles: true } : {}),
    equity: state.equity,
    core20_share: number(state.core20),
    forced: sitesOf(state.must),
    forbidden: sitesOf(state.not),
    existing: [],
    least_workload: number(state.least),
    most_workload: number(state.most),
    ...(state.provider ? { provider: state.provider } : {}),
    ...(state.starts ? { starts: state.starts } : {}),
    seed: state.seed,
    ...extras,
  };
}

/** The choices that a request was made from: what the form shows when a plan is opened. */
export function stateOf(request) {
  const kept = ["programme", "area", "base", "objective", "within", "stops", "weeks", "vehicles", "equity", "provider", "seed", "starts"];
  const found = {};
  for (const key of kept) if (request[key] !== undefined && request[key] !== null) found[key] = cleaned(key, String(request[key]));
  const core20 = request.core20_share;
  return {
    ...found,
    candidates: request.candidates?.kind ?? "",
    hold: request.hold_vehicles ? "yes" : "",
    core20: core20 === null || core20 === undefined ? "" : core20,
    least: request.least_workload ?? "",
    most: request.most_workload ?? "",
    must: (request.forced ?? []).join(","),
    not: (request.forbidden ?? []).join(","),
  };
}

/** Sites written one a line as name, latitude, longitude. Gives the sites and, in words, the first line that cannot be read. */
export function parseGiven(text) {
  const sites = [];
  for (const [at, line] of text.split("\n").entries()) {
    if (!line.trim()) continue;
    const parts = line.split(/[,\t;]/).map((part) => part.trim());
    const [latitude, longitude] = parts.slice(-2).map(Number);
    const name = parts.slice(0, -2).join(", ");
    if (!name || !Number.isFinite(latitude) || !Number.isFinite(longitude)) {
      return { sites, trouble: `Line ${at + 1}: a name, a latitude and a longitude were expected, found “${line.trim().slice(0, 60)}”.` };
    }
    if (latitude < 49.8 || latitude > 55.9 || longitude < -6.5 || longitude > 1.9) {
      return { sites, trouble: `Line ${at + 1}: ${latitude}, ${longitude} is not in England. Latitude comes first, then longitude.` };
    }
    sites.push({ name, latitude, longitude });
  }
  return { sites, trouble: "" };
}
