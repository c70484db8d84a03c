// What people, places and the bot are called by the person who looks.

import { slackWords } from "./slackwords.js";

/** `open(place, ts)` is called by links into this workspace. */
export function namesFor(state, open) {
  const me = state.people.find((person) => person.id === state.me);
  const people = new Map(state.people.map((person) => [person.id, person.name]));
  people.set(state.bot.id, state.bot.name);
  people.set("USLACKBOT", "Slackbot");
  const places = new Map(state.channels.map((place) => [place.id, placeName(place, state.bot)]));
  return {
    locale: me?.locale ?? "en-US",
    words: slackWords(me?.locale),
    person: (id) => people.get(id),
    place: (id) => places.get(id),
    open,
  };
}

export function placeName(place, bot) {
  if (place.kind === "im") return bot.name;
  return `#${place.name}`;
}

/** "lin (member, 中文)" */
export function describePerson({ name, role, locale }) {
  const reads = locale.startsWith("zh") ? ", 中文" : "";
  return `${name} (${role}${reads})`;
}
