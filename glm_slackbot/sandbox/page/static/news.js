// Which messages are new: told to screen readers, and shown as a dot where nobody looks.
import { keyOf } from "./message.js";
import { namesFor, placeName } from "./names.js";
import { announce } from "./notice.js";

const MOST_WORDS = 300; // letters

export class News {
  constructor() {
    this.forget();
  }

  /** Somebody else looks: what is there already is not new to them. */
  forget() {
    this.known = null;
    this.places = new Set();
    this.threads = new Set();
  }

  take(state, look) {
    const all = Object.values(state.messages).flat();
    const fresh = this.known ? all.filter((one) => !this.known.has(keyOf(one)) && one.user !== state.me) : [];
    this.known = new Set(all.map(keyOf));
    for (const message of fresh) this.note(message, look);
    this.places.delete(look.place);
    this.threads.delete(look.thread);
    if (fresh.length) announce(fresh.map((message) => spoken(message, state, look)).join(" "));
  }

  note(message, look) {
    if (message.channel !== look.place) this.places.add(message.channel);
    if (message.thread_ts && message.thread_ts !== message.ts) this.threads.add(message.thread_ts);
  }
}

function spoken(message, state, look) {
  const names = namesFor(state);
  const place = state.channels.find((one) => one.id === message.channel);
  const where = message.channel === look.place ? "" : ` in ${place ? placeName(place, state.bot) : "another place"}`;
  const thread = message.thread_ts && message.thread_ts !== message.ts ? " in a thread" : "";
  const secret = message.only_for ? ", only visible to you" : "";
  const images = pictured(message.files ?? []);
  return `${names.person(message.user) || message.name}${where}${thread}${secret}: ${images}${plain(message.text, names)}`;
}

/** "Image: a fox. ", "3 images: a fox. " */
function pictured(files) {
  if (!files.length) return "";
  const titles = [...new Set(files.map((file) => file.title || file.name))].join("; ");
  return `${files.length === 1 ? "Image" : `${files.length} images`}: ${titles}. `;
}

function plain(words, names) {
  const readable = words
    .replace(/<@(\w+)>/g, (_, id) => `@${names.person(id) || id}`)
    .replace(/<#(\w+)[^>]*>/g, (_, id) => names.place(id) || "a channel")
    .replace(/<[^|>]+\|([^>]*)>/g, "$1")
    .replace(/[*_`~]/g, "")
    .replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
  return readable.slice(0, MOST_WORDS);
}
