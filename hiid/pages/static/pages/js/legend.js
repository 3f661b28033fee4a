// Touches the page: the legend: classes, statuses that occur, the spread of all areas, unit, period, release, source.

import { CELLS_ABOUT } from "./cells.js";
import { distributionStrip } from "./chart.js";
import { fill, h, svg } from "./dom.js";
import { estimateAbout, estimateKeys, estimateTitle, hasClasses } from "./legend_estimates.js";
import { swatch } from "./patterns.js";
import { CELLS } from "./state.js";
import { bivariateColours, classesOf, colourOf, distribution, occurring, outsideRecords } from "./view.js";
import { bareValue, englandName, mostDeprivedWords, OUTSIDE, plainNumber, plural, statusWords, valueWords } from "./words.js";

// Below this share of areas with a figure the legend says where they are.
const SPARSE = 0.25;
const STATUSES = ["zero", "suppressed", "not_collected", "missing", "not_applicable", "not_tested"];

/** Draw the legend of one map. `selected`: position of the selected area, or null. */
export function drawLegend(element, shown, selected, settings, goToFigures) {
  const { indicator, state, tileset } = shown;
  const england = indicator.englandValues[state.period]?.[state.stratum];
  const stratum = state.stratum === "all" ? "" : `, ${settings.strata[state.stratum]}`;
  fill(
    element,
    h("h2", {}, `${indicator.short}${stratum}`),
    h("p", { class: "legend-unit" }, [estimateTitle(shown), settings.periods[state.period], settings.geographies[tileset].title].join(" · ")),
    classes(shown, settings, { england, selected }),
    keys(shown, settings),
    sparse(shown, settings, goToFigures),
    about(shown, settings),
  );
}

function classes(shown, settings, { england, selected }) {
  if (hasClasses(shown)) return estimateKeys(shown, selected, settings);
  if (shown.view.mode === "bivariate") return square(shown.view, settings, shown.deprivation);
  return h("div", {}, ramp(shown, settings), strip(shown, england, selected, settings));
}

function ramp({ view, indicator }, settings) {
  const classes = classesOf(view, indicator, settings.scale);
  const list = h(
    "ol",
    { class: "ramp", "aria-label": "Classes from low to high" },
    classes.map(({ colour, high, words }, at) =>
      h(
        "li",
        { title: words },
        svg("svg", { viewBox: "0 0 10 10", preserveAspectRatio: "none", "aria-hidden": "true" }, svg("rect", { width: 10, height: 10, fill: colour })),
        h("span", { "aria-hidden": "true" }, at < classes.length - 1 && Number.isFinite(high) ? bareValue(high, indicator) : ""),
        h("span", { class: "hidden" }, words),
      ),
    ),
  );
  return h("div", {}, list, ends(view, indicator));
}

function ends(view, indicator) {
  if (view.mode === "diverging") {
    const words = indicator.polarity === "none" ? ["lower", "higher"] : ["worse", "better"];
    if (indicator.polarity === "low_is_good") words.reverse();
    return h(
      "p",
      { class: "ends" },
      h("span", {}, words[0]),
      h("span", {}, `${view.benchmark.name}: ${valueWords(view.benchmark.value, indicator)}`),
      h("span", {}, words[1]),
    );
  }
  if (indicator.unit === "decile") return h("p", { class: "ends" }, h("span", {}, "most deprived"), h("span", {}, "least deprived"));
  if (indicator.polarity === "none") return null;
  const words = indicator.polarity === "high_is_good" ? ["lower is worse", ""] : ["", "higher is worse"];
  return h("p", { class: "ends" }, h("span", {}, words[0]), h("span", {}, words[1]));
}

function strip({ view, indicator, file }, england, selected, settings) {
  const spread = distribution(file.values);
  if (!spread) return null;
  const bins = spread.counts.map((count, at) => ({ count, colour: colourOf(spread.middle(at), view, settings.scale) }));
  const value = selected === null ? Number.NaN : file.values[selected];
  const hasValue = !Number.isNaN(value);
  const label = `Spread of ${plural(spread.n, "area")}, mostly from ${valueWords(spread.low, indicator)} to ${valueWords(spread.high, indicator)}${hasValue ? `; the selected area has ${valueWords(value, indicator)}` : ""}`;
  const marks = { selected: hasValue ? spread.place(value) : null, england: england === undefined ? null : spread.place(england), label };
  return h(
    "div",
    {},
    distributionStrip(bins, marks),
    h(
      "p",
      { class: "ends" },
      h("span", {}, bareValue(spread.low, indicator)),
      england === undefined ? null : h("span", {}, `┆ ${englandName(indicator)} ${valueWords(england, indicator)}`),
      h("span", {}, bareValue(spread.high, indicator)),
    ),
  );
}

