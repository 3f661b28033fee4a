// Touches the page: the page of catchments: a shape, file, place or list becomes whole neighbourhoods, and they are told about.

import { post, upload } from "./desk.js";
import { announce, byId, fill, h, settings as pageSettings } from "./dom.js";
import { Drawing } from "./drawing.js";
import { Ground } from "./ground.js";
import { Keeping } from "./keeping.js";
import { drawCatchment, drawNothing, drawTables, drawWaiting } from "./profile.js";
import { nameOf, sizeWords, snappingWords } from "./profilewords.js";
import { boxOf, collectionOf } from "./shapes.js";
import { Snapped } from "./snapped.js";
import { parsePlace, writePlace } from "./state.js";
import { Toolbar } from "./toolbar.js";
import { Ways } from "./ways.js";
import { catchmentKeys } from "./workkeys.js";

const HELP =
  "Map for drawing a catchment. Arrow keys move it, plus and minus zoom, T opens the tables. Choose a way of drawing first, then arrow keys move a cursor.";
const FIRST = [
  "Nothing is drawn yet",
  "Choose Corners, Circle or Freehand over the map and go around an area; or upload a file, take the surroundings of a place, or give a list, on the left.",
  "What you draw becomes whole neighbourhoods, and it is said what that changed. What you saved before stands under Your catchments, the last of the choices.",
];

class CatchmentPage {
  async begin() {
    this.settings = pageSettings("settings");
    const given = new URLSearchParams(location.search);
    Object.assign(this, { found: null, several: null, kept: null, other: null, name: "", pair: null, tab: "figures", turn: 0 });
    this.ground = new Ground(this.settings, {
      place: parsePlace(given.get("at") ?? ""),
      help: HELP,
      keys: () => catchmentKeys({ snapped: this.found, other: this.other }),
    });
    await this.ground.view.loaded;
    this.snapped = new Snapped(this.ground.map);
    this.drawing = new Drawing(this.ground.map);
    this.ways = new Ways(() => this.ground.view.place());
    this.keeping = new Keeping(this);
    this.toolbar = new Toolbar(this.drawing, () => this.clear());
    this.listen();
    this.surface();
    this.nothing();
    if (given.get("with")) this.keeping.beside(given.get("with"));
    if (given.get("id")) await this.keeping.open(given.get("id"));
    byId("stage").dataset.ready = "";
  }

  /** What lies beneath: nothing, or deprivation where the release has it. */
  surface() {
    const { indicators } = this.settings;
    fill(byId("surface"), h("option", { value: "" }, "nothing"), ...indicators.map((one) => h("option", { value: one.slug }, one.short)));
    byId("surface").addEventListener("change", ({ target }) => this.ground.paint(target.value));
    this.ground.paint("");
  }

  marks() {
    this.toolbar.show({ isAnything: Boolean(this.found) });
    byId("keep").disabled = !this.found;
    this.keeping.list.mark(this.kept?.id ?? "");
  }

  listen() {
    const { ground, drawing } = this;
    drawing.addEventListener("mode", ({ detail }) => {
      this.marks();
      // On a phone the sheet makes room to draw in.
      if (detail && ground.sheet.isUsed) ground.sheet.set("low");
    });
    drawing.addEventListener("changed", ({ detail }) => this.drawn(detail));
    this.ways.addEventListener("asked", ({ detail }) => {
      this.sites = detail.names ?? [];
      this.ask(() => post("catchments/preview", detail.body), { flies: true });
    });
    this.ways.addEventListener("file", ({ detail }) => this.ask(() => upload("catchments/upload", detail), { flies: true, way: "file" }));
    ground.search.addEventListener("found", ({ detail }) => this.ways.from(detail));
    ground.addEventListener("moved", () => this.remember());
    ground.addEventListener("share", () =>
      this.found && !this.kept ? ground.notices.say("Save the catchment first: its link then shows it.") : ground.notices.copyAddress(),
    );
    ground.view.addEventListener("table", () => this.table(byId("drawer").hidden));
    byId("table-open").addEventListener("click", () => this.table(byId("drawer").hidden));
    byId("keep").addEventListener("click", () => this.keeping.save());
    ground.sheet.element.addEventListener("part", ({ detail }) => {
      if (detail === "table") this.table(true);
    });
    addEventListener("popstate", () => location.reload());
  }

  drawn(polygons) {
    this.marks();
    if (polygons.length) this.ask(() => post("catchments/preview", { shape: collectionOf(polygons) }), {});
    else this.forget();
  }

  /** Ask for a catchment and show it; `way`: beneath which choice its refusal stands as well. */
  async ask(work, { flies = false, way = "" }) {
    const turn = ++this.turn;
    this.ground.reveal();
    drawWaiting();
    try {
      const answer = await work();
      if (turn !== this.turn) return;
      if (flies) this.lay();
      this.several = answer.parts?.length ? answer.parts : null;
      this.kept = null;
      this.pair = null;
      this.show(this.several ? this.several[0] : answer, { flies });
    } catch (trouble) {
      if (turn === this.turn) this.refuse(trouble, way);
    }
  }

