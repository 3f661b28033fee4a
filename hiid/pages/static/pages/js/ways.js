// Touches the page: ways to a catchment other than drawing: a file, the surroundings of a place, a list, the nearest of some sites.

import { byId, fill, h } from "./dom.js";
import { parseGiven } from "./planstate.js";
import { parseList } from "./shapes.js";

const MOST_BYTES = 10 * 1024 * 1024;

export class Ways extends EventTarget {
  /** `centre`: where the map looks now. Tells `asked` with a body for the service, `file` with a file, `clear`. */
  constructor(centre) {
    super();
    this.centre = centre;
    this.place = null;
    byId("choices").addEventListener("submit", (event) => event.preventDefault());
    this.files();
    for (const kind of ["buffer", "travel"]) byId(`${kind}-go`).addEventListener("click", () => this.around(kind));
    byId("list-go").addEventListener("click", () => this.list());
    byId("sites-go").addEventListener("click", () => this.sites());
    this.showPlace();
  }

  /** A place that was searched for: the next buffer or journey starts there. */
  from(hit) {
    this.place = hit;
    this.showPlace();
  }

  showPlace() {
    byId("around-from").textContent = this.place ? `From ${this.place.title}.` : "From the middle of the map; search for a postcode to start there.";
  }

  point() {
    const { longitude, latitude } = this.place ?? this.centre();
    return { latitude: Number(latitude.toFixed(6)), longitude: Number(longitude.toFixed(6)) };
  }

  around(kind) {
    const input = byId(`${kind}-${kind === "buffer" ? "km" : "minutes"}`);
    if (!input.checkValidity() || input.value === "") {
      this.say("around", `Give a number from ${input.min} to ${input.max}.`);
      input.focus();
      return;
    }
    this.say("around", "");
    const amount = Number(input.value);
    this.tell("asked", { body: kind === "buffer" ? { buffer: { ...this.point(), metres: amount * 1000 } } : { travel: { ...this.point(), minutes: amount } } });
  }

  list() {
    const { asked, trouble } = parseList(byId("list").value);
    this.say("list", trouble ?? "");
    byId("list").toggleAttribute("aria-invalid", Boolean(trouble));
    if (asked) this.tell("asked", { body: asked });
  }

  sites() {
    const { sites, trouble } = parseGiven(byId("sites").value);
    const area = byId("sites-area").value.trim().toUpperCase();
    const words =
      trouble ||
      (sites.length < 2
        ? "Give two sites at least, one a line: name, latitude, longitude."
        : area
          ? ""
          : "Give the code of the district or system that is shared out.");
    this.say("sites", words);
    const points = sites.map(({ latitude, longitude }) => ({ latitude, longitude }));
    if (!words) this.tell("asked", { body: { sites: points, area }, names: sites.map(({ name }) => name) });
  }

  files() {
    const stage = byId("stage");
    byId("file").addEventListener("change", ({ target }) => {
      if (target.files[0]) this.take(target.files[0]);
      target.value = "";
    });
    let depth = 0;
    const mark = (isOver) => byId("drop").classList.toggle("is-over", isOver);
    for (const target of [stage, byId("drop")]) {
      target.addEventListener("dragenter", (event) => {
        event.preventDefault();
        depth += 1;
        mark(true);
      });
      target.addEventListener("dragover", (event) => event.preventDefault());
      target.addEventListener("dragleave", () => {
        depth = Math.max(0, depth - 1);
        if (!depth) mark(false);
      });
      target.addEventListener("drop", (event) => {
        event.preventDefault();
        depth = 0;
        mark(false);
        const [file] = event.dataTransfer.files;
        if (file) this.take(file);
      });
    }
  }

  take(file) {
    if (file.size > MOST_BYTES) {
      this.say("file", `${file.name} is larger than 10 MB. Leave other layers out, or simplify the shape.`);
      return;
    }
    this.say("file", "");
    this.tell("file", file);
  }

  /** Words beneath one of the ways; empty words take them away. */
  say(way, words) {
    fill(byId(`${way}-note`), words ? h("span", { class: "wrong" }, words) : "");
  }

  tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
