// Where nothing is yet: what to do.
import { el, languageOf } from "./dom.js";

const IDEAS = {
  en: {
    channel: ["/imagine a fox in the snow", "/imagine a cyberpunk city --ar 16:9", "@GLM-Image a lighthouse at dusk", "/imagine"],
    im: ["a fox in the snow", "a cyberpunk city --ar 16:9", "hello"],
  },
  zh: {
    channel: ["/imagine 雪地里的狐狸", "/imagine 赛博朋克城市 --ar 16:9", "@GLM-Image 黄昏的灯塔", "/imagine"],
    im: ["雪地里的狐狸", "赛博朋克城市 --ar 16:9", "你好"],
  },
};

/** What a reader of this language might write in such a place, the best first. */
export function ideasFor(place, locale) {
  const ideas = IDEAS[locale.startsWith("zh") ? "zh" : "en"];
  return place.kind === "im" ? ideas.im : ideas.channel;
}

/** For a channel or the direct message; an idea that is pressed is written into the field. */
export function showEmpty(ideas, suggest) {
  const button = (words) =>
    el("li", {}, el("button", { class: "button idea", type: "button", text: words, lang: languageOf(words), on: { click: () => suggest(words) } }));
  return el("div", {},
    el("p", { class: "empty-title", text: "Nothing here yet" }),
    el("p", { text: "Write below, or press one of these and then Enter." }),
    el("ul", { class: "ideas" }, ideas.map(button)));
}

export function showEmptyThread() {
  return el("p", { text: "Nothing here." });
}
