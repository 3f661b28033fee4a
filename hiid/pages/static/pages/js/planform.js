// Touches the page: the choices what, who, where and when of a plan; they offer only what the service says it can plan.

import { byId, fill, h } from "./dom.js";
import { cleaned, decide, LEAVING_OUT, parseGiven, sitesOf } from "./planstate.js";
import { plural } from "./words.js";

const FIELDS = [
  "programme",
  "objective",
  "within",
  "surface",
  "equity",
  "core20",
  "area",
  "candidates",
  "stops",
  "weeks",
  "vehicles",
  "least",
  "most",
  "seed",
  "provider",
  "starts",
];
// What a way to minutes begins with that is a table which somebody sent.
const TABLE = "matrix:";
// Objectives that look at minutes within a limit.
const LIMITED = new Set(["cover", "cover_all"]);
const KIND_TITLES = { icb: "Integrated care boards", sicbl: "Sub-ICB locations", lad: "Districts", utla: "Counties and unitary authorities" };

export class PlanForm extends EventTarget {
  /** `choices` as the service gives them; `settings` of the page. Tells `change` {part of the state}, `propose`, and `file`. */
  constructor(settings, choices) {
    super();
    Object.assign(this, { settings, choices });
    this.form = byId("choices");
    fill(
      byId("programme"),
      choices.programmes.map((one) => option(one.programme, one.title)),
    );
    fill(
      byId("objective"),
      choices.objectives.map((one) => option(one.objective, one.title)),
    );
    fill(
      byId("candidates"),
      choices.candidates.map((one) => option(one.kind, one.title)),
    );
    this.offer([]);
    fill(byId("area"), groupsOf(choices.systems));
    this.listen();
  }

