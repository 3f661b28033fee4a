// Touches the page: what goes with a plan from files of the reader: the boundary of a screening service and practices with due dates.

import { get } from "./desk.js";
import { byId, fill, h } from "./dom.js";
import { parseBoundary, parsePractices } from "./planfiles.js";
import { plural } from "./words.js";

// A boundary of 1 MB is the longest; files have spaces and further properties.
const MOST_BYTES = 10_000_000;

export class PlanExtras extends EventTarget {
  /** `area`: gives the code of the area that is planned for. Tells `change` when something was read or taken away. */
  constructor(area) {
    super();
    this.area = area;
    // stamp: another number for whatever is there, so that a plan knows whether it was made with it.
    Object.assign(this, { boundary: null, practices: [], stamp: 0 });
    for (const kind of ["boundary", "practices"])
      byId(kind).addEventListener("change", async ({ target }) => {
        const [file] = target.files;
        target.value = "";
        if (file) await this.read(kind, file);
      });
  }

  /** What a request says of it; nothing where nothing was read. */
  fields() {
    return { ...(this.boundary ? { boundary: this.boundary } : {}), ...(this.practices.length ? { practices: this.practices } : {}) };
  }

  /** Take over what a plan was made with. */
  take(request) {
    this.boundary = request.boundary ?? null;
    this.practices = request.practices ?? [];
    const polygons = this.boundary?.type === "MultiPolygon" ? this.boundary.coordinates.length : 1;
    this.tell("boundary", this.boundary ? boundaryWords(polygons, "of this plan") : "");
    this.tell("practices", this.practices.length ? practicesWords(this.practices, "of this plan") : "");
  }

  async read(kind, file) {
    if (file.size > MOST_BYTES) return this.wrong(kind, `${file.name} is larger than 10 MB.`);
    try {
      const text = await file.text();
      const found = kind === "boundary" ? parseBoundary(text) : parsePractices(text, await this.known());
      if (found.trouble) return this.wrong(kind, `${file.name}: ${found.trouble}`);
      this[kind] = found[kind];
      const words = kind === "boundary" ? boundaryWords(found.polygons, `in ${file.name}`) : practicesWords(found.practices, `in ${file.name}`);
      this.tell(kind, words);
    } catch (trouble) {
      return this.wrong(kind, `${file.name} cannot be read: ${trouble.message}`);
    }
    return this.changed();
  }

  /** The practices of the area, for rows that name one without its degrees. */
  async known() {
    const { features } = await get(`plans/candidates?${new URLSearchParams({ area: this.area(), kind: "practices" })}`);
    return features.map(({ id, properties, geometry: { coordinates } }) => ({ id, ...properties, longitude: coordinates[0], latitude: coordinates[1] }));
  }

  /** What was there before stays; the file that cannot be read is told. */
  wrong(kind, words) {
    const kept = this.fields()[kind] ? " What was read before is kept." : "";
    fill(byId(`${kind}-trouble`), h("span", { class: "wrong" }, words + kept));
  }

  tell(kind, words) {
    byId(`${kind}-trouble`).textContent = "";
    fill(byId(`${kind}-note`), words ? [`${words} `, h("button", { type: "button", class: "button", onclick: () => this.leave(kind) }, "Leave it out")] : []);
  }

  leave(kind) {
    this[kind] = kind === "boundary" ? null : [];
    this.tell(kind, "");
    byId(kind).focus();
    this.changed();
  }

  changed() {
    this.stamp += 1;
    this.dispatchEvent(new Event("change"));
  }
}

function boundaryWords(polygons, where) {
  return `Boundary ${where}: ${plural(polygons, "polygon")}. Nobody outside is planned for.`;
}

function practicesWords(practices, where) {
  const people = practices.reduce((sum, one) => sum + one.people, 0);
  const dated = practices.filter((one) => one.due).length;
  return `${plural(practices.length, "practice")} ${where}: ${plural(Math.round(people), "person", "people")} due, ${dated} with a due date.`;
}
