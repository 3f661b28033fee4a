// Touches the page: the plan in the panel: what it gives, for whom, how good it is proven to be, the balance of most people and fairest.

import { byId, fill, h } from "./dom.js";
import { balanceWords, errorWords, gainWords, leftOutWords, lossWords, minutesWords, modeWords, planTitle, proofWords } from "./planwords.js";
import { plainNumber } from "./words.js";

const FORMATS = [
  ["pdf", "One page (PDF)"],
  ["csv", "Stops (CSV)"],
  ["geojson", "Map (GeoJSON)"],
  ["ics", "Calendar (iCalendar)"],
  ["json", "Plan file"],
];

/** Draw a plan. `on`: what its buttons do: close, balance(point), undo, propose, compare, forget. */
export function drawPlan({ plan, id, names, whatIf, other, changed, on }) {
  const { programme, area } = names;
  fill(
    byId("panel"),
    h("button", { type: "button", class: "close", "aria-label": "Close the plan", onclick: on.close }, "×"),
    h("h2", {}, planTitle(plan, programme, area)),
    plan.is_synthetic ? h("p", { class: "made-up" }, "Worked out from made-up people: it says nothing about the real place.") : null,
    h("p", { class: "amount-line" }, h("strong", {}, gainWords(plan.gain)), ` · ${minutesWords(plan.minutes?.mean)} ${modeWords(plan.minutes?.mode)}`),
    h("p", { class: "quiet" }, errorWords(plan.minutes)),
    h(
      "div",
      { id: "what-if" },
      whatIf ? moved(plan, whatIf, on) : h("p", { class: "quiet" }, "Drag a stop, or focus it and use the arrow keys, to see what moving it would cost."),
    ),
    changed
      ? h(
          "p",
          { class: "changed" },
          "The choices have changed since this plan was made. ",
          h("button", { type: "button", class: "button", onclick: on.propose }, "Propose again"),
        )
      : null,
    h("p", { class: "proof" }, proofWords(plan)),
    leftOut(plan),
    frontier(plan, on),
    bars("Minutes by deprivation", plan.minutes?.by_deprivation, plan.minutes?.mode),
    bars("Minutes by ethnicity", plan.minutes?.by_ethnicity, plan.minutes?.mode),
    stability(plan),
    notes(plan),
    exports(id, plan),
    h("h3", {}, "Compare"),
    other
      ? h(
          "p",
          {},
          "A second plan is drawn as plum rings; the table sets both side by side. ",
          h("button", { type: "button", class: "button", onclick: on.forget }, "Stop comparing"),
        )
      : h(
          "p",
          { class: "quiet" },
          "Keep this plan beside the next one that you make. ",
          h("button", { type: "button", class: "button", onclick: on.compare }, "Keep for comparing"),
        ),
  );
}

/** The shape of what comes while a plan is made. */
export function drawWaiting() {
  fill(
    byId("panel"),
    h("h2", {}, "Working out a plan"),
    h("p", { class: "quiet" }, "Stops, who gains, and how near to the best possible they are."),
    ...[1, 2, 3, 4].map((at) => h("div", { class: at % 2 ? "ghost" : "ghost short" })),
  );
}

/** Why there is no plan, and what to do next. */
export function drawNothing(title, words, actions = []) {
  fill(byId("panel"), h("h2", {}, title), h("p", {}, words), ...actions);
}

function moved(plan, whatIf, on) {
  if (whatIf.isWaiting) return h("p", { class: "what-if" }, "Working out what that changes …");
  if (whatIf.trouble)
    return h("p", { class: "what-if" }, whatIf.trouble, " ", h("button", { type: "button", class: "button", onclick: on.undo }, "Put it back"));
  return h(
    "p",
    { class: "what-if", role: "status" },
    h("strong", {}, lossWords(plan, whatIf)),
    " ",
    h("button", { type: "button", class: "button", onclick: on.undo }, "Put it back"),
  );
}

