// Touches the page: the page of stops: it holds the state, and lets choices, job, map, panel and tables follow it.

import { getJSON } from "./data.js";
import { get } from "./desk.js";
import { byId, settings as pageSettings } from "./dom.js";
import { Ground } from "./ground.js";
import { Holding } from "./holding.js";
import { Making } from "./making.js";
import { PlanExtras } from "./planextras.js";
import { PlanForm } from "./planform.js";
import { PlanMinutes } from "./planminutes.js";
import { drawNothing, drawPlan } from "./planresult.js";
import { decide, decisionOf, parseState, writeState } from "./planstate.js";
import { PlanTables } from "./plantables.js";
import { parsePlace, writePlace } from "./state.js";
import { planKeys } from "./workkeys.js";

const HELP =
  "Map of demand and stops. Arrow keys move it, plus and minus zoom, T opens the tables. Stops come after it: arrow keys move the one that has the focus.";
const DECIDED = { must: "must serve", not: "must not serve", free: "may serve" };

class PlanPage {
  async begin() {
    this.settings = pageSettings("settings");
    this.state = parseState(location.search);
    Object.assign(this, { plan: null, planId: "", other: null, whatIf: null, candidates: null, chosen: "" });
    this.ground = new Ground(this.settings, { place: parsePlace(this.state.at), help: HELP, keys: () => planKeys(this) });
    this.tables = new PlanTables();
    this.listen();
    if (!this.settings.release.slug) return this.nothing("Nothing to plan with yet", "No release has been published. Once one is, stops can be planned on it.");
    await this.ground.view.loaded;
    this.holding = new Holding(this);
    this.making = new Making(this);
    this.minutes = new PlanMinutes();
    try {
      const [choices] = await Promise.all([get("plans/choices"), this.minutes.load()]);
      this.form = new PlanForm(this.settings, choices);
    } catch (trouble) {
      this.ground.paint(Object.values(this.settings.surfaces).flat()[0] ?? "");
      const absent = "This service has no planner yet, so no stops can be proposed. The map shows the figures that a plan would start from.";
      return this.nothing("Planning is not available here", trouble.isAbsent ? absent : trouble.message);
    }
    return this.started();
  }

  started() {
    this.form.nameOf = (id) => this.nameOf(id);
    this.form.addEventListener("change", ({ detail }) => this.change(detail));
    this.form.addEventListener("propose", () => this.making.propose());
    this.form.addEventListener("file", ({ detail }) => this.making.replay(detail));
    this.form.offer(this.minutes.providers());
    this.minutes.addEventListener("list", () => this.offer());
    this.minutes.addEventListener("choose", ({ detail }) => this.change(detail));
    this.minutes.addEventListener("places", ({ detail }) => {
      this.form.give(detail.places);
      this.change({ candidates: "given", provider: detail.provider });
    });
    this.extras = new PlanExtras(() => this.state.area);
    this.extras.addEventListener("change", () => this.bound());
    this.holding.stops.addEventListener("decide", ({ detail }) => {
      this.change(decide(this.state, detail));
      this.ground.notices.say(`${this.nameOf(detail)} ${DECIDED[decisionOf(this.state, detail)]}.`);
    });
    this.state = this.form.settle(this.state);
    this.follow();
    this.fly({ moves: !this.state.at });
    this.loadCandidates();
    if (this.state.with) this.holding.compare(this.state.with);
    if (this.state.plan) this.making.open(this.state.plan);
    else byId("stage").dataset.ready = "";
  }

  listen() {
    byId("table-open").addEventListener("click", () => this.table(byId("drawer").hidden));
    this.tables.addEventListener("close", () => this.table(false));
    this.tables.addEventListener("choose", ({ detail }) => this.holding.choose(detail));
    this.tables.addEventListener("decide", ({ detail }) => this.change(decide(this.state, detail.id, detail.decision)));
    this.ground.view.addEventListener("table", () => this.table(byId("drawer").hidden));
    this.ground.addEventListener("share", () => this.ground.notices.copyAddress());
    this.ground.addEventListener("moved", () => {
      this.state.at = writePlace(this.ground.view.place());
      this.remember(false);
    });
    this.ground.sheet.element.addEventListener("part", ({ detail }) => {
      if (detail === "table") this.table(true);
      if (detail === "panel" && byId("panel").hidden) this.nothing("No plan yet", "Make your choices and press Propose stops: the plan appears here.");
    });
    addEventListener("popstate", () => location.reload());
  }