  listen() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.tell("propose");
    });
    for (const id of FIELDS) byId(id).addEventListener("change", ({ target }) => this.tell("change", { [id]: cleaned(id, target.value) }));
    byId("equity").addEventListener("input", ({ target }) => this.equityWords(Number(target.value)));
    for (const radio of this.form.querySelectorAll("[name=base]")) radio.addEventListener("change", () => this.tell("change", { base: radio.value }));
    byId("hold").addEventListener("change", ({ target }) => this.tell("change", { hold: target.checked ? "yes" : "" }));
    byId("given").addEventListener("input", () => this.given());
    byId("replay").addEventListener("change", ({ target }) => {
      if (target.files[0]) this.tell("file", target.files[0]);
      target.value = "";
    });
  }

  /** Ways to minutes: those of the service, then the reader's own. */
  offer(own) {
    this.providers = [...(this.choices.providers ?? []), ...own];
  }

  /** The way to minutes of a state; a table that is not in the reader's list, as of a plan of somebody else, is offered all the same. */
  minutes(wanted) {
    const known = this.providers.some((one) => one.provider === wanted);
    const listed = wanted.startsWith(TABLE) && !known ? [...this.providers, { provider: wanted, title: "Table of this plan" }] : this.providers;
    const titled = ({ title, mode }) => (mode && !title.toLowerCase().includes(mode.toLowerCase()) ? `${title} (${mode})` : title);
    const way = (one) => h("option", { value: one.provider, disabled: Boolean(one.refused), title: one.refused }, titled(one));
    fill(byId("provider"), listed.map(way));
    byId("provider").value = wanted || (listed[0]?.provider ?? "");
    byId("provider-note").textContent = listed.find((one) => one.provider === byId("provider").value)?.words ?? "";
  }

  /** The reader's own sites; the line that cannot be read is told beneath them. */
  given() {
    const { sites, trouble } = parseGiven(byId("given").value);
    byId("given-note").textContent = trouble || (sites.length ? `${plural(sites.length, "site")} read.` : "");
    byId("given").toggleAttribute("aria-invalid", Boolean(trouble));
    return sites;
  }

  /** Show places as the reader's own sites. */
  give(places) {
    byId("given").value = places.map(({ name, latitude, longitude }) => `${name}, ${latitude}, ${longitude}`).join("\n");
    this.given();
  }

  /** The state as the service can take it: what is not offered gives way to the first that is. */
  settle(state) {
    const { programmes, objectives, candidates, systems } = this.choices;
    const among = (list, key, wanted) => (list.some((one) => one[key] === wanted) ? wanted : (list[0]?.[key] ?? ""));
    const settled = {
      ...state,
      programme: among(programmes, "programme", state.programme),
      objective: among(objectives, "objective", state.objective),
      candidates: among(candidates, "kind", state.candidates),
      area: among(mostCovered(systems), "code", state.area),
      provider: state.provider.startsWith(TABLE) ? state.provider : state.provider && among(this.providers, "provider", state.provider),
    };
    const surfaces = this.surfacesOf(settled.programme);
    if (settled.surface !== "none" && !surfaces.includes(settled.surface)) settled.surface = "";
    return settled;
  }

  surfacesOf(programme) {
    return this.settings.surfaces[programme] ?? [];
  }

  /** The figures to colour the map by: the chosen, else the first of the programme, else none. */
  surface(state) {
    if (state.surface === "none") return "";
    return state.surface || (this.surfacesOf(state.programme)[0] ?? "");
  }

  /** Show a state: every control as it stands. */
  show(state) {
    this.surfaces(state);
    for (const id of FIELDS) if (id !== "surface" && id !== "provider") byId(id).value = String(state[id]);
    this.minutes(state.provider);
    for (const radio of this.form.querySelectorAll("[name=base]")) radio.checked = radio.value === state.base;
    const programme = this.find("programmes", "programme", state.programme);
    const objective = this.find("objectives", "objective", state.objective);
    const candidates = this.find("candidates", "kind", state.candidates);
    byId("programme-note").textContent = [programme?.words, programme?.refused].filter(Boolean).join(" ");
    byId("propose").disabled = this.isBusy || Boolean(programme?.refused);
    byId("objective-note").textContent = objective?.words ?? "";
    byId("candidates-note").textContent = [candidates?.words, candidates?.sites ? `${plural(candidates.sites, "place")} known in England.` : ""]
      .filter(Boolean)
      .join(" ");
    byId("area-note").textContent = coveredWords(this.find("systems", "code", state.area));
    byId("within-field").hidden = !LIMITED.has(state.objective);
    byId("hold").checked = state.hold === "yes";
    byId("hold-field").hidden = !LEAVING_OUT.has(state.objective);
    byId("given-field").hidden = state.candidates !== "given";
    this.equityWords(state.equity);
    byId("now-what").textContent = programme?.title ?? "";
    byId("now-who").textContent = state.equity ? "most deprived first" : "everyone alike";
    byId("now-where").textContent = this.areaName(state.area);
    byId("now-when").textContent = `${plural(state.stops, "stop")}, ${plural(state.weeks, "week")}`;
    this.decided(state);
  }

  surfaces(state) {
    const slugs = this.surfacesOf(state.programme);
    const title = (slug) => this.settings.indicators.find((one) => one.slug === slug)?.short ?? slug;
    fill(byId("surface"), [
      ...slugs.map((slug) => option(slug, title(slug))),
      option("none", slugs.length ? "nothing" : "nothing: this release has no such figures"),
    ]);
    byId("surface").value = this.surface(state) || "none";
  }

  equityWords(weight) {
    const times = (1 + weight).toLocaleString("en-GB");
    const words = weight ? `Someone in the most deprived fifth counts ${times} times.` : "Everyone counts the same.";
    byId("equity-note").textContent = words;
    byId("equity").setAttribute("aria-valuetext", words);
  }

  /** Sites that must, or must not, be used, each with a way to let it go. */
  decided(state) {
    const row = (id, words) =>
      h(
        "li",
        {},
        h("span", {}, `${words} ${this.nameOf?.(id) ?? id}`),
        h("button", { type: "button", class: "button", onclick: () => this.tell("change", decide(state, id, "free")) }, "Let go"),
      );
    const rows = [...sitesOf(state.must).map((id) => row(id, "✓ must serve:")), ...sitesOf(state.not).map((id) => row(id, "× must not serve:"))];
    fill(
      byId("decided"),
      rows.length
        ? h("ul", { class: "decided" }, rows)
        : h(
            "p",
            { class: "quiet" },
            "Press a place on the map: once, it must serve; twice, it must not; a third time, either. The table of places does the same.",
          ),
    );
  }

  areaName(code) {
    return this.find("systems", "code", code)?.name ?? code;
  }

  programmeTitle(programme) {
    return this.find("programmes", "programme", programme)?.title ?? programme;
  }

  find(list, key, wanted) {
    return (this.choices[list] ?? []).find((one) => one[key] === wanted);
  }

  tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** The areas with those first of which the figures cover the most. */
function mostCovered(systems) {
  return [...systems].sort((a, b) => (b.share ?? 1) - (a.share ?? 1));
}

/** Where the figures cover a part of an area only, how much of it. */
function coveredWords(area) {
  if (!area || (area.share ?? 1) > 0.995) return "";
  return `Figures of need cover ${Math.max(1, Math.round(area.share * 100))}\u00a0% of its people; the others are not planned for.`;
}

function option(value, words) {
  return h("option", { value }, words);
}

function groupsOf(systems) {
  const groups = new Map();
  for (const one of systems) groups.set(one.area_type, [...(groups.get(one.area_type) ?? []), one]);
  return [...groups].map(([type, areas]) =>
    h(
      "optgroup",
      { label: KIND_TITLES[type] ?? type },
      areas.map((area) => option(area.code, area.name)),
    ),
  );
}
