// Pure: which of the things that the engine thinks can be shown for a choice, what each is called, and why the others cannot.

export const SHOWS = ["value", "shrunken", "smoothed", "exceedance", "spots", "windows"];

export const SHOW_TITLES = {
  value: "Published value",
  shrunken: "Shrunken value",
  smoothed: "Smoothed value",
  exceedance: "Probability of being worse",
  spots: "Hot and cold spots",
  windows: "Scan windows",
};

export const SHOW_WORDS = {
  value: "",
  shrunken: "Each area’s own figure, pulled towards what is usual, the more the fewer people stand behind it.",
  smoothed: "Each area’s own figure, pulled towards those of its neighbours.",
  exceedance: "How likely it is that an area is worse, by however little.",
  spots: "Areas that lie high or low together with their neighbours; false discoveries are held to 5 %.",
  windows: "Sets of neighbouring areas that are together worse than chance explains.",
};

/** What can be shown beside the published value, for a geography or for any of them with `auto`. */
export function showsOf(indicator, { areas, period, stratum }) {
  const made = indicator.estimates ?? {};
  const slugs = areas === "auto" ? Object.keys(made) : [areas];
  return SHOWS.filter((show) => show === "value" || slugs.some((slug) => hasShow(indicator, slug, { period, stratum, show })));
}

/** Whether a geography can be drawn as the state asks. */
export function hasShow(indicator, slug, { period, stratum, show }) {
  if (!show || show === "value") return true;
  return Boolean(indicator.estimates?.[slug]?.[period]?.[stratum]?.includes(show));
}

/** Why nothing but the published value can be shown for this choice: the name of a rule, or null where something can. */
export function whyNoEstimates(indicator, state) {
  const made = indicator.estimates ?? {};
  if (showsOf(indicator, state).some((show) => show !== "value")) return null;
  if (state.areas === "auto" ? Object.keys(made).length : made[state.areas]) return "another_period";
  const reasons = indicator.withoutEstimates ?? "not_asked";
  if (typeof reasons === "string") return reasons;
  return reasons[state.areas] ?? Object.values(reasons)[0] ?? "not_asked";
}

/** The same in a sentence, with the areas for which there is something. */
export function whyNotWords(indicator, state, { refusals, geographies }) {
  const reason = whyNoEstimates(indicator, state);
  if (!reason) return "";
  const elsewhere = Object.keys(indicator.estimates ?? {}).filter((slug) => slug !== state.areas);
  const made = elsewhere.length && state.areas !== "auto" ? ` They are there for: ${elsewhere.map((slug) => geographies[slug].title).join(", ")}.` : "";
  return `No estimates here: ${refusals?.[reason] ?? "they were not made"}.${made}`;
}
