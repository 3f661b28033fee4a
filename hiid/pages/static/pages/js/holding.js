// Touches the page: the plan at hand: its stops and lines on the map, what moving a stop would change, and a second plan beside it.

import { get, post } from "./desk.js";
import { announce, byId } from "./dom.js";
import { decisionOf, stateOf } from "./planstate.js";
import { Stops } from "./stops.js";

export class Holding {
  constructor(page) {
    this.page = page;
    this.tries = 0;
    this.stops = new Stops(page.ground.map);
    this.stops.addEventListener("move", () => this.tryIt());
    this.stops.addEventListener("choose", ({ detail }) => this.choose(detail));
  }

  /** The plan becomes the one at hand, and the choices those that it was made from. */
  hold(plan, id) {
    const { page } = this;
    Object.assign(page, { plan, planId: id, whatIf: null, chosen: "" });
    page.state = page.form.settle({ ...page.state, ...stateOf(plan.request), plan: id });
    page.extras.take(plan.request);
    if (plan.request.candidates?.given?.length) page.form.give(plan.request.candidates.given);
    this.stops.bound(page.extras.boundary);
    page.made = page.choicesOf(page.state);
    this.stops.show(plan.sites, plan.allocation ?? []);
    page.follow();
    page.ground.reveal();
    page.ground.legend();
    if (!this.stops.areSeen(page.ground.padding())) page.fly({ moves: true });
    byId("stage").dataset.plan = id;
  }

  /** What the stops as they stand now would change. */
  async tryIt() {
    const { page } = this;
    const { plan } = page;
    const turn = ++this.tries;
    page.whatIf = { isWaiting: true };
    page.draw();
    try {
      const answer = await post("plans/what-if", { request: plan.request, sites: this.stops.places() });
      if (turn !== this.tries || plan !== page.plan) return;
      page.whatIf = answer;
      if (answer.allocation) this.stops.lines(answer.sites ?? plan.sites, answer.allocation);
    } catch (trouble) {
      if (turn !== this.tries) return;
      page.whatIf = { trouble: trouble.isAbsent ? "This service cannot try out a move yet." : trouble.message };
    }
    page.draw();
    announce(byId("what-if").textContent);
  }

  undo() {
    const { page } = this;
    this.tries += 1;
    page.whatIf = null;
    this.stops.show(page.plan.sites, page.plan.allocation ?? []);
    page.draw();
  }

  /** Show one balance of the frontier as rings, or make it the plan. */
  balance(point, { propose }) {
    const { page } = this;
    this.stops.compare(propose ? (page.other?.plan.sites ?? []) : (point.sites ?? []));
    if (!propose) return;
    page.change({ equity: point.equity });
    page.making.propose();
  }

  /** Set the plan of this id beside the one at hand; an empty one takes it away. */
  async compare(id) {
    const { page } = this;
    page.state.with = id;
    page.remember(true);
    const found = id ? await get(`plans/${encodeURIComponent(id)}`).catch((trouble) => page.ground.notices.trouble(trouble)) : null;
    page.other = found?.status === "done" ? { plan: found.plan, id } : null;
    this.stops.compare(page.other?.plan.sites ?? []);
    page.draw();
    page.ground.legend();
  }

  choose(id) {
    const { page } = this;
    page.chosen = page.chosen === id ? "" : id;
    this.stops.choose(page.chosen);
    page.draw();
  }

  /** Places that may serve, as they were decided. */
  candidates() {
    const { candidates, state } = this.page;
    this.stops.candidates(candidates ?? [], (id) => decisionOf(state, id));
  }
}
