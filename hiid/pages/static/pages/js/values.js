// Pure: value files (Arrow) decoded into arrays in feature order.

import { tableFromIPC } from "../vendor/flechette/flechette.mjs";

export const STATUSES = ["value", "zero", "suppressed", "missing", "not_collected", "not_applicable"];
export const COMPARISONS = ["not_compared", "better", "similar", "worse", "higher", "lower"];
export const REASONS = [
  "none",
  "not_published",
  "suppressed_by_publisher",
  "not_reported",
  "area_not_mapped",
  "allocation_error_unknown",
  "small_numbers",
  "not_in_source",
  "no_population",
  "incomplete",
  "withheld",
  "rounding",
  "spread_unknown",
  "mostly_estimated",
  "few_areas",
  "few_people",
];

/** One main file: metadata, values (NaN where there is none) and the packed byte of each area. */
export class ValueFile {
  constructor(metadata, values, flags) {
    this.metadata = metadata;
    this.values = values;
    this.flags = flags;
    this.n = values.length;
  }

  statusAt(at) {
    return STATUSES[this.flags[at] & 7] ?? "missing";
  }

  isModelledAt(at) {
    return (this.flags[at] & 8) !== 0;
  }

  comparisonAt(at) {
    return COMPARISONS[(this.flags[at] >> 4) & 7] ?? "not_compared";
  }

  isReliableAt(at) {
    return (this.flags[at] & 128) !== 0;
  }
}

/** Decode a main file. Throws an Error that says what is wrong with it. */
export function decodeValues(bytes) {
  const table = tableFromIPC(bytes);
  const metadata = Object.fromEntries(table.schema.metadata ?? []);
  const flags = table.getChild("flags");
  if (!metadata.tileset_version || !flags || !table.getChild("value")) throw new Error("The value file lacks its version or a column.");
  const values = scaled(table.getChild("value"), metadata);
  if (Number(metadata.n) !== values.length) throw new Error(`The value file announces ${metadata.n} areas and holds ${values.length}.`);
  return new ValueFile(metadata, values, Uint8Array.from(flags.toArray()));
}

/** Decode a limits file: lower and upper (NaN where there is none), rank (0 where there is none), reason. */
export function decodeLimits(bytes) {
  const table = tableFromIPC(bytes);
  const metadata = Object.fromEntries(table.schema.metadata ?? []);
  const whole = (name) => Array.from(table.getChild(name) ?? [], (value) => value ?? 0);
  return {
    metadata,
    lower: scaled(table.getChild("lower"), metadata),
    upper: scaled(table.getChild("upper"), metadata),
    rank: whole("rank"),
    reason: whole("reason").map((number) => REASONS[number] ?? "none"),
  };
}

/** Decode an estimates file: columns by name as numbers, NaN where an area has none. Shares are 0 to 1; spot, in_window and funnel as stored. */
export function decodeEstimates(bytes) {
  const table = tableFromIPC(bytes);
  const metadata = Object.fromEntries(table.schema.metadata ?? []);
  if (!metadata.tileset_version || !table.getChild("shrunken")) throw new Error("The file of estimates lacks its version or a column.");
  const kinds = { unit: metadata, share: { scale: metadata.share_scale }, plain: {} };
  const columns = Object.entries(ESTIMATES).map(([name, kind]) => [name, scaled(table.getChild(name), kinds[kind])]);
  return { metadata, n: Number(metadata.n), ...Object.fromEntries(columns) };
}

const ESTIMATES = {
  shrunken: "unit",
  shrunken_lower: "unit",
  shrunken_upper: "unit",
  smoothed: "unit",
  exceedance: "share",
  reliability: "share",
  q: "share",
  spot: "plain",
  in_window: "plain",
};

function scaled(column, metadata) {
  const offset = Number(metadata.offset ?? 0);
  const scale = Number(metadata.scale ?? 1);
  const values = new Float64Array(column.length);
  for (let at = 0; at < values.length; at++) {
    const stored = column.at(at);
    values[at] = stored === null || stored === undefined ? Number.NaN : offset + scale * stored;
  }
  return values;
}