  /** Lay aside what was drawn: another catchment takes its place. */
  lay() {
    if (this.drawing.polygons().length) this.drawing.replace([], { isNew: false });
    this.several = null;
  }

  /** One catchment, with everything about it. `flies`: whether the map goes there. */
  show(found, { flies }) {
    this.found = found;
    this.name = nameOf(found);
    this.ground.notices.lift();
    this.snapped.show(found.shape);
    const box = flies && found.shape ? boxOf(found.shape) : null;
    this.draw();
    if (box) this.ground.view.goTo({ bounds: box }, this.ground.padding());
    this.remember(true);
    announce(`${sizeWords(found)}. ${snappingWords(found.snapping)}`);
    byId("stage").dataset.shown = String(this.turn);
  }

  refuse(trouble, way) {
    const absent = "This service cannot work out catchments yet. You can draw, but nothing can be told about what you draw.";
    const words = trouble.isAbsent ? absent : trouble.message;
    this.forget();
    drawNothing("No catchment", words, trouble.isAbsent ? "" : "Change the shape or the choice, and it is tried again.");
    if (way) this.ways.say(way, words);
    this.ground.notices.trouble({ message: words, reference: trouble.reference });
    byId("stage").dataset.shown = "refused";
  }

  nothing() {
    drawNothing(...FIRST);
    this.ground.reveal(!this.ground.sheet.isUsed);
  }

  forget() {
    Object.assign(this, { found: null, several: null, kept: null });
    this.snapped.show(null);
    this.nothing();
    this.marks();
    this.ground.legend();
    this.drawTables();
    this.remember(true);
  }

  clear() {
    this.turn += 1;
    if (this.drawing.polygons().length) this.drawing.replace([]);
    else this.forget();
    announce("Cleared.");
  }

  draw() {
    const { found, kept, other, keeping } = this;
    this.marks();
    this.ground.reveal();
    this.ground.legend();
    this.drawTables();
    drawCatchment({
      found,
      kept,
      name: this.name,
      other,
      isSynthetic: this.settings.release.is_synthetic,
      several: this.choices(),
      on: {
        close: () => this.ground.reveal(false),
        rename: (name) => keeping.rename(name),
        compare: () => keeping.compare(),
        forget: () => keeping.beside(""),
      },
    });
  }

  /** Another of several catchments: it is not the one that was kept. */
  choose(one) {
    this.kept = null;
    this.pair = null;
    this.show(one, { flies: true });
  }

  /** Where sites share an area out: one button for each of their catchments. */
  choices() {
    if (!this.several) return null;
    const button = (one, at) =>
      h(
        "button",
        { type: "button", class: "button", "aria-pressed": String(one === this.found), onclick: () => this.choose(one) },
        this.sites[one.site ?? at] ?? `Site ${at + 1}`,
      );
    return h("p", { class: "exports" }, h("span", {}, "Nearest to: "), this.several.map(button));
  }

  table(isOpen) {
    byId("drawer").hidden = !isOpen;
    document.querySelector(".explorer").classList.toggle("has-table", isOpen);
    byId("table-open").setAttribute("aria-expanded", String(isOpen));
    if (isOpen) this.ground.sheet.open("table");
    this.drawTables();
    if (isOpen) byId("drawer").focus({ preventScroll: true });
  }

  drawTables() {
    if (byId("drawer").hidden) return;
    const open = (tab) => {
      this.tab = tab;
      this.drawTables();
      byId("drawer").querySelector("[aria-pressed=true]").focus();
    };
    const [one, two] = [this.kept?.name ?? this.name, this.other?.name];
    const names = one === two ? { one: `${one} (this one)`, two: `${two} (kept beside)` } : { one, two };
    drawTables(byId("drawer"), {
      tab: this.tab,
      found: this.found,
      hasOther: Boolean(this.other),
      pair: this.pair,
      names,
      open,
      close: () => this.table(false),
    });
  }

  remember(isNew = false) {
    const query = new URLSearchParams();
    if (this.kept) query.set("id", this.kept.id);
    if (this.other) query.set("with", this.other.id);
    query.set("at", writePlace(this.ground.view.place()));
    const address = `${location.pathname}?${query.toString().replaceAll("%2C", ",")}`;
    if (address === location.pathname + location.search) return;
    const before = new URLSearchParams(location.search).get("id") ?? "";
    history[isNew && before !== (this.kept?.id ?? "") ? "pushState" : "replaceState"](null, "", address);
  }
}

// Reached by tests and from the console.
window.catchments = new CatchmentPage();
window.catchments.begin();
