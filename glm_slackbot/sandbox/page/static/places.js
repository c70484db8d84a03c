// The left side: channels, the direct message, Home.
import { el, keep } from "./dom.js";
import { placeName } from "./names.js";

const HOME = "home";

/** `current`: a channel's id or "home"; `news`: the places with messages not yet seen. */
export function showPlaces(nav, state, { current, news, go }) {
  const of = (kinds) => state.channels.filter((place) => kinds.includes(place.kind));
  const entry = (id, words, isPrivate = false) => ({ id, words, isPrivate, isNew: news.has(id), isCurrent: id === current, go });
  keep(nav, [
    ...group("Channels", of(["public", "private"]).map((place) => entry(place.id, placeName(place, state.bot), place.kind === "private"))),
    ...group("GLM-Image", [
      entry(HOME, "Home"),
      ...of(["im"]).map((place) => entry(place.id, "Direct message")),
    ]),
  ]);
}

function group(title, entries) {
  const sig = JSON.stringify(entries);
  return [{ key: title, sig, build: () => el("section", {}, el("h2", { text: title }), el("ul", {}, entries.map(line))) }];
}

function line({ id, words, isPrivate, isNew, isCurrent, go }) {
  const dot = isNew ? el("span", { class: "dot", text: "new" }) : null;
  const props = { type: "button", "aria-current": isCurrent ? "page" : null, "data-focus": `place/${id}`, on: { click: () => go(id) } };
  return el("li", {}, el("button", props, el("span", {}, words, isPrivate ? el("small", { text: " private" }) : null), dot));
}
