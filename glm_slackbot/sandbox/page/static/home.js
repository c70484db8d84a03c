// The Home tab, as the bot published it for this person.
import { blockItems } from "./blocks.js";
import { el, keep } from "./dom.js";

export class Home {
  constructor(scroll) {
    this.node = el("div", { class: "home blocks", hidden: true });
    scroll.append(this.node);
  }

  hide() {
    this.node.hidden = true;
  }

  show(home, isRunning, context) {
    this.node.hidden = false;
    keep(this.node, home ? blockItems(home.blocks, context) : [empty(isRunning)]);
  }
}

function empty(isRunning) {
  const words = isRunning
    ? "The bot has not published this tab yet. One moment."
    : "The bot has not published this tab, for it is not running. Press Start, then open Home again.";
  return { key: "empty", sig: words, build: () => el("p", { class: "empty", text: words }) };
}
