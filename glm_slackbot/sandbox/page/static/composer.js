// Where people write: Enter sends, Shift+Enter breaks the line, Up brings back what was sent.
import { el, newId } from "./dom.js";

export class Composer {
  /** `send(text)` promises true when it was taken; `id` is the field's. */
  constructor(form, { id, label, send }) {
    this.send = send;
    this.drafts = new Map();
    this.sent = [];
    this.back = 0;
    const hint = newId("hint");
    this.field = el("textarea", { id, rows: "1", "aria-describedby": hint, "aria-label": label, "data-focus": id, spellcheck: "false" });
    const button = el("button", { class: "button primary", text: "Send" });
    form.append(el("div", { class: "composer-box" }, this.field, button),
      el("p", { id: hint, class: "hint", text: "Enter sends, Shift+Enter breaks the line, Up recalls" }));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.field.addEventListener("keydown", (event) => this.key(event));
    this.field.addEventListener("input", () => this.grow());
  }

  /** Another place has another draft. */
  go(place, placeholder) {
    this.field.placeholder = placeholder;
    if (place === this.place) return;
    if (this.place) this.drafts.set(this.place, this.field.value);
    this.place = place;
    this.write(this.drafts.get(place) ?? "");
  }

  write(words) {
    this.field.value = words;
    this.back = 0;
    this.grow();
  }

  /** Suggests words, ready to be sent. */
  suggest(words) {
    this.write(words);
    this.field.focus();
  }

  grow() {
    this.field.rows = Math.min(8, this.field.value.split("\n").length);
  }

  key(event) {
    if (event.isComposing) return; // Enter chooses a Chinese word then
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.submit();
    } else if (event.key === "ArrowUp" && (!this.field.value || this.back)) this.recall(event, 1);
    else if (event.key === "ArrowDown" && this.back) this.recall(event, -1);
  }

  recall(event, step) {
    const back = this.back + step;
    if (back > this.sent.length) return;
    event.preventDefault();
    this.write(back ? this.sent.at(-back) : "");
    this.back = Math.max(0, back);
  }

  async submit() {
    const words = this.field.value.trim();
    if (!words) return;
    const place = this.place;
    this.sent.push(words);
    this.write("");
    if (await this.send(words)) return;
    // Not taken: nothing typed is lost.
    if (place !== this.place) this.drafts.set(place, words);
    else if (!this.field.value) this.write(words);
  }
}
