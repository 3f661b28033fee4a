// Touches the page: the charts of a row of the area page, asked for when the row is opened. Without scripts its link leads to a page.

import { drawWithin } from "./figures.js";

for (const details of document.querySelectorAll("details.closer")) {
  details.addEventListener("toggle", () => open(details), { once: true });
}

async function open(details) {
  const place = details.querySelector(".closer-place");
  const link = place.querySelector("a");
  place.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(link.dataset.part, { headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(`${answer.status}`);
    // The part comes from our own templates, which write every name as text.
    place.replaceChildren(document.createRange().createContextualFragment(await answer.text()));
    drawWithin(place);
  } catch {
    place.append(" The charts could not be fetched; the link leads to them.");
  }
  place.removeAttribute("aria-busy");
}
