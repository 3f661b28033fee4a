// Touches the page: lets the list of findings and its map follow each other. Without it, or without WebGL, the list stays whole.

import { byId, h, settings as pageSettings } from "./dom.js";

const settings = pageSettings("places");
const says = byId("places-says");
const usual = says.textContent;
// What the pointer and the focus are on; whichever came last goes first.
const held = { pointed: [], focused: [], last: "focused" };
// Where the pointer was: a page that scrolls beneath a still pointer points at nothing new.
const pointer = { x: -1, y: -1 };

const entries = new Map(settings.findings.map(({ key }) => [key, byId(key)]));
const words = (key) => entries.get(key).querySelector(".finding-says").textContent;
const kind = (key) => entries.get(key).querySelector(".finding-kind").textContent;

async function begin() {
  let places;
  try {
    const { Places } = await import("./places.js");
    places = new Places(byId("places-map"), settings, ({ key }) => `${kind(key)}. ${words(key)}`);
  } catch {
    byId("places-drawn").replaceWith(h("p", { class: "quiet" }, "The map cannot be drawn here, for it needs WebGL. Everything it shows is in the list."));
    return;
  }
  let lit = [];
  // For those who look beneath: the map by its name.
  window.places = places;
  const follow = (change) => {
    const [last] = Object.keys(change);
    Object.assign(held, change, { last });
    const other = last === "pointed" ? "focused" : "pointed";
    const keys = held[last].length ? held[last] : held[other];
    if (keys.join() === lit.join()) return;
    lit = keys;
    places.light(keys);
    for (const [key, entry] of entries) entry.classList.toggle("finding-lit", keys.includes(key));
    say(keys);
  };
  places.addEventListener("point", ({ detail }) => follow({ pointed: detail }));
  places.addEventListener("focus", ({ detail }) => follow({ focused: detail }));
  places.addEventListener("choose", ({ detail }) => goTo(detail));
  for (const [key, entry] of entries) join(key, entry, places, follow);
  byId("places-map").addEventListener("focusout", () => follow({ focused: [] }));
  if (entries.has(location.hash.slice(1))) follow({ focused: [location.hash.slice(1)] });
  const unusable = await places.ready;
  if (unusable.length) byId("places-drawn").append(h("p", { class: "quiet" }, "Shapes that belong to other figures are left out; the marks alone tell where."));
}

/** The entry lights its place when pointed at or focused, and offers to show it. */
function join(key, entry, places, follow) {
  entry.tabIndex = -1;
  entry.addEventListener("pointermove", ({ screenX, screenY }) => {
    if (screenX === pointer.x && screenY === pointer.y) return;
    Object.assign(pointer, { x: screenX, y: screenY });
    follow({ pointed: [key] });
  });
  entry.addEventListener("pointerleave", () => follow({ pointed: [] }));
  entry.addEventListener("focusin", () => follow({ focused: [key] }));
  entry.addEventListener("focusout", () => follow({ focused: [] }));
  const show = h("button", { type: "button", class: "finding-show" }, "Show on the map");
  show.addEventListener("click", () => {
    byId("where").scrollIntoView({ block: "nearest" });
    places.goTo(key);
  });
  entry.querySelector(".finding-links").prepend(show);
}

/** To the entry of the list, which takes the focus; the address then names it. */
function goTo(key) {
  const entry = entries.get(key);
  history.replaceState(null, "", `#${key}`);
  entry.focus({ preventScroll: true });
  entry.scrollIntoView({ block: "center" });
}

function say(keys) {
  const shown = keys.filter((key) => entries.has(key)).slice(0, 2);
  const number = (key) => settings.findings.find((finding) => finding.key === key).number;
  const more = keys.length > shown.length ? ` And ${keys.length - shown.length} more.` : "";
  says.textContent = shown.length ? shown.map((key) => `${number(key)}. ${kind(key)}: ${words(key)}`).join(" ") + more : usual;
}

begin();
