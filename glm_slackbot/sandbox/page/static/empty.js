// Where nothing is yet: what to do.
import { el } from "./dom.js";

const IDEAS = {
  channel: ["/imagine a fox in the snow", "/imagine a cyberpunk city --ar 16:9", "@GLM-Image a lighthouse at dusk", "/imagine"],
  im: ["a fox in the snow", "a cyberpunk city --ar 16:9", "hello"],
};

/** For a channel or the direct message; an idea that is pressed is written into the field. */
export function showEmpty(place, suggest) {
  const ideas = place.kind === "im" ? IDEAS.im : IDEAS.channel;
  const button = (words) =>
    el("li", {}, el("button", { class: "button idea", type: "button", text: words, on: { click: () => suggest(words) } }));
  return el("div", {},
    el("p", { class: "empty-title", text: "Nothing here yet" }),
    el("p", { text: `Write ${ideas[0]}, or press one of these and then Enter.` }),
    el("ul", { class: "ideas" }, ideas.map(button)));
}

export function showEmptyThread() {
  return el("p", { text: "Nothing here." });
}
