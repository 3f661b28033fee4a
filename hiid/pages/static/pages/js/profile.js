// Touches the page: who lives in a catchment and how they fare: in the panel in short, in the drawer as tables.

import { byId, fill, h } from "./dom.js";
import {
  benchmarkWords,
  comparedFigures,
  countWords,
  figureWords,
  gapWords,
  groupsOf,
  limitsWords,
  ordered,
  shareWords,
  sizeWords,
  snappingWords,
  titleOf,
  whyWords,
} from "./profilewords.js";
import { plainNumber } from "./words.js";

const FORMATS = [
  ["pdf", "One page (PDF)"],
  ["csv", "Figures (CSV)"],
  ["geojson", "Shape (GeoJSON)"],
];

/** Draw a catchment. `on`: close, rename(name), keep, compare, forget, remove; `kept`: id, name and is_yours where it is saved. */
export function drawCatchment({ found, kept, name, other, isSynthetic, several, on }) {
  const { profile } = found;
  fill(
    byId("panel"),
    h("button", { type: "button", class: "close", "aria-label": "Close the catchment", onclick: on.close }, "×"),
    heading(kept, name, on),
    several,
    h("p", { class: "amount-line" }, h("strong", {}, sizeWords(found))),
    isSynthetic ? h("p", { class: "made-up" }, "Figures of linked records are of made-up people: they say nothing about the real place.") : null,
    h("p", { class: "snapping" }, snappingWords(found.snapping)),
    (found.mended ?? []).map((words) => h("p", { class: "changed" }, words)),
    h("h3", {}, "How they fare"),
    h("p", { class: "quiet" }, countWords(profile.indicators)),
    figures(profile.indicators),
    bars("People by age", profile.pyramid, found.people),
    bars(
      `People by deprivation${profile.deprivation?.index ? `, ${indexWords(profile.deprivation.index)}` : ""}`,
      profile.deprivation,
      found.people,
      tenthWords,
    ),
    core20(profile.deprivation),
    bars("People by ethnic group", profile.ethnicity, found.people),
    exports(kept),
    h("h3", {}, "Compare"),
    other
      ? h(
          "p",
          {},
          `${other.name} is drawn beside it; the table sets both side by side. `,
          h("button", { type: "button", class: "button", onclick: on.forget }, "Stop comparing"),
        )
      : h(
          "p",
          { class: "quiet" },
          "Keep this catchment beside the next one that you draw. ",
          h("button", { type: "button", class: "button", onclick: on.compare }, "Keep for comparing"),
        ),
  );
}

export function drawWaiting() {
  fill(byId("panel"), h("h2", {}, "Counting who lives there"), ...[1, 2, 3, 4, 5].map((at) => h("div", { class: at % 2 ? "ghost" : "ghost short" })));
}

export function drawNothing(title, ...words) {
  fill(byId("panel"), h("h2", {}, title), ...words.map((one) => (typeof one === "string" ? h("p", {}, one) : one)));
}

function heading(kept, name, on) {
  if (kept && !kept.is_yours) return h("h2", {}, kept.name);
  const input = h("input", { id: "name", type: "text", maxlength: 120, value: kept?.name ?? name, "aria-label": "Name of the catchment", autocomplete: "off" });
  input.addEventListener("change", () => on.rename(input.value.trim()));
  return h("h2", { class: "name" }, h("label", { for: "name" }, kept ? "Kept as" : "Name"), input);
}

function figures(all) {
  const told = ordered(all.filter((figure) => !figure.refused));
  const refused = all.filter((figure) => figure.refused);
  const first = told.slice(0, 8);
  return h(
    "div",
    {},
    h("ul", { class: "told" }, first.map(figureRow)),
    told.length > first.length
      ? h(
          "details",
          {},
          h("summary", {}, `${plainNumber(told.length - first.length)} more indicators`),
          h("ul", { class: "told" }, told.slice(8).map(figureRow)),
        )
      : null,
    refused.length
      ? h(
          "details",
          {},
          h("summary", {}, `${plainNumber(refused.length)} that cannot be told, and why`),
          h(
            "ul",
            { class: "told" },
            refused.map((figure) => h("li", {}, h("strong", {}, titleOf(figure)), h("span", {}, figure.refused.message))),
          ),
        )
      : null,
  );
}

function figureRow(figure) {
  const limits = limitsWords(figure);
  return h(
    "li",
    { class: figure.comparison === "worse" ? "is-worse" : null },
    h("strong", {}, titleOf(figure)),
    h("span", {}, figureWords(figure), limits ? h("small", {}, ` (${limits})`) : null),
    h("span", { class: "quiet" }, [benchmarkWords(figure), gapWords(figure), whyWords(figure)].filter(Boolean).join("; ")),
  );
}