function square(view, settings, deprivation) {
  const colours = bivariateColours(settings.scale);
  const cell = 30;
  const rows = [];
  const side = cell - 1;
  for (const [third, row] of colours.entries()) {
    for (const [most, fill] of row.entries()) {
      rows.push(svg("rect", { x: most * cell, y: (2 - third) * cell, width: side, height: side, fill }));
    }
  }
  const worse = { high_is_good: "lower", low_is_good: "higher", none: "higher" }[view.polarity];
  return svg(
    "svg",
    {
      viewBox: "0 0 270 178",
      class: "square",
      role: "img",
      "aria-label": `Nine colours: up and to the left the value is ${worse}, up and to the right deprivation is greater; the darkest, at the top, are areas with both.`,
    },
    svg("g", { transform: "translate(71.400 82) rotate(-45) translate(0 0)" }, svg("g", { transform: "translate(0 -0)" }, rows)),
    svg("text", { x: 135, y: 11, "text-anchor": "middle", "font-weight": "bold" }, `${worse} and most deprived`),
    svg("text", { x: 66, y: 52, "text-anchor": "end" }, `${worse}`),
    svg("text", { x: 66, y: 65, "text-anchor": "end" }, "value"),
    svg("text", { x: 204, y: 52 }, "more"),
    svg("text", { x: 204, y: 65 }, "deprived"),
    svg("text", { x: 135, y: 160, "text-anchor": "middle" }, "least deprived, "),
    svg("text", { x: 135, y: 173, "text-anchor": "middle" }, `${worse === "lower" ? "highest" : "lowest"} value; thirds, IMD ${deprivation?.year ?? ""}`),
  );
}

function keys(shown, settings) {
  const { file, view, state, tileset } = shown;
  const found = occurring(file, view);
  const looks = settings.scale.statuses;
  const items = [];
  const add = (picture, words) => items.push(h("li", {}, picture, h("span", {}, words)));
  if (found.hatched && !view.fillAt)
    add(swatch("#ffffff", { pattern: "cross" }), `cannot be told apart from ${view.yardstick} (${plural(found.hatched, "area")})`);
  if (found.modelled)
    add(
      swatch("#ffffff", { pattern: "stipple" }),
      found.modelled === file.n - absent(found) ? "modelled: all values are estimates (about)" : `modelled (${plural(found.modelled, "area")})`,
    );
  for (const status of STATUSES) {
    const outside = status === "missing" ? Math.min(outsideRecords(shown), found.statuses.get(status) ?? 0) : 0;
    const count = (found.statuses.get(status) ?? 0) - outside;
    const { fill: colour, pattern, line } = looks[status];
    const look = () => swatch(colour, { pattern, line, dotted: status === "not_collected" });
    if (count) add(look(), `${statusWords(status)} (${plural(count, "area")})`);
    if (outside) add(look(), OUTSIDE);
  }
  if (state.core20 || view.outline) add(swatch("#ffffff", { line: "#212b32" }), `${mostDeprivedWords(settings.geographies[tileset].type)}, outlined`);
  return items.length ? h("ul", { class: "keys" }, items) : null;
}

/** Few areas with figures would look like an empty map: it is said where they are. */
function sparse({ file, indicator, state }, settings, goToFigures) {
  const known = file.values.filter((value) => !Number.isNaN(value)).length;
  if (known === 0 || known > file.n * SPARSE) return null;
  if (settings.reach)
    return h("p", { class: "sparse", "data-period": state.period }, `Made-up people live in a part of England only: ${plural(known, "area")} with figures.`);
  const more = indicator.periods.length > 1 ? " Other periods may cover other places." : "";
  return h(
    "p",
    { class: "sparse", "data-period": state.period },
    `Only ${plural(known, "area")} of ${plainNumber(file.n)} ${known === 1 ? "has" : "have"} figures for this period.${more} `,
    h("button", { type: "button", class: "button", onclick: goToFigures }, "Show them"),
  );
}

function absent(found) {
  return ["suppressed", "missing", "not_collected", "not_applicable"].reduce((sum, status) => sum + (found.statuses.get(status) ?? 0), 0);
}

function sequentialRule(view, indicator, settings) {
  if (indicator.unit === "decile") return "Five classes of two deciles each; the strong colour is more deprived.";
  return `${view.breaks.length} classes with equal numbers of areas (quantiles), bounds rounded as shown; equal values stay together. The strong colour is ${settings.scale.strongMeans[view.polarity]}.`;
}

function about(shown, settings) {
  const { view, indicator, deprivation } = shown;
  const rules = {
    sequential: sequentialRule(view, indicator, settings),
    diverging:
      indicator.unit === "ratio_100"
        ? "Seven classes that mirror each other around 100: the neutral one holds the quarter of areas nearest to it, the outermost the tenth farthest from it."
        : "Seven classes around the benchmark, which lies in the middle of the neutral one: equal steps, set by the 95 % of areas nearest to it.",
    bivariate: `Values in thirds by number of areas; deprivation by decile of IMD ${deprivation?.year ?? ""}: 1 to 3 most, 4 to 7 middle, 8 to 10 least deprived.`,
  };
  return h(
    "details",
    { class: "legend-more" },
    h("summary", {}, "Classes, source and release"),
    view.fillAt ? null : h("p", {}, rules[view.mode]),
    estimateAbout(shown).map((words) => h("p", {}, words)),
    shown.tileset === CELLS ? h("p", {}, CELLS_ABOUT) : null,
    indicator.basisNote ? h("p", {}, `${indicator.basisNote}.`.replace("..", ".")) : null,
    h("p", {}, "Hatching and stipple on neighbourhoods are drawn from near; the panel and the table always say it in words."),
    h(
      "p",
      {},
      "Source: ",
      h("a", { href: `/about/#${indicator.slug}` }, (indicator.sources ?? []).join(", ") || "see About"),
      `. Release ${settings.release.slug}.`,
    ),
  );
}