function frontier(plan, on) {
  const points = plan.frontier ?? [];
  if (points.length < 2) return null;
  const nearest = points.reduce(
    (best, point, at) => (Math.abs(point.equity - (plan.request?.equity ?? 0)) < Math.abs(points[best].equity - (plan.request?.equity ?? 0)) ? at : best),
    0,
  );
  const words = h("p", { class: "quiet", id: "balance-words" }, balanceWords(points[nearest], nearest, points.length));
  const slider = h("input", { type: "range", id: "balance", min: 0, max: points.length - 1, step: 1, "aria-describedby": "balance-words" });
  slider.value = nearest;
  const use = h(
    "button",
    { type: "button", class: "button", hidden: true, onclick: () => on.balance(points[slider.value], { propose: true }) },
    "Propose with this balance",
  );
  const told = () => {
    const at = Number(slider.value);
    words.textContent = balanceWords(points[at], at, points.length);
    slider.setAttribute("aria-valuetext", words.textContent);
    use.hidden = at === nearest;
    on.balance(points[at], { propose: false });
  };
  slider.setAttribute("aria-valuetext", words.textContent);
  slider.addEventListener("input", told);
  return h(
    "section",
    { class: "balance" },
    h("h3", {}, h("label", { for: "balance" }, "Balance")),
    slider,
    h("p", { class: "range-ends" }, h("span", {}, "most people"), h("span", {}, "fairest")),
    words,
    use,
  );
}

function bars(title, groups, mode) {
  const known = (groups ?? []).filter((row) => Number.isFinite(row.minutes));
  if (!known.length) return h("section", {}, h("h3", {}, title), h("p", { class: "quiet" }, "Not told for this plan."));
  const most = Math.max(...known.map((row) => row.minutes));
  const rows = (groups ?? []).map((row) => {
    const bar = h("span", { class: "bar" });
    bar.style.width = Number.isFinite(row.minutes) && most > 0 ? `${(row.minutes / most) * 100}%` : "0";
    const people = Number.isFinite(row.people) ? h("small", {}, ` ${plainNumber(row.people)} people`) : null;
    return h(
      "tr",
      {},
      h("th", { scope: "row" }, row.group, people),
      h("td", { class: "bar-cell" }, bar),
      h("td", { class: "number" }, minutesWords(row.minutes)),
    );
  });
  return h("table", { class: "bars" }, h("caption", {}, `${title}, ${modeWords(mode)}`), h("tbody", {}, rows));
}

/** Whom vehicles cannot carry, by deprivation; nothing for a plan that does not hold to them. */
function leftOut(plan) {
  const held = plan.totals?.vehicles;
  if (!held) return null;
  const rows = held.not_served.by_deprivation.map((row) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, row.group),
      h("td", { class: "number" }, plainNumber(row.not_served)),
      h("td", { class: "number" }, `${plainNumber(row.share * 100)}\u00a0%`),
    ),
  );
  const heads = ["Where they live", "Residents", "Share"].map((words, at) => h("th", { scope: "col", class: at ? "number" : null }, words));
  return h(
    "section",
    { id: "left-out" },
    h("h3", {}, "Whom these vehicles cannot carry"),
    h("p", {}, leftOutWords(held)),
    held.not_served.areas.length
      ? h(
          "table",
          { class: "bars" },
          h("caption", {}, "Residents who are not served, by deprivation"),
          h("thead", {}, h("tr", {}, heads)),
          h("tbody", {}, rows),
        )
      : null,
  );
}

function stability(plan) {
  const words = plan.stability?.words ?? [];
  return words.length
    ? h(
        "section",
        {},
        h("h3", {}, "How it stands up"),
        words.map((one) => h("p", { class: "quiet" }, one)),
      )
    : null;
}

function notes(plan) {
  const said = plan.notes ?? [];
  return said.length
    ? h(
        "details",
        { class: "notes", open: said.length < 4 },
        h("summary", {}, "What has to be said with it"),
        h(
          "ul",
          {},
          said.map((note) => h("li", {}, note)),
        ),
      )
    : null;
}

function exports(id, plan) {
  if (!id) return h("p", { class: "quiet" }, "This plan was opened from a file and is not kept here: propose it to export or share it.");
  const offered = FORMATS.filter(([format]) => format !== "ics" || plan.schedule);
  return h(
    "p",
    { class: "exports" },
    h("span", {}, "Take it along: "),
    offered.map(([format, words]) => h("a", { href: `/api/v1/plans/${id}.${format}`, download: true }, words)),
  );
}
