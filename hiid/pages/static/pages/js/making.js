// Touches the page: plans in the making: a job is begun, followed to its end, or cancelled, and its end is told.

import { get, post, watch } from "./desk.js";
import { announce, byId } from "./dom.js";
import { drawWaiting } from "./planresult.js";
import { requestOf } from "./planstate.js";
import { gainWords, planTitle, progressWords, replayWords } from "./planwords.js";

export class Making {
  /** `page`: the page of stops, whose state is planned and which holds what was made. */
  constructor(page) {
    this.page = page;
    this.running = "";
    this.aborting = new AbortController();
    byId("job-cancel").addEventListener("click", () => this.cancel());
  }

  async propose() {
    const { form, extras, state, settings } = this.page;
    const given = form.given();
    const request = requestOf(state, { release: settings.release.slug, given, extras: extras.fields() });
    await this.run(() => post("plans", { request }));
  }

  /** Make the plan of a file again; it says whether the same came out. */
  async replay(file) {
    await this.run(async () => {
      let plan;
      try {
        plan = JSON.parse(await file.text());
      } catch {
        throw new Error(`${file.name} is not a plan file: JSON was expected. “Plan file” beneath a plan saves one.`);
      }
      return post("plans/replay", plan);
    });
  }

  /** Open a kept plan, or follow it if it is still being made. */
  open(id) {
    return this.run(async () => ({ id }));
  }

  /** Start a job and follow it to its end; what ran before is no longer followed. */
  async run(begin) {
    this.aborting.abort();
    this.aborting = new AbortController();
    const { signal } = this.aborting;
    const { page } = this;
    page.form.isBusy = true;
    byId("propose").disabled = true;
    page.ground.reveal();
    drawWaiting();
    this.show({ status: "queued" });
    try {
      const { id } = await begin();
      this.running = id;
      const found = await watch(`plans/${id}`, (now) => this.show(now), signal);
      if (found) this.finish(found, id);
    } catch (trouble) {
      this.failed(trouble);
    }
    this.running = "";
    byId("job").hidden = true;
    page.form.isBusy = false;
    page.form.show(page.state);
    byId("stage").dataset.ready = "";
  }

  async cancel() {
    const id = this.running;
    if (!id) return;
    byId("job-words").textContent = "Cancelling …";
    await post(`plans/${id}/cancel`, {}).catch((trouble) => this.page.ground.notices.trouble(trouble));
  }

  /** Where the job stands, under the primary action. */
  show({ status, progress }) {
    byId("job").hidden = false;
    const bar = byId("job-bar");
    if (progress?.share > 0) bar.value = progress.share;
    else bar.removeAttribute("value");
    byId("job-words").textContent = progressWords({ status, progress });
  }

  finish(found, id) {
    const { page } = this;
    if (found.status === "done") {
      page.holding.hold(found.plan, id);
      page.remember(true);
      const { programme, area } = page.plan.request;
      const title = planTitle(page.plan, page.form.programmeTitle(programme), page.form.areaName(area));
      announce(`The plan is ready. ${title}: ${gainWords(page.plan.gain)}.`);
      if (found.replay) page.ground.notices.say(replayWords(found.replay));
    } else if (found.status === "cancelled") {
      if (page.plan) page.draw();
      else page.nothing("Cancelled", "No plan was made. Change a choice and propose again.");
      page.ground.notices.say("Cancelled. Nothing was kept.");
    } else this.failed({ message: found.fault || found.progress?.words || "The plan could not be made." });
  }

  failed(trouble) {
    const { page } = this;
    const words = trouble.isAbsent ? "This service cannot make plans yet." : trouble.message;
    if (page.plan) page.draw();
    else page.nothing("No plan was made", `${words} Change what is named, and propose again.`);
    page.ground.notices.trouble({ message: words, reference: trouble.reference });
  }
}
