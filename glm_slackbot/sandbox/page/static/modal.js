// Modals: one <dialog> for each open view, the newest on top.
import { blockItems } from "./blocks.js";
import { el, findFocus, focusKey, keep, languageOf, newId } from "./dom.js";
import { notify } from "./notice.js";

/** `acts`: submit(view, values) => answer, close(view). */
export class Modals {
  constructor(acts) {
    this.acts = acts;
    this.open = new Map();
  }

  /** Make what is open the same as `views`; `contextOf(view)` is for their blocks. */
  show(views, contextOf) {
    const wanted = new Set(views.map((view) => view.id));
    for (const [id, modal] of [...this.open].reverse()) if (!wanted.has(id)) this.remove(id, modal);
    for (const view of views) {
      if (!this.open.has(view.id)) this.open.set(view.id, new Modal(view, this.acts));
      this.open.get(view.id).update(view, contextOf(view));
    }
  }

  remove(id, modal) {
    modal.leave();
    this.open.delete(id);
  }
}

class Modal {
  constructor(view, acts) {
    this.view = view;
    this.acts = acts;
    this.cameFrom = document.activeElement;
    this.cameFromKey = focusKey(this.cameFrom);
    this.build();
    document.body.append(this.node);
  }

  build() {
    const close = () => this.close();
    const title = newId("title");
    this.title = el("h2", { id: title });
    this.body = el("div", { class: "modal-body", "aria-live": "polite" });
    this.alert = el("p", { class: "modal-alert", role: "alert" });
    this.foot = el("div", { class: "modal-foot" });
    this.cross = el("button", { type: "button", class: "button quiet", text: "✕", on: { click: close } });
    const form = el("form", { novalidate: true, autocomplete: "off" },
      el("div", { class: "modal-head" }, this.title, this.cross),
      this.body, this.alert, this.foot);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.node = el("dialog", { class: "modal", "aria-labelledby": title }, form);
    this.node.addEventListener("cancel", (event) => {
      event.preventDefault();
      close();
    });
  }

  update(view, context) {
    this.view = view;
    this.title.textContent = view.title.text;
    this.node.lang = languageOf(view.title.text);
    keep(this.body, blockItems(view.blocks, context));
    keep(this.foot, this.buttons(view, context.names.words));
    this.cross.ariaLabel = context.names.words.closeWindow;
    if (!this.node.open) this.node.showModal();
    if (!this.node.contains(document.activeElement) || document.activeElement === this.node) this.focusFirst();
    else if (!this.hadFocus) this.focusFirst();
    this.hadFocus = true;
  }

  buttons(view, slackWords) {
    const words = view.close?.text ?? slackWords.cancel;
    const close = { key: "close", sig: words, build: () =>
      el("button", { type: "button", class: "button", "data-focus": "close", text: words, on: { click: () => this.close() } }) };
    const submit = view.submit && { key: "submit", sig: view.submit.text, build: () =>
      el("button", { class: "button primary", "data-focus": "submit", text: view.submit.text }) };
    return submit ? [close, submit] : [close];
  }

  focusFirst() {
    const wanted = this.body.querySelector("[data-wants-focus=yes]")
      ?? this.body.querySelector("input:checked, input:not([type=radio]), input, select, textarea, button")
      ?? this.foot.querySelector("button");
    wanted.focus();
  }

  fields() {
    return [...this.body.children].filter((node) => node.readField);
  }

  async submit() {
    if (this.node.ariaBusy === "true") return;
    this.alert.textContent = "";
    const answers = this.fields().map((node) => node.readField());
    this.node.ariaBusy = "true";
    try {
      const answer = await this.acts.submit(this.view, stateValues(answers));
      this.showMistakes(answer?.errors ?? {});
    } finally {
      this.node.ariaBusy = "false";
    }
  }

  /** Under each field its mistake, or none. The first one gets the focus. */
  showMistakes(mistakes) {
    const fields = this.fields();
    const nameOf = (node) => node.readField().block.block_id;
    for (const node of fields) node.showMistake(mistakes[nameOf(node)] ?? "");
    fields.find((node) => mistakes[nameOf(node)])?.focusField();
    const known = new Set(fields.map(nameOf));
    for (const [name, words] of Object.entries(mistakes)) if (!known.has(name)) notify(`${name}: ${words}`);
  }

  close() {
    this.acts.close(this.view);
  }

  leave() {
    this.node.close();
    this.node.remove();
    const back = this.cameFrom?.isConnected ? this.cameFrom : this.cameFromKey && findFocus(document.body, this.cameFromKey);
    back?.focus?.();
  }
}

function stateValues(answers) {
  const values = {};
  for (const { block, value } of answers) {
    values[block.block_id] = { ...values[block.block_id], [block.element.action_id]: value };
  }
  return values;
}
