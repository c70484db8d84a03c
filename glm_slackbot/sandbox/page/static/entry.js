// One line of the traffic, with its details; the same once more is told in the same line.
import { el } from "./dom.js";

const MOST_TOLD = 20;

export class Entry {
  constructor(first) {
    this.first = first;
    this.told = [];
    this.count = 0;
    this.times = el("span", { class: "times" });
    this.time = el("time");
    this.what = el("span", { class: "what" });
    this.summary = el("summary", { tabindex: "-1" },
      el("span", { class: "route", text: `${first.from} → ${first.to}` }), this.times,
      first.ok ? null : el("span", { class: "failed", text: "failed" }), this.time, this.what);
    this.details = el("details", {}, this.summary);
    this.details.addEventListener("toggle", () => {
      this.fill();
      if (this.details.open) this.details.scrollIntoView({ block: "nearest" });
    });
    this.node = el("li", { "data-to": first.to, "data-ok": String(first.ok) }, this.details);
    this.tell(first);
  }

  /** Whether it is the same again: polls of several images come one after another. */
  isSame(other) {
    return ["from", "to", "ok"].every((name) => this.first[name] === other[name]) && kindOf(this.first) === kindOf(other);
  }

  tell(once) {
    this.told = [...this.told, once].slice(-MOST_TOLD);
    this.count += 1;
    const at = new Date(once.at * 1000);
    this.time.dateTime = at.toISOString();
    this.time.textContent = at.toTimeString().slice(0, 8);
    this.times.textContent = this.count > 1 ? `× ${this.count}` : "";
    this.isMixed ||= once.what !== this.first.what;
    this.what.title = this.isMixed ? kindOf(once) : once.what;
    this.what.textContent = this.what.title.replace(/\d{12,}-/, "…"); // a long id takes two lines
    this.fill();
  }

  /** What is shown already stays as it is: somebody may be reading it. */
  fill() {
    if (!this.details.open) return;
    const shown = [...this.details.querySelectorAll("pre")];
    const fresh = this.told.filter((once) => !shown.some((pre) => pre.dataset.n === String(once.n)));
    this.details.append(...fresh.map((once) => this.detail(once)));
    for (const old of shown.slice(0, Math.max(0, shown.length + fresh.length - MOST_TOLD))) old.remove();
  }

  detail(once) {
    const which = this.isMixed ? `${once.what}\n` : "";
    return el("pre", { tabindex: "0", "data-n": once.n, text: which + JSON.stringify(once.detail, null, 2) });
  }
}

/** What it is, whichever task it asks for. */
function kindOf({ what }) {
  return what.replace(/(\/async-result\/).+$/, "$1…");
}
