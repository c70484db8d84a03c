// The menu under an overflow button: arrows move, Enter chooses, Esc closes.
import { el, languageOf } from "./dom.js";

/** Opens below `button`; gives the chosen option's value, or null. */
export function openMenu(button, options) {
  const { promise, resolve } = Promise.withResolvers();
  let chosen = null;
  const entries = options.map((option) =>
    el("button", { type: "button", role: "menuitem", tabindex: "-1", lang: languageOf(option.text.text), text: option.text.text, on: {
      click: () => { chosen = option.value; node.hidePopover(); },
    } }));
  const node = el("div", { class: "menu", role: "menu", popover: "auto" }, entries);
  node.addEventListener("keydown", (event) => move(event, node, entries));
  node.addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    node.remove();
    button.focus();
    resolve(chosen);
  });
  button.after(node); // beside its button, so that it also works within a modal
  node.showPopover();
  place(node, button);
  entries[0].focus();
  return promise;
}

function place(node, button) {
  const at = button.getBoundingClientRect();
  node.style.left = `${Math.min(at.left, window.innerWidth - node.offsetWidth - 8)}px`;
  const below = at.bottom + 4 + node.offsetHeight < window.innerHeight;
  node.style.top = `${below ? at.bottom + 4 : at.top - node.offsetHeight - 4}px`;
}

function move(event, node, entries) {
  const now = entries.indexOf(document.activeElement);
  const next = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: -1 }[event.key];
  if (next !== undefined) {
    event.preventDefault();
    entries.at(next % entries.length).focus();
  } else if (event.key === "Tab") {
    event.preventDefault();
    node.hidePopover();
  }
}
