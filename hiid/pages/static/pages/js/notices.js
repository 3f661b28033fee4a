// Touches the page: the line over the map that speaks to the person.

import { announce, byId, fill, h } from "./dom.js";

// Long enough to read two sentences.
const SHOWN_MS = 8000;

export class Notices {
  constructor() {
    this.element = byId("notice");
    this.isTrouble = false;
  }

  /** Say something for a while; empty words take it away. */
  say(words) {
    this.show(words);
    this.isTrouble = false;
    if (words) this.timer = setTimeout(() => (this.element.hidden = true), SHOWN_MS);
  }

  /** Say what went wrong, with a reference for support; it stays until what was asked for is there. */
  trouble({ message, reference }) {
    this.show(message, reference);
    this.isTrouble = true;
  }

  /** What was wrong is right again. */
  lift() {
    if (this.isTrouble) this.say("");
  }

  async copyAddress() {
    try {
      await navigator.clipboard.writeText(location.href);
      this.say("The link to this view was copied.");
    } catch {
      this.say("The address of this page is the link to this view: copy it from the address bar.");
    }
  }

  show(words, reference) {
    clearTimeout(this.timer);
    this.element.hidden = !words;
    fill(this.element, words ?? "", reference ? h("small", {}, `Reference: ${reference}`) : null);
    if (words) announce(words);
  }
}
