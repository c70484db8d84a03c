// Short notices: what went wrong with an act, and new messages for those who listen.
import { el } from "./dom.js";

const SHOWN_MS = 9000;
const toasts = document.getElementById("toasts");
const news = document.getElementById("news");

/** Shows a sentence. Over a modal it stands in the modal, for all else is inert then. */
export function notify(sentence) {
  const modal = [...document.querySelectorAll("dialog[open] .modal-alert")].at(-1);
  if (modal) modal.textContent = sentence;
  else toast(sentence);
}

function toast(sentence) {
  const gone = () => {
    node.remove();
    if (!toasts.children.length) toasts.hidePopover();
  };
  const close = el("button", { type: "button", class: "button quiet", "aria-label": "Dismiss", text: "✕", on: { click: gone } });
  const node = el("div", { class: "toast" }, el("p", { text: sentence }), close);
  if (!toasts.matches(":popover-open")) toasts.showPopover();
  toasts.append(node);
  let clock = setTimeout(gone, SHOWN_MS);
  node.addEventListener("pointerenter", () => clearTimeout(clock));
  node.addEventListener("pointerleave", () => { clock = setTimeout(gone, SHOWN_MS); });
}

/** Says a sentence to screen readers once they have finished what they read. */
export function announce(sentence) {
  news.textContent = "";
  requestAnimationFrame(() => { news.textContent = sentence; });
}