  /** Something was chosen: settle it, remember it in the address, and let everything follow. */
  change(change) {
    const before = this.state;
    this.state = this.form.settle({ ...before, ...change });
    this.remember(true);
    this.follow();
    if (this.state.area !== before.area) this.fly({ moves: true });
    if (this.state.area !== before.area || this.state.candidates !== before.candidates) this.loadCandidates();
  }

  /** The reader's own tables are others; a plan by one that is gone can no longer be asked for. */
  offer() {
    const before = this.form.providers.some(({ provider }) => provider === this.state.provider);
    this.form.offer(this.minutes.providers());
    const isGone = before && !this.form.providers.some(({ provider }) => provider === this.state.provider);
    this.change(isGone ? { provider: "" } : {});
  }

  /** The boundary or the practices are others: the map shows the one, and the plan at hand is no longer of these choices. */
  bound() {
    this.holding.stops.bound(this.extras.boundary);
    this.ground.legend();
    this.draw();
  }

  follow() {
    this.form.show(this.state);
    const surface = this.form.surface(this.state);
    if (surface !== this.painted) this.ground.paint(surface);
    this.painted = surface;
    this.holding.candidates();
    this.draw();
  }

  remember(isNew) {
    const address = location.pathname + writeState(this.state);
    if (address !== location.pathname + location.search) history[isNew ? "pushState" : "replaceState"](null, "", address);
  }

  /** The choices that a plan is made from, to tell whether it is still theirs. */
  choicesOf(state) {
    return `${writeState({ ...state, at: "", with: "", surface: "", plan: "" })} ${this.extras.stamp}`;
  }

  /** Outline the system or district, and go there. */
  async fly({ moves }) {
    const area = await getJSON(`/api/v1/areas/${encodeURIComponent(this.state.area)}`).catch(() => null);
    if (!area) return;
    const { view, store } = this.ground;
    if (moves) view.goTo({ bounds: area.bounds, longitude: area.longitude, latitude: area.latitude }, this.ground.padding());
    if (this.settings.tilesets.includes(area.geography)) view.outline(area.geography, await store.tileset(area.geography), area.feature_id);
  }

  async loadCandidates() {
    const { area, candidates: kind } = this.state;
    this.candidates = null;
    this.candidateTrouble = "";
    try {
      const found = kind === "given" ? { features: [] } : await get(`plans/candidates?${new URLSearchParams({ area, kind })}`);
      if (area !== this.state.area || kind !== this.state.candidates) return;
      const site = ({ id, properties, geometry }) => ({ id, ...properties, longitude: geometry.coordinates[0], latitude: geometry.coordinates[1] });
      this.candidates = found.features.map(site);
    } catch (trouble) {
      this.candidateTrouble = trouble.isAbsent ? "The places cannot be listed here yet; a plan can be made all the same." : trouble.message;
    }
    this.form.show(this.state);
    this.holding.candidates();
    this.ground.legend();
    this.drawTables();
  }

  table(isOpen) {
    byId("drawer").hidden = !isOpen;
    document.querySelector(".explorer").classList.toggle("has-table", isOpen);
    byId("table-open").setAttribute("aria-expanded", String(isOpen));
    if (isOpen) this.ground.sheet.open("table");
    this.drawTables();
    if (isOpen) byId("drawer").focus({ preventScroll: true });
  }

  draw() {
    const { plan, holding } = this;
    this.drawTables();
    if (!plan) return;
    drawPlan({
      plan,
      id: this.planId,
      names: { programme: this.form.programmeTitle(plan.request.programme), area: this.form.areaName(plan.request.area) },
      whatIf: this.whatIf,
      other: this.other,
      changed: this.choicesOf(this.state) !== this.made,
      on: {
        close: () => this.ground.reveal(false),
        undo: () => holding.undo(),
        propose: () => this.making.propose(),
        balance: (point, how) => holding.balance(point, how),
        compare: () => holding.compare(this.planId),
        forget: () => holding.compare(""),
      },
    });
  }

  drawTables() {
    if (byId("drawer").hidden) return;
    const { plan, other, state, candidates, chosen, candidateTrouble: trouble } = this;
    this.tables.show({ plan, other: other?.plan, state, candidates, chosen, trouble, names: { one: "This plan", two: "Kept plan" } });
  }

  nameOf(id) {
    return [...(this.candidates ?? []), ...(this.plan?.sites ?? [])].find((site) => site.id === id)?.name ?? id;
  }

  nothing(title, words) {
    drawNothing(title, words);
    this.ground.reveal();
    byId("stage").dataset.ready = "";
  }
}

// Reached by tests and from the console.
window.plan = new PlanPage();
window.plan.begin();
