// Touches the page: what is known of one area: a sentence, the figure with its standing, trend, gradient, caveats.

import { intervalChart } from "./chart.js";
import { fill, h } from "./dom.js";
import { factPairs, gradientWords, headline, outsideWords, trendNote } from "./sentences.js";
import { englandName, intervalWords, leastStep, peersTitle, plainNumber, shownValue, tickWords, valueWords } from "./words.js";

/** The panel while its figures are on their way: it shows the shape of what comes. */
export function drawWaiting(element, name) {
  fill(element, h("h2", {}, name), ...["", "tall", "", "short", "tall"].map((kind) => h("div", { class: `ghost ${kind}` })));
}

/** The panel when something failed, in words for the person and with a reference. */
export function drawTrouble(element, name, trouble, close) {
  fill(
    element,
    closer(close),
    h("h2", {}, name),
    h("p", {}, trouble.message),
    trouble.reference ? h("p", { class: "quiet" }, `Reference: ${trouble.reference}`) : null,
  );
}

/**
 * The whole panel. `facts`: area, observations (newest first), gradient (or null), indicator, england (period -> value), decile, year,
 * geography, period, links, inside (words on what is around it), isOutside (of linked records).
 */
export function drawPanel(element, facts, close) {
  const { area, indicator, geography, period } = facts;
  const observation = facts.observations.find((one) => one.period === period);
  const name = geography.type === "ctry" ? englandName(indicator) : area.name;
  const title = h("h2", {}, name);
  const under = h("p", { class: "quiet" }, [geography.singular, area.code, facts.inside].filter(Boolean).join(" · "));
  if (!observation) {
    const absent = `${indicator.short} has no figure for this area in ${facts.periods[period]}.`;
    return fill(
      element,
      closer(close),
      title,
      under,
      h("p", { class: "headline" }, facts.isOutside ? outsideWords(indicator, name) : absent),
      switcher(facts),
      links(facts),
    );
  }
  const told = { ...facts, observation, areaType: geography.type, name, england: facts.england[period], isReliable: observation.is_reliable };
  const isModelled = observation.basis === "modelled";
  const hasValue = observation.value !== null;
  return fill(
    element,
    closer(close),
    title,
    under,
    h("p", { class: "headline" }, headline(told)),
    h("p", { class: hasValue ? "figure" : "figure figure-none" }, shownValue(observation.status, observation.value, isModelled, indicator)),
    h("p", { class: "quiet" }, `${indicator.short} · ${facts.stratum ? `${facts.stratum} · ` : ""}${facts.periods[period]}`),
    thought(facts.estimate),
    h(
      "dl",
      { class: "facts" },
      factPairs(told).flatMap(([name, words]) => [h("dt", {}, name), h("dd", {}, words)]),
    ),
    trend(facts),
    gradient(facts),
    caveats(indicator),
    links(facts),
  );
}

function closer(close) {
  return h("button", { type: "button", class: "close", "aria-label": "Close the panel", onclick: close }, "×");
}

/** What the engine thinks of the area, where the map shows it. */
function thought(estimate) {
  if (!estimate) return null;
  const { title, sentence, found, pairs, why } = estimate;
  return h(
    "section",
    { class: "thought" },
    h("h3", {}, title),
    h("p", {}, sentence),
    found ? h("p", {}, found) : null,
    h(
      "dl",
      { class: "facts" },
      pairs.flatMap(([name, words]) => [h("dt", {}, name), h("dd", {}, words)]),
    ),
    h("p", {}, h("a", { href: why.href }, why.words)),
  );
}

function trend({ observations, indicator, periods, england }) {
  const rows = [...observations].reverse();
  if (rows.length < 2) return h("p", { class: "quiet" }, "One period only: it does not show change.");
  const points = rows.map((one) => ({
    label: shortPeriod(one.period),
    value: one.value,
    lower: one.lower,
    upper: one.upper,
    words: `${periods[one.period]}: ${shownValue(one.status, one.value, one.basis === "modelled", indicator)}`,
  }));
  const words = trendNote(rows, indicator);
  const note = words ? h("p", { class: "quiet" }, words) : null;
  return h(
    "section",
    {},
    h("h3", {}, "Trend"),
    intervalChart(points, {
      title: `${indicator.short} over time, ${rows.length} periods; the table below has the figures`,
      format: (value, step) => tickWords(value, step, indicator),
      least: leastStep(indicator),
      line: true,
    }),
    note,
    details(
      "Trend as a table",
      ["Period", "Value", "95 % interval", peersTitle(indicator)],
      rows.map((one) => [
        periods[one.period] ?? one.period,
        shownValue(one.status, one.value, one.basis === "modelled", indicator),
        limits(one, indicator),
        england[one.period] === undefined ? "–" : valueWords(england[one.period], indicator),
      ]),
    ),
  );
}

