// What Slack, GLM and the bot received, as it happens; details when they are opened.
import { el } from "./dom.js";

const MOST = 500;

export class Traffic {
  constructor(scroll, filter, clear) {
    this.scroll = scroll;
    this.filter = filter;
    this.last = 0;
    this.list = el("ol", { class: "entries" });
    this.nothing = el("p", { class: "empty", text: "Nothing yet. Write /imagine a fox in the snow, and see here what Slack and GLM receive." });
    scroll.append(this.nothing, this.list);
    filter.addEventListener("change", () => this.sift());
    clear.addEventListener("click", () => {
      this.list.replaceChildren();
      this.tellEmpty();
    });
  }

  /** A new line to the server tells the last ones again: they are known by their number. */
  add(entry) {
    if (entry.n <= this.last) return;
    this.last = entry.n;
    const stays = this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight < 48;
    const node = build(entry);
    node.hidden = !this.shows(node);
    this.list.append(node);
    if (this.list.children.length > MOST) this.list.firstChild.remove();
    this.tellEmpty();
    if (stays) this.scroll.scrollTop = this.scroll.scrollHeight;
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

function build(entry) {
  const at = new Date(entry.at * 1000);
  const details = el("details", {}, el("summary", {},
    el("span", { class: "route", text: `${entry.from} → ${entry.to}` }),
    el("time", { datetime: at.toISOString(), text: at.toTimeString().slice(0, 8) }),
    el("span", { class: "what", text: entry.what }),
    entry.ok ? null : el("span", { class: "failed", text: "failed" })));
  details.addEventListener("toggle", () => {
    if (details.open && details.children.length === 1) {
      details.append(el("pre", { tabindex: "0", text: JSON.stringify(entry.detail, null, 2) }));
    }
  });
  return el("li", { "data-to": entry.to, "data-ok": entry.ok }, details);
}
