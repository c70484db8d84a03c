// The question before an act that says it wants one.
import { el, languageOf, newId } from "./dom.js";

/** Shows a confirm object; true once it was confirmed. The focus returns to where it was. */
export function confirmed(asked) {
  const { promise, resolve } = Promise.withResolvers();
  const [title, words] = [newId("title"), newId("words")];
  const lang = languageOf(asked.text.text);
  const about = { class: "modal confirm", role: "alertdialog", lang, "aria-labelledby": title, "aria-describedby": words };
  const yes = asked.style === "danger" ? "button danger" : "button primary";
  const node = el("dialog", about,
    el("h2", { id: title, text: asked.title.text }),
    el("p", { id: words, text: asked.text.text }),
    el("div", { class: "modal-foot" },
      el("button", { class: "button", type: "button", autofocus: true, text: asked.deny.text, on: { click: () => node.close() } }),
      el("button", { class: yes, type: "button", text: asked.confirm.text, on: { click: () => node.close("yes") } })));
  node.addEventListener("close", () => {
    resolve(node.returnValue === "yes");
    node.remove();
  });
  document.body.append(node);
  node.showModal();
  return promise;
}
