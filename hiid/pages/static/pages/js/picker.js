// Touches the page: the choices what, who, where and when; they offer only what the release holds.

import { byId, fill, h } from "./dom.js";
import { foldChoices } from "./fold.js";
import { SHOW_TITLES, SHOW_WORDS, SHOWS, showsOf, whyNotWords } from "./shows.js";
import { parseDeciles, periodsOf, strataOf } from "./state.js";
import { peersTitle } from "./words.js";

const EVERY = "all";
// These were held against something when they were made.
const OWN_YARDSTICK = new Set(["exceedance", "spots", "windows"]);

export class Picker extends EventTarget {
  constructor(settings) {
    super();
    this.settings = settings;
    this.group = "";
    this.setting = EVERY;
    this.form = byId("choices");
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.once();
    this.listen();
    foldChoices(this.form);
  }

  tell(change) {
    this.dispatchEvent(new CustomEvent("choose", { detail: change }));
  }

  once() {
    const { careAreas, settings } = this.settings;
    fill(byId("group"), [["all", "All"], ...Object.entries(careAreas)].map(option));
    fill(byId("setting"), [["all", "All"], ...Object.entries(settings)].map(option));
    const deciles = Array.from({ length: 10 }, (_, at) => [String(at + 1), String(at + 1)]);
    fill(byId("decile-first"), deciles.map(option));
    fill(byId("decile-last"), deciles.map(option));
  }

  listen() {
    const on = (id, act) => byId(id).addEventListener("change", (event) => act(event.target.value));
    on("group", (value) => this.narrow({ group: value }));
    on("setting", (value) => this.narrow({ setting: value }));
    on("show", (value) => this.tell({ show: value }));
    on("benchmark", (value) => this.tell({ benchmark: value }));
    on("stratum", (value) => this.tell({ stratum: value }));
    on("areas", (value) => this.tell({ areas: value }));
    on("period", (value) => this.tell({ period: value }));
    byId("period-back").addEventListener("click", () => this.step(-1));
    byId("period-on").addEventListener("click", () => this.step(1));
    byId("core20").addEventListener("change", (event) => this.tell({ core20: event.target.checked }));
    for (const id of ["decile-first", "decile-last"]) on(id, () => this.deciles(id));
    this.form.addEventListener("change", ({ target }) => {
      if (target.name === "indicator") this.tell({ indicator: target.value, period: "", stratum: EVERY });
      if (target.name === "deprivation") this.tell({ deprivation: target.value });
      if (target.name === "sites") this.tell({ sites: [...this.form.querySelectorAll("[name=sites]:checked")].map((box) => box.value).join(",") });
    });
  }

  narrow(change) {
    Object.assign(this, change);
    this.indicators();
  }

  step(by) {
    const periods = [...byId("period").options].map((one) => one.value);
    const next = periods[periods.indexOf(byId("period").value) - by];
    if (next) this.tell({ period: next });
  }

  deciles(changed) {
    let first = Number(byId("decile-first").value);
    let last = Number(byId("decile-last").value);
    if (first > last) [first, last] = changed === "decile-first" ? [first, first] : [last, last];
    this.tell({ deciles: `${first}-${last}` });
  }

  /** Show a state: every control as it stands, and what can be chosen from here. */
  show(state, indicator) {
    this.state = state;
    if (!this.matches(indicator)) this.group = indicator.group;
    if (!this.matches(indicator)) this.setting = EVERY;
    this.indicators();
    byId("description").textContent = indicator.description ?? "";
    this.shows(indicator);
    this.benchmarks(indicator);
    this.who(indicator);
    this.where(indicator);
    this.when(indicator);
    byId("now-what").textContent = state.show === "value" ? indicator.short : `${indicator.short}, ${SHOW_TITLES[state.show].toLowerCase()}`;
  }

  matches(indicator) {
    const isIn = (wanted, has) => wanted === EVERY || wanted === has;
    return isIn(this.group, indicator.group) && isIn(this.setting, indicator.setting);
  }

  indicators() {
    byId("group").value = this.group || EVERY;
    byId("setting").value = this.setting;
    const offered = this.settings.indicators.filter((one) => this.matches(one));
    const list = byId("indicators");
    const key = offered.map((one) => one.slug).join();
    if (list.dataset.offered !== key) {
      list.dataset.offered = key;
      const radio = (one) => h("label", { title: one.title }, h("input", { type: "radio", name: "indicator", value: one.slug }), h("span", {}, one.short));
      fill(list, offered.length ? offered.map(radio) : h("p", { class: "quiet" }, "Nothing in this release for both choices: choose another setting."));
    }
    for (const box of list.querySelectorAll("input")) box.checked = box.value === this.state?.indicator;
    const checked = list.querySelector("input:checked");
    if (checked) list.scrollTop = Math.max(0, checked.parentElement.offsetTop - list.offsetTop - 60);
  }