function bars(title, part, total, words = (name) => name) {
  const rows = groupsOf(part);
  if (!rows.length || !rows.some((row) => row.people > 0))
    return h("section", {}, h("h3", {}, title), h("p", { class: "quiet" }, "Not loaded in this release."));
  const most = Math.max(...rows.map((row) => row.people));
  const drawn = rows.map(({ name, people }) => {
    const bar = h("span", { class: "bar" });
    bar.style.width = `${(people / most) * 100}%`;
    return h(
      "tr",
      {},
      h("th", { scope: "row" }, words(name)),
      h("td", { class: "bar-cell" }, bar),
      h("td", { class: "number" }, plainNumber(people), h("small", {}, ` ${shareWords(people, total)}`)),
    );
  });
  return h("table", { class: "bars bars-people" }, h("caption", {}, title), h("tbody", {}, drawn));
}

function tenthWords(name) {
  return { 1: "1, most deprived", 10: "10, least deprived" }[name] ?? name;
}

function indexWords(index) {
  return index.replace(/^imd-?(\d{4}).*/i, "IMD $1");
}

function core20(deprivation) {
  const share = deprivation?.core20_share;
  if (share === null || share === undefined) return null;
  return h("p", { class: "quiet" }, `${shareWords(share, 1)} live in the most deprived 20\u00a0% of neighbourhoods (Core20).`);
}

function exports(kept) {
  if (!kept) return h("p", { class: "quiet" }, "Save it to take it along as PDF, CSV or GeoJSON, or to share its link.");
  return h(
    "p",
    { class: "exports" },
    h("span", {}, "Take it along: "),
    FORMATS.map(([format, words]) => h("a", { href: `/api/v1/catchments/${kept.id}.${format}`, download: true }, words)),
  );
}

/** The tables: neighbourhoods, every figure, and two catchments side by side. */
export function drawTables(element, { tab, found, hasOther, pair, names, open, close }) {
  const tabs = { figures: "Indicators", atoms: "Neighbourhoods", ...(hasOther ? { compared: "Two catchments" } : {}) };
  const now = tab in tabs ? tab : "figures";
  const buttons = Object.entries(tabs).map(([key, title]) =>
    h("button", { type: "button", class: "button", "aria-pressed": String(key === now), onclick: () => open(key) }, title),
  );
  const draw = { figures: figureTable, atoms: atomTable, compared: comparedTable }[now];
  fill(
    element,
    h(
      "div",
      { class: "drawer-head" },
      h("div", { class: "drawer-tabs", role: "group", "aria-label": "Which table" }, buttons),
      h("button", { type: "button", class: "close", "aria-label": "Close the table", onclick: close }, "×"),
    ),
    h(
      "div",
      { class: "drawer-scroll", tabindex: "0", role: "region", "aria-label": tabs[now] },
      found ? draw(found, pair, names) : h("p", { class: "empty" }, "There is no catchment yet. Draw one, or choose another way on the left."),
    ),
  );
}

function figureTable({ profile }) {
  const rows = ordered(profile.indicators).map((figure) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, titleOf(figure)),
      h("td", { class: "number" }, figureWords(figure)),
      h("td", { class: "number" }, limitsWords(figure) || "–"),
      h("td", {}, benchmarkWords(figure) || "–"),
      h("td", {}, gapWords(figure) || "–"),
      h("td", {}, whyWords(figure)),
    ),
  );
  return table(["Indicator", "Here", "95 % interval", "Compared", "People", "What has to be said"], rows, "Indicators of the catchment", [1, 2]);
}

function atomTable({ atoms }) {
  const rows = atoms.map(({ code, name, people }) =>
    h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, code), h("td", { class: "number" }, plainNumber(people))),
  );
  return table(["Neighbourhood", "Code", "People"], rows, "Neighbourhoods of the catchment", [2]);
}

function comparedTable(_found, pair, names) {
  if (!pair) return h("p", { class: "empty" }, "Save this catchment first: two that are kept are set side by side.");
  const words = (figure) => [figureWords(figure), limitsWords(figure), figure.refused ? whyWords(figure) : ""].filter(Boolean).join(" · ");
  const rows = comparedFigures(pair.first.indicators, pair.second.indicators).map(({ title, figures: both, apart }) =>
    h("tr", {}, h("th", { scope: "row" }, title), ...both.map((figure) => h("td", {}, words(figure))), h("td", {}, apart)),
  );
  return table(["", names.one, names.two, "The first is"], rows, "Two catchments side by side");
}

function table(heads, rows, caption, numbers = []) {
  const head = heads.map((words, at) =>
    h("th", { scope: "col", class: numbers.includes(at) ? "number plain" : "plain" }, words || h("span", { class: "hidden" }, "Name")),
  );
  return h("table", { class: "facts-table" }, h("caption", { class: "hidden" }, caption), h("thead", {}, h("tr", {}, head)), h("tbody", {}, rows));
}
