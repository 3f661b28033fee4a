// Touches the page: the part of the legend that tells what the engine thinks: classes with their patterns, what they mean, windows by name.

import { h } from "./dom.js";
import { areLabels, estimateClasses, shortWords, yardstick } from "./estimates.js";
import { swatch } from "./patterns.js";
import { fillColours, HIGH_FILLS, LOW_FILLS } from "./scales.js";
import { SHOW_TITLES } from "./shows.js";
import { OUTSIDE, plural, unitTitle } from "./words.js";

const SAME_CLASSES = [
  "These values are estimates. Their classes are those of the published values, so a colour means the same number; hatching is that of the published values.",
];
// What is shown as labels where counts are protected, and what is said of them.
const LABELLED = ["spots", "windows"];
const LABELS = [
  "Found on exact counts on the secure side, beyond what the ages, ethnic groups and deprivation of the people there explain. Which areas are in it is all that leaves.",
  "False discoveries are held to 5 % over all indicators of the release together. An area outside is not one where nothing is the matter.",
];
// So many windows are named in the legend; the page of findings has all.
const NAMED = 3;

/** Whether the map shows classes of its own and not values on a scale. */
export function hasClasses({ view }) {
  return Boolean(view.fillAt);
}

/** What is shown, for the line below the indicator's name: the unit, or what stands in place of the value. */
export function estimateTitle({ state, indicator }) {
  if (state.show === "value") return unitTitle(indicator.unit);
  const title = SHOW_TITLES[state.show];
  return ["shrunken", "smoothed"].includes(state.show) ? `${title} (about), ${unitTitle(indicator.unit)}` : title;
}

/** Every class that occurs with its colour, pattern, words and number of areas, then the selected area and the windows. */
export function estimateKeys({ state, indicator, file, estimates, windows, tileset, isOutside }, selected, settings) {
  const colours = fillColours(settings.scale);
  const classes = estimateClasses(state.show, indicator, file);
  const list = h(
    "ul",
    { class: "keys keys-classes", "aria-label": `Classes: ${SHOW_TITLES[state.show]}` },
    classes.map(({ fill, words, count, isHatched, isOutlined }) =>
      h(
        "li",
        {},
        swatch(colours.get(fill), { pattern: patternOf(fill, isHatched), line: isOutlined ? "#212b32" : undefined }),
        h("span", {}, `${words} (${plural(count, "area")})`),
      ),
    ),
  );
  const said = (at) => (isOutside?.(at) ? OUTSIDE : shortWords(state.show, estimates, at, indicator, windows));
  const own = selected === null ? null : h("p", { class: "legend-own" }, `Selected area: ${said(selected)}`);
  return h(
    "div",
    {},
    list,
    own,
    state.show === "windows" ? named(windows, { indicator: indicator.slug, kind: "scan_window", area_type: settings.geographies[tileset].type }) : null,
  );
}

function patternOf(fill, isHatched) {
  if (isHatched) return "cross";
  if (HIGH_FILLS.includes(fill)) return "plus";
  return LOW_FILLS.includes(fill) ? "minus" : "none";
}

/** The windows with the most people, and where the others are. */
function named(windows, asked) {
  if (!windows) return null;
  const all = [...new Set(windows.values())];
  if (!all.length) return h("p", {}, "No window stands out beyond what chance explains.");
  return h(
    "div",
    { class: "windows" },
    h(
      "ol",
      {},
      all.slice(0, NAMED).map((one) => h("li", {}, one.sentence)),
    ),
    h("p", {}, h("a", { href: `/findings/?${new URLSearchParams(asked)}` }, all.length > NAMED ? `All ${all.length} windows` : "Why are they here?")),
  );
}

/** What must be known to read it, as sentences. */
export function estimateAbout({ state, indicator, estimates, tileset }) {
  if (LABELLED.includes(state.show) && estimates && areLabels(estimates)) return LABELS;
  const expected = `Held against ${yardstick(indicator)}${indicator.unit === "proportion" ? ": all these areas together" : ""}.`;
  return (
    {
      shrunken: SAME_CLASSES,
      smoothed: SAME_CLASSES,
      exceedance: [expected, "A probability is not a size: an area may be surely worse by little. What cannot be told is hatched."],
      spots: [
        `Each area with its neighbours (Gi*), two-sided. ${expected}`,
        "Of the areas that are marked, at most about 5 % are expected to be there by chance. Signs of high (+) and low (−) are drawn from near.",
      ],
      windows: [
        `Kulldorff's scan for what is worse, each window at 5 %. ${expected}`,
        "A window is made of whole areas around a centre; not each of its areas need be worse.",
      ],
    }[state.show] ?? []
  ).concat(state.show === "value" || !tileset ? [] : ["An area that was not tested is not one where nothing was found."]);
}
