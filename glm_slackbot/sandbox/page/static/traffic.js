// What Slack, GLM and the bot received, as it happens; details when they are opened.
import { el } from "./dom.js";

const MOST = 500;

export class Traffic {
  constructor(scroll, filter, clear) {
    this.scroll = scroll;
    this.filter = filter;
    [this.last, this.lastAt] = [0, 0];
    this.list = el("ol", { class: "entries" });
    this.nothing = el("p", { class: "empty", text: "Nothing yet. Write /imagine a fox in the snow, and see here what Slack and GLM receive." });
    scroll.append(this.nothing, this.list);
    filter.addEventListener("change", () => this.sift());
    clear.addEventListener("click", () => {
      this.list.replaceChildren();
      this.tellEmpty();
    });
  }

  /** A new line to the server tells the last ones again; a new server counts from 1 again. */
  add(entry) {
    if (entry.n <= this.last && entry.at <= this.lastAt) return;
    [this.last, this.lastAt] = [entry.n, entry.at];
    const stays = this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight < 48;
    const before = this.list.lastElementChild;
    if (before && isSame(before.told.at(-1), entry)) before.tell(entry);
    else this.list.append(this.built(entry));
    if (this.list.children.length > MOST) this.list.firstElementChild.remove();
    this.tellEmpty();
    if (stays) this.scroll.scrollTop = this.scroll.scrollHeight;
  }

  built(entry) {
    const node = build(entry);
    node.hidden = !this.shows(node);
    return node;
  }

  shows(node) {
    const wanted = this.filter.value;
    if (wanted === "failed") return node.dataset.ok === "false";
    return !wanted || node.dataset.to === wanted;
  }

  sift() {
    for (const node of this.list.children) node.hidden = !this.shows(node);
    this.tellEmpty();
    this.scroll.scrollTop = this.scroll.scrollHeight;
  }

  tellEmpty() {
    this.nothing.hidden = [...this.list.children].some((node) => !node.hidden);
  }
}

/** The same once more, such as a poll: told in one line. */
function isSame(one, other) {
  return ["from", "to", "what", "ok"].every((name) => one[name] === other[name]);
}

function build(entry) {
  const times = el("span", { class: "times" });
  const time = el("time");
  const details = el("details", {}, el("summary", {},
    el("span", { class: "route", text: `${entry.from} → ${entry.to}` }), times,
    entry.ok ? null : el("span", { class: "failed", text: "failed" }), time,
    el("span", { class: "what", title: entry.what, text: entry.what })));
  const node = el("li", { "data-to": entry.to, "data-ok": String(entry.ok) }, details);
  node.told = [];
  node.tell = (once) => {
    node.told.push(once);
    const at = new Date(once.at * 1000);
    time.dateTime = at.toISOString();
    time.textContent = at.toTimeString().slice(0, 8);
    times.textContent = node.told.length > 1 ? `× ${node.told.length}` : "";
    if (details.open) showDetails(node, details);
  };
  node.tell(entry);
  details.addEventListener("toggle", () => { if (details.open) showDetails(node, details); });
  return node;
}

/** What is shown already stays as it is: somebody may be reading it. */
function showDetails(node, details) {
  const shown = details.querySelectorAll("pre").length;
  const pre = (entry) => el("pre", { tabindex: "0", text: JSON.stringify(entry.detail, null, 2) });
  details.append(...node.told.slice(shown).map(pre));
}
