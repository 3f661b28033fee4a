// Touches the page: the small card beside the pointer: name, value, standing, decile, in words.

import { fill, h } from "./dom.js";
import { shortWords } from "./estimates.js";
import { comparisonWords, decileWords, intervalWords, OUTSIDE, shownValue } from "./words.js";

/** Show the card for area `at` of a map, or hide it (null). `more`: names, limits, deciles as far as they have come, isOutside. */
export function drawTip(element, shown, at, point, more) {
  if (at === null || !shown) {
    element.hidden = true;
    return;
  }
  const { main: file, indicator, estimates, state } = shown;
  const status = file.statusAt(at);
  const hasLimits = more.limits && !Number.isNaN(more.limits.lower[at]);
  const isOutside = more.isOutside(at);
  const place = more.names ? [more.names.names[at], more.names.districts[more.names.district[at]]].filter(Boolean) : ["…"];
  fill(
    element,
    h("strong", {}, [...new Set(place)].join(", ")),
    estimates && !isOutside ? h("div", { class: "tip-value" }, shortWords(state.show, estimates, at, indicator, more.windows)) : null,
    h(
      "div",
      { class: estimates && !isOutside ? null : "tip-value" },
      isOutside ? OUTSIDE : (estimates ? "Published: " : "") + shownValue(status, file.values[at], file.isModelledAt(at), indicator),
    ),
    hasLimits ? h("div", {}, intervalWords(more.limits.lower[at], more.limits.upper[at], indicator)) : null,
    status === "value" || status === "zero" ? h("div", {}, comparisonWords(file.comparisonAt(at), indicator)) : null,
    more.deciles ? h("div", {}, decileWords(more.deciles[at], more.areaType)) : null,
  );
  element.hidden = false;
  const frame = element.parentElement.getBoundingClientRect();
  const { width, height } = element.getBoundingClientRect();
  const x = point.x + 16 + width > frame.width ? point.x - width - 12 : point.x + 16;
  const y = Math.min(point.y + 14, frame.height - height - 8);
  element.style.transform = `translate(${Math.max(4, x)}px, ${Math.max(4, y)}px)`;
}
