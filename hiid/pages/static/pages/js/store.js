// Touches the network: everything the page fetches, by what it means. Files of figures are asked for by release and tileset.

import { getBytes, getJSON, Trouble } from "./data.js";
import { decodeEstimates, decodeLimits, decodeValues } from "./values.js";

const DECILES = ["imd-2025-decile", "imd-2019-decile"];
const OLD = new Set(["lsoa11", "msoa11", "lad21"]);

export class Store {
  constructor(settings) {
    this.settings = settings;
  }

  /** Version, addresses and zooms of a tileset. */
  tileset(slug) {
    return getJSON(`/tiles/${slug}.json`);
  }

  /** The main file of one map. */
  values(choice) {
    return getBytes(this.address(choice, "arrow"), decodeValues);
  }

  /** Limits and ranks of the same; asked for after the first paint. */
  limits(choice) {
    return getBytes(this.address(choice, "limits.arrow"), decodeLimits);
  }

  /** What the engine thinks of the same areas; asked for where a map shows it. */
  estimates(choice) {
    return getBytes(this.address(choice, "estimates.arrow"), decodeEstimates);
  }

  /** The scan windows of one slice where it is worse, the most people first. */
  async windows({ indicator, period, stratum, tileset }) {
    const { type, vintage } = this.settings.geographies[tileset];
    const found = await getJSON(`/api/v1/findings?${new URLSearchParams({ indicator, kind: "scan_window", area_type: type, limit: 1000 })}`);
    return found.results.filter((one) => one.period === period && one.stratum === stratum && one.vintage === vintage && one.is_worse);
  }

  /** What was found of one area and indicator, in any kind of area that has its code. */
  async findings(indicator, area) {
    return (await getJSON(`/api/v1/findings?${new URLSearchParams({ indicator, area })}`)).results;
  }

  address({ tileset, indicator, period, stratum }, ending) {
    return `/values/${this.settings.release.slug}/${tileset}/${indicator}/${period}/${stratum}.${ending}`;
  }

  /** The index whose deciles go with a geography: its slug and year, or null where there is none. */
  deprivationOf(tileset) {
    const wanted = OLD.has(tileset) ? [...DECILES].reverse() : DECILES;
    for (const slug of wanted) {
      const periods = this.settings.indicators.find((one) => one.slug === slug)?.available[tileset];
      if (periods) return { slug, year: slug.slice(4, 8), period: Object.keys(periods)[0], index: `imd${slug.slice(4, 8)}` };
    }
    return null;
  }

  /** Decile of deprivation of each area (0 = unknown), or null where the geography has none. */
  async deciles(tileset) {
    const found = this.deprivationOf(tileset);
    if (!found) return null;
    const file = await this.values({ tileset, indicator: found.slug, period: found.period, stratum: "all" });
    return Uint8Array.from(file.values, (value) => (Number.isNaN(value) ? 0 : Math.round(value)));
  }

  /** Codes, names and districts in feature order. */
  names(tileset) {
    return getJSON(`/names/${tileset}.json`);
  }

  labels(reach) {
    return getJSON(`/labels/${reach}.json`);
  }

  sites(kind) {
    return getJSON(`/api/v1/sites?kind=${encodeURIComponent(kind)}&format=geojson`);
  }

  search(text) {
    return getJSON(`/api/v1/search?q=${encodeURIComponent(text)}`);
  }

  area(code, vintage) {
    return getJSON(`/api/v1/areas/${encodeURIComponent(code)}${vintage ? `?vintage=${vintage}` : ""}`);
  }

  /** One cell's figure of a map, and what is told of all of them; null where no figure reaches it. */
  async cell(code, { indicator, period, stratum }) {
    const told = await getJSON(`/api/v1/cells?${new URLSearchParams({ indicator, period, stratum, cell: code })}`);
    return told.results[0] ? { ...told, cell: told.results[0] } : null;
  }

  /** Every period of one indicator in one area, newest first; empty where there is none. */
  series(query) {
    return getJSON(`/api/v1/observations?${query}&period=all&limit=200`);
  }

  /** The indicator by decile of deprivation inside an area; where it cannot be had, why. */
  async gradient(indicator, { period, stratum }, area) {
    try {
      return await getJSON(`/api/v1/inequality?${new URLSearchParams({ indicator, period, stratum, area })}`);
    } catch (trouble) {
      return { trouble: trouble.message };
    }
  }

  /** Everything one map needs before it is painted. Refuses files that were made for other tiles. */
  async map(choice, { withDeciles, withEstimates }) {
    const [tileset, file, deciles, estimates] = await Promise.all([
      this.tileset(choice.tileset),
      this.values(choice),
      withDeciles ? this.deciles(choice.tileset) : null,
      withEstimates ? this.estimates(choice) : null,
    ]);
    checkVersions(tileset, file);
    if (estimates) checkVersions(tileset, estimates);
    return { tileset, file, deciles, estimates };
  }
}

/** Figures are joined to shapes by position alone: of different versions they would be painted on the wrong areas. */
export function checkVersions(tileset, file) {
  if (tileset.version === file.metadata.tileset_version) return;
  throw new Trouble(
    "The figures and the shapes of this map are of different versions, so nothing is painted. Reload the page; if this stays, tell us.",
    `shapes ${tileset.version}, figures for ${file.metadata.tileset_version}`,
  );
}
