// A list of messages that stays where its reader looks, and at its end while they look there.
import { el, keep } from "./dom.js";
import { buildMessage, isGrouped, keyOf } from "./message.js";

const NEAR_END = 48; // pixels

export class Timeline {
  /** `scroll`: the pane that scrolls. `empty()` gives what stands there without messages. */
  constructor(scroll, empty) {
    this.scroll = scroll;
    this.empty = empty;
    this.place = null;
    this.list = el("ol", { class: "timeline" });
    this.below = el("button", { type: "button", class: "button below", hidden: true, text: "New messages ↓", on: {
      click: () => this.toEnd(),
    } });
    this.nothing = el("div", { class: "empty" });
    scroll.append(this.nothing, this.list, this.below);
    // Whatever grows or shrinks (an image, the window): the end stays in sight if it was.
    new ResizeObserver(() => { if (this.stays) this.toEnd(); }).observe(this.list);
    new ResizeObserver(() => { if (this.stays) this.toEnd(); }).observe(scroll);
    scroll.addEventListener("scroll", () => this.look());
    this.stays = false;
    this.top = 0;
  }

  /** `optionsOf(message)`: what `buildMessage` wants; `key` changes with the place shown. */
  show(key, messages, context, optionsOf) {
    const moved = key !== this.place;
    const grew = messages.length > this.list.children.length;
    this.place = key;
    keep(this.list, messages.map((message, n) => this.item(message, messages[n - 1], context, optionsOf(message))));
    this.list.hidden = !messages.length;
    this.nothing.hidden = false;
    keep(this.nothing, messages.length ? [] : [{ key: `empty ${key}`, sig: "", build: this.empty }]);
    if (moved || this.stays) this.toEnd();
    else if (grew) this.below.hidden = false;
  }

  item(message, before, context, options) {
    const grouped = isGrouped(message, before);
    const sig = JSON.stringify([message, grouped, options.isNew, context.sig]);
    const build = () => buildMessage(message, context.of(message), { ...options, grouped });
    return { key: keyOf(message), sig, build };
  }

  /** Something else is shown in its pane, from its start. */
  leave() {
    if (this.place === null) return;
    this.place = null;
    this.stays = false;
    this.list.hidden = this.nothing.hidden = this.below.hidden = true;
    this.scroll.scrollTop = 0;
  }

  look() {
    if (this.place === null) return;
    // What grew in the meantime is no reason to leave the end; that somebody went up is.
    const wentUp = this.scroll.scrollTop < this.top;
    this.top = this.scroll.scrollTop;
    this.stays = this.isAtEnd() || (this.stays && !wentUp);
    if (this.stays) this.below.hidden = true;
  }

  isAtEnd() {
    return this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight < NEAR_END;
  }

  toEnd() {
    this.scroll.scrollTop = this.scroll.scrollHeight;
    this.top = this.scroll.scrollTop;
    this.stays = true;
    this.below.hidden = true;
  }

  /** Brings one message into view and says which it is. */
  point(key) {
    const node = [...this.list.children].find((one) => one.dataset.key === key);
    if (!node) return;
    this.stays = false;
    node.scrollIntoView({ block: "center" });
    node.tabIndex = -1;
    node.focus();
  }
}
