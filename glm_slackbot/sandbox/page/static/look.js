// What the person in front of the page looks at: as whom, where, which thread, which panes.

export const HOME = "home";
export const FIRST_PERSON = "U1";
const WIDE = matchMedia("(min-width: 75rem)");
const NARROW = matchMedia("(max-width: 47.99rem)");

const byId = (id) => document.getElementById(id);

export class Look {
  constructor(changed) {
    this.changed = changed;
    this.me = new URLSearchParams(location.search).get("as") || FIRST_PERSON;
    this.place = null;
    this.thread = null;
    this.traffic = WIDE.matches;
  }

  wire() {
    byId("traffic-toggle").addEventListener("click", () => this.showTraffic(!this.traffic));
    for (const button of document.querySelectorAll(".views button")) {
      button.addEventListener("click", () => this.view(button.dataset.view));
    }
    WIDE.addEventListener("change", () => { if (this.isTight()) this.showTraffic(false); });
    this.showTraffic(this.traffic);
    this.view("chat");
  }

  /** Whether there is no room for the traffic beside the thread that is shown. */
  isTight() {
    return Boolean(this.thread) && !WIDE.matches && !NARROW.matches;
  }

  /** Somebody else looks; the address says who, so that a reload keeps it. */
  become(id) {
    this.me = id;
    this.thread = null;
    history.replaceState(null, "", `?as=${encodeURIComponent(id)}`);
  }

  /** A place that is not there (any more) for this person is left for the first that is. */
  settle(state) {
    this.me = state.me;
    const isThere = this.place === HOME || state.channels.some((place) => place.id === this.place);
    if (!isThere) this.place = state.channels[0]?.id ?? HOME;
  }

  messages(state) {
    return state.messages[this.place] ?? [];
  }

  go(place) {
    if (place !== this.place) this.thread = null;
    this.place = place;
    this.view("chat");
    this.changed();
  }

  openThread(ts) {
    this.thread = ts;
    if (this.isTight()) this.showTraffic(false);
    this.view(ts ? "thread" : "chat");
    this.changed();
  }

  showTraffic(shown) {
    this.traffic = shown;
    document.body.classList.toggle("no-traffic", !shown);
    byId("traffic-toggle").setAttribute("aria-expanded", shown);
    if (shown && this.isTight()) {
      this.thread = null;
      this.changed();
    }
  }

  /** In a narrow window one pane is shown at a time. */
  view(name) {
    document.body.dataset.view = name;
    for (const button of document.querySelectorAll(".views button")) {
      const isCurrent = button.dataset.view === name || (name === "thread" && button.dataset.view === "chat");
      if (isCurrent) button.setAttribute("aria-current", "page");
      else button.removeAttribute("aria-current");
    }
  }
}
