// Touches the page: what the marks of the planning pages mean, for the top of their legends.

import { h } from "./dom.js";

/** Marks that are drawn now; null where there are none. */
export function planKeys({ plan, other, candidates, extras }) {
  const keys = [];
  const add = (look, sign, words) => keys.push(h("li", {}, h("span", { class: `key ${look}`, "aria-hidden": "true" }, sign), h("span", {}, words)));
  if (plan) add("key-stop", "1", "stop, by its number in the table; lines show who goes there");
  if (plan?.sites.some((site) => site.is_area_of_search)) add("key-stop key-search", "1", "area of search: no place was looked at");
  if (other) add("key-other", "", "stop of the kept plan");
  if (candidates?.length) add("key-place", "", "place that may serve; ✓ must, × must not");
  if (extras?.boundary) add("key-boundary", "", "boundary of the screening service");
  return keys.length ? h("ul", { class: "keys keys-own" }, keys) : null;
}

/** The same for the page of catchments. */
export function catchmentKeys({ snapped, other }) {
  const keys = [];
  const add = (look, words) => keys.push(h("li", {}, h("span", { class: `key ${look}`, "aria-hidden": "true" }), h("span", {}, words)));
  if (snapped) {
    add("key-drawn", "what you drew");
    add("key-snapped", "the catchment: whole neighbourhoods");
  }
  if (other) add("key-other-area", "the catchment it is compared with");
  return keys.length ? h("ul", { class: "keys keys-own" }, keys) : null;
}
