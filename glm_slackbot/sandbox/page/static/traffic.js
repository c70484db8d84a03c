// What Slack, GLM and the bot received, as it happens; details when they are opened.
import { el } from "./dom.js";
import { Entry } from "./entry.js";

const MOST = 500;
const STEPS = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };

export class Traffic {
  constructor(scroll, filter, clear) {
    this.scroll = scroll;
    this.filter = filter;
    [this.last, this.lastAt] = [0, 0];
    this.entries = [];
    this.list = el("ol", { class: "entries", "aria-description": "Up and Down go from one to another, Enter opens it." });
    this.nothing = el("p", { class: "empty", text: "Nothing yet. Write /imagine a fox in the snow, and see here what Slack and GLM receive." });
    scroll.append(this.nothing, this.list);
    this.list.addEventListener("keydown", (event) => this.move(event));
    this.list.addEventListener("focusin", (event) => this.enter(event.target.closest("li")));
    filter.addEventListener("change", () => this.sift());
    clear.addEventListener("click", () => this.clear());
  }

  /** A new line to the server tells the last ones again; a new server counts from 1 again. */
  add(told) {
    if (told.n <= this.last && told.at <= this.lastAt) return;
    [this.last, this.lastAt] = [told.n, told.at];
    const stays = this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight < 48;
    const before = this.entries.at(-1);
    if (before?.isSame(told)) before.tell(told);
    else this.append(new Entry(told));
    if (stays) this.scroll.scrollTop = this.scroll.scrollHeight;
  }

  append(entry) {
    entry.node.hidden = !this.shows(entry);
    this.entries.push(entry);
    this.list.append(entry.node);
    if (this.entries.length > MOST) this.entries.shift().node.remove();
    this.settle();
  }

  shows({ first }) {
    const wanted = this.filter.value;
    return wanted === "failed" ? !first.ok : !wanted || first.to === wanted;
  }

  sift() {
    for (const entry of this.entries) entry.node.hidden = !this.shows(entry);
    this.settle();
    this.scroll.scrollTop = this.scroll.scrollHeight;
  }

  clear() {
    this.entries = [];
    this.list.replaceChildren();
    this.settle();
  }

  shown() {
    return this.entries.filter((entry) => !entry.node.hidden);
  }

  /** The list is one stop for Tab: at the entry that had the focus last, else at the newest. */
  settle() {
    const shown = this.shown();
    this.nothing.hidden = shown.length > 0;
    if (!this.list.contains(document.activeElement)) this.enter(shown.at(-1)?.node);
  }

  enter(node) {
    for (const { node: one, summary } of this.entries) summary.tabIndex = one === node ? 0 : -1;
  }

  move(event) {
    const shown = this.shown();
    const now = shown.findIndex((entry) => entry.summary === document.activeElement);
    const step = STEPS[event.key];
    if (now < 0 || step === undefined) return;
    event.preventDefault();
    shown[Math.min(shown.length - 1, Math.max(0, now + step))].summary.focus();
  }
}