function gradient({ gradient: found, gradientArea, indicator, england, period }) {
  if (!found) return null;
  const { groups } = found;
  if (found.trouble || !groups?.length || groups.every((group) => group.value === null))
    return h("section", {}, h("h3", {}, "By deprivation"), h("p", { class: "quiet" }, found.trouble ?? "No figures by decile of deprivation here."));
  const rows = groups.map((group) => ({
    label: String(group.decile),
    value: group.value,
    lower: group.lower,
    upper: group.upper,
    words: `Decile ${group.decile}: ${group.value === null ? "no figure" : valueWords(group.value, indicator)}`,
  }));
  return h(
    "section",
    {},
    h("h3", {}, `By deprivation, ${gradientArea}`),
    h("p", {}, gradientWords(groups, indicator)),
    intervalChart(rows, {
      title: `${indicator.short} by decile of deprivation. ${gradientWords(groups, indicator)}`,
      format: (value, step) => tickWords(value, step, indicator),
      least: leastStep(indicator),
      reference: england[period] ?? null,
      firstWord: "1 most deprived",
      lastWord: "least deprived 10",
    }),
    england[period] === undefined ? null : h("p", { class: "quiet" }, `Dashed: ${englandName(indicator)}.`),
    h("details", {}, h("summary", {}, "How the groups were made"), h("p", { class: "quiet" }, found.method ?? "")),
    details(
      "Deciles as a table",
      ["Decile", "Value", "95 % interval", "People"],
      groups.map((group) => [
        group.decile,
        group.value === null ? "no figure" : valueWords(group.value, indicator),
        limits(group, indicator),
        group.denominator === null ? "–" : plainNumber(group.denominator),
      ]),
    ),
  );
}

function details(summary, heads, rows) {
  return h(
    "details",
    {},
    h("summary", {}, summary),
    h(
      "table",
      { class: "mini" },
      h("caption", { class: "hidden" }, summary),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          heads.map((head) => h("th", { scope: "col" }, head)),
        ),
      ),
      h(
        "tbody",
        {},
        rows.map(([first, ...rest]) =>
          h(
            "tr",
            {},
            h("th", { scope: "row" }, first),
            rest.map((cell) => h("td", {}, cell)),
          ),
        ),
      ),
    ),
  );
}

function limits({ lower, upper }, indicator) {
  return lower === null || upper === null ? "–" : intervalWords(lower, upper, indicator);
}

function shortPeriod(period) {
  const quarter = /^\d\d(\d\d)-\d\d-(q\d)$/.exec(period);
  if (quarter) return `${quarter[1]} ${quarter[2]}`;
  const year = /^(\d{4})(?:-(\d\d))?$/.exec(period);
  return year ? period.slice(2) : period.replace(/^(\d{4}).*--(\d{4}).*$/, "$1–$2");
}

function caveats(indicator) {
  const said = [...(indicator.caveats ?? [])];
  if (indicator.denominator) said.unshift(`Out of: ${indicator.denominator}. People: ${indicator.base}.`);
  return h(
    "details",
    {},
    h("summary", {}, "What this figure may and may not claim"),
    said.map((one) => h("p", { class: "quiet" }, one)),
  );
}

function switcher({ links: { others } }) {
  if (!others.length) return null;
  return h(
    "section",
    {},
    h("p", {}, "There are figures for:"),
    h(
      "p",
      { class: "actions" },
      others.map((one) => h("button", { type: "button", class: "button", onclick: one.open }, one.words)),
    ),
  );
}

function links({ links: { profile, inequality, csv } }) {
  return h(
    "p",
    { class: "actions" },
    h("a", { class: "button", href: profile }, "Full profile"),
    inequality ? h("a", { class: "button", href: inequality }, "Inequality") : null,
    h("a", { class: "button", href: csv, download: true }, "CSV of this series"),
  );
}
