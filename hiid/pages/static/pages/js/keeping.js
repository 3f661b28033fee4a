// Touches the page: catchments that are kept: saved, named, opened by their link, and set beside each other.

import { get, patch, post } from "./desk.js";
import { announce } from "./dom.js";
import { Kept } from "./kept.js";
import { drawWaiting } from "./profile.js";

export class Keeping {
  constructor(page) {
    this.page = page;
    this.list = new Kept();
    this.list.addEventListener("open", ({ detail }) => this.open(detail));
    this.list.addEventListener("compare", ({ detail }) => this.both(...detail));
    this.list.addEventListener("renamed", ({ detail }) => this.renamed(detail));
    this.list.addEventListener("removed", ({ detail }) => this.removed(detail));
    this.list.addEventListener("trouble", ({ detail }) => this.tell(detail, "This service keeps no catchments."));
    this.list.load();
  }

  /** Two of the list: the first is opened, the second stands beside it, and the table sets them side by side. */
  async both(one, two) {
    const { page } = this;
    await this.open(one);
    if (page.kept?.id !== one) return;
    await this.beside(two);
    page.tab = "compared";
    page.table(true);
  }

  renamed({ id, name }) {
    const { page } = this;
    if (page.other?.id === id) page.other.name = name;
    if (page.kept?.id === id) page.kept = { ...page.kept, name };
    if (page.found && (page.kept?.id === id || page.other?.id === id)) page.draw();
  }

  /** What is deleted is no longer kept, though its shape stays on the map until the next. */
  removed(id) {
    const { page } = this;
    if (page.other?.id === id) this.beside("");
    if (page.kept?.id !== id) return;
    page.name = page.kept.name;
    page.kept = page.pair = null;
    page.draw();
    page.remember(true);
  }

  /** Keep the catchment at hand; its link then shows it. */
  async save() {
    const { page } = this;
    const { found } = page;
    if (!found) return null;
    if (page.kept) {
      page.ground.notices.copyAddress();
      return page.kept;
    }
    try {
      const body = { name: page.name, atoms: found.atoms.map(({ code }) => code), vintage: found.vintage };
      const kept = await post("catchments", body);
      if (page.found !== found) return null;
      page.kept = kept;
      await this.pair();
      page.draw();
      page.remember(true);
      this.list.load();
      page.ground.notices.say(`Saved as ${page.kept.name}. The address of this page is its link; only you can change it.`);
      return page.kept;
    } catch (trouble) {
      this.tell(trouble, "This service cannot keep catchments yet.");
      return null;
    }
  }

  async rename(name) {
    const { page } = this;
    if (!name) return;
    page.name = name;
    if (!page.kept) return;
    try {
      await patch(`catchments/${page.kept.id}`, { name });
      page.kept = { ...page.kept, name };
      this.list.load();
      announce(`Renamed to ${name}.`);
    } catch (trouble) {
      this.tell(trouble, "This service cannot rename catchments yet.");
    }
  }

  /** A kept catchment with everything about it: it is looked at anew, in the release of today. */
  async read(id) {
    const kept = await get(`catchments/${encodeURIComponent(id)}`);
    const found = await post("catchments/preview", { areas: kept.atoms, vintage: kept.vintage });
    return { kept, found };
  }

  async open(id) {
    const { page } = this;
    const turn = ++page.turn;
    page.ground.reveal();
    drawWaiting();
    try {
      const { kept, found } = await this.read(id);
      if (turn !== page.turn) return;
      page.lay();
      page.kept = kept;
      await this.pair();
      page.show(found, { flies: true });
    } catch (trouble) {
      if (turn !== page.turn) return;
      page.refuse(trouble.isAbsent ? trouble : Object.assign(trouble, { message: `This catchment cannot be opened. ${trouble.message}` }), "");
    }
  }

  /** Keep the catchment at hand for comparing: it stays while the next is drawn. */
  async compare() {
    const kept = await this.save();
    if (!kept) return;
    await this.beside(kept.id);
    this.page.ground.notices.say("Kept beside. Now draw or choose the other one.");
  }

  /** Set a kept catchment beside the one at hand; an empty id takes it away. */
  async beside(id) {
    const { page } = this;
    page.other = null;
    if (id) {
      try {
        const { kept, found } = await this.read(id);
        page.other = { id, name: kept.name, found };
      } catch (trouble) {
        this.tell(trouble, "This service cannot compare catchments yet.");
      }
    }
    page.snapped.beside(page.other?.found.shape);
    await this.pair();
    if (page.found) page.draw();
    page.ground.legend();
    page.remember();
  }

  /** The figures of two kept catchments as they may be told together: of nearly the same people some are refused. */
  async pair() {
    const { page } = this;
    const { kept, other } = page;
    page.pair = null;
    if (!kept || !other || kept.id === other.id) return;
    try {
      const both = await get(`catchments/${encodeURIComponent(kept.id)}/profile?with=${encodeURIComponent(other.id)}`);
      if (page.kept === kept && page.other === other) page.pair = both;
    } catch (trouble) {
      this.tell(trouble, "This service cannot compare catchments yet.");
    }
  }

  tell(trouble, absent) {
    this.page.ground.notices.trouble({ message: trouble.isAbsent ? absent : trouble.message, reference: trouble.reference });
  }
}