  /** What is painted: the published value, or what the engine thinks of each area; what cannot be shown stays in the list, and it is said why. */
  shows(indicator) {
    const offered = showsOf(indicator, this.state);
    const listed = SHOWS.filter((show) => show !== "smoothed" || offered.includes(show));
    const options = listed.map((show) => h("option", { value: show, disabled: !offered.includes(show) }, SHOW_TITLES[show]));
    fill(byId("show"), options).value = this.state.show;
    byId("show-note").textContent = offered.length > 1 ? SHOW_WORDS[this.state.show] : whyNotWords(indicator, this.state, this.settings);
  }

  benchmarks(indicator) {
    const isRatio = indicator.unit === "ratio_100";
    const offered = [["none", isRatio ? "England = 100" : "Nothing: classes of the values"]];
    if (!isRatio && Object.values(indicator.englandValues).some((one) => Object.keys(one).length)) offered.push(["england", peersTitle(indicator)]);
    const target = indicator.targets.at(-1);
    if (target) offered.push(["target", `Target: ${target.source}`]);
    const isFixed = OWN_YARDSTICK.has(this.state.show);
    fill(byId("benchmark"), isFixed ? option([this.state.benchmark, "As the estimate was made"]) : offered.map(option)).value = this.state.benchmark;
    byId("benchmark").disabled = isFixed;
  }

  who(indicator) {
    const { state } = this;
    const strata = strataOf(indicator, state.areas, state.period);
    byId("stratum-field").hidden = strata.length < 2;
    fill(
      byId("stratum"),
      strata.map((slug) => option([slug, this.settings.strata[slug] ?? slug])),
    ).value = state.stratum;
    const together = this.form.querySelector("[name=deprivation][value=bivariate]");
    const isIndex = indicator.isPartOfImd || indicator.slug.startsWith("imd-");
    together.disabled = isIndex || OWN_YARDSTICK.has(state.show);
    together.parentElement.title = isIndex
      ? "This figure is itself a part of the index of deprivation."
      : together.disabled
        ? "Only values go together with deprivation."
        : "";
    for (const box of this.form.querySelectorAll("[name=deprivation]")) box.checked = box.value === state.deprivation;
    byId("core20").checked = state.core20;
    const [first, last] = parseDeciles(state.deciles);
    byId("decile-first").value = String(first);
    byId("decile-last").value = String(last);
    const words = { off: "everybody", bivariate: "with deprivation", outline: "Core20 outlined" }[state.deprivation];
    byId("now-who").textContent = state.core20 ? "most deprived 20 %" : first > 1 || last < 10 ? `deciles ${first} to ${last}` : words;
  }

  where(indicator) {
    const { geographies } = this.settings;
    const offered = Object.keys(indicator.available).sort((a, b) => order(a) - order(b));
    fill(byId("areas"), [option(["auto", "By zoom"]), ...offered.map((slug) => option([slug, geographies[slug].title]))]).value = this.state.areas;
    const sites = this.state.sites.split(",");
    for (const box of this.form.querySelectorAll("[name=sites]")) box.checked = sites.includes(box.value);
    byId("now-where").textContent = this.state.areas === "auto" ? "by zoom" : geographies[this.state.areas].title;
  }

  when(indicator) {
    const periods = periodsOf(indicator, this.state.areas).reverse();
    fill(
      byId("period"),
      periods.map((slug) => option([slug, this.settings.periods[slug] ?? slug])),
    ).value = this.state.period;
    const at = periods.indexOf(this.state.period);
    byId("period-back").disabled = at >= periods.length - 1;
    byId("period-on").disabled = at <= 0;
    byId("period-note").textContent = periods.length === 1 ? "The only period in this release: it does not show change." : "";
    byId("now-when").textContent = this.settings.periods[this.state.period] ?? "";
  }
}

const ORDER = ["rgn23", "nhser24", "icb26", "icb23", "sicbl23", "utla23", "lad24", "lad21", "msoa21", "msoa11", "lsoa21", "lsoa11", "h3"];

function order(slug) {
  return ORDER.indexOf(slug);
}

function option([value, title]) {
  return h("option", { value }, title);
}
