// The page: what is looked at, and how the state comes into view.
import { Composer } from "./composer.js";
import { showControls, wireControls } from "./controls.js";
import { Home } from "./home.js";
import { Known } from "./known.js";
import { FIRST_PERSON, HOME, Look } from "./look.js";
import { keyOf } from "./message.js";
import { Modals } from "./modal.js";
import { namesFor, placeName } from "./names.js";
import { News } from "./news.js";
import { notify } from "./notice.js";
import { ideasFor, showEmpty, showEmptyThread } from "./empty.js";
import { showPlaces } from "./places.js";
import { post, Stream } from "./stream.js";
import { Timeline } from "./timeline.js";
import { Traffic } from "./traffic.js";

const byId = (id) => document.getElementById(id);
const look = new Look(() => state && render());
const news = new News();
const known = new Known();
let state = null;
let isStarted = false;

async function act(what) {
  try {
    return await post({ user: look.me, ...what });
  } catch (reason) {
    notify(reason.message);
    if (state) render(); // a menu goes back to what holds
    return null;
  }
}

const composer = new Composer(byId("write-form"), {
  id: "write", label: "Message", send: (text) => {
    timeline.toEnd(); // who sends wants to see what comes of it
    return act({ do: "say", channel: look.place, text });
  },
});
const threadComposer = new Composer(byId("thread-form"), {
  id: "write-thread", label: "Reply", send: (text) => {
    threadTimeline.toEnd();
    return act({ do: "say", channel: look.place, thread_ts: look.thread, text });
  },
});
const timeline = new Timeline(byId("scroll"), () => showEmpty(ideasNow(), (words) => composer.suggest(words)));
const threadTimeline = new Timeline(byId("thread-scroll"), showEmptyThread);
const home = new Home(byId("scroll"));
const traffic = new Traffic(byId("traffic-scroll"), byId("traffic-filter"), byId("traffic-clear"));
const modals = new Modals({
  submit: (view, values) => act({ do: "submit", view: view.id, values }),
  close: (view) => act({ do: "close", view: view.id }),
});
const stream = new Stream(() => look.me, {
  connected: showConnected,
  traffic: (entry) => traffic.add(entry),
  state: (told) => {
    state = known.take(told);
    look.settle(state);
    render();
    focusAtStart();
  },
});

function placeNow() {
  return state.channels.find((place) => place.id === look.place);
}

function ideasNow() {
  return ideasFor(placeNow(), namesFor(state).locale);
}

function contextFor(shownAt) {
  const names = namesFor(state, open);
  const press = (block, element, value) =>
    act({ do: "press", ...shownAt, action_id: element.action_id, block_id: block.block_id, value });
  const sig = JSON.stringify([state.me, state.people, state.channels]);
  return { names, places: state.channels, press, sig };
}

const ofMessage = (message) => contextFor({ message: { channel: message.channel, ts: message.ts } });
const ofView = (view) => contextFor({ view: view.id });

function render() {
  const before = document.activeElement;
  news.take(state, look);
  showControls(state);
  showPlaces(byId("places"), state, { current: look.place, news: news.places, go });
  showPlace();
  showThread();
  modals.show(state.modals, ofView);
  if (before !== document.body && document.activeElement === document.body) byId("write").focus();
}

function showPlace() {
  const place = placeNow();
  const isHome = look.place === HOME;
  byId("place-name").textContent = isHome ? "GLM-Image: Home" : placeName(place, state.bot);
  byId("invite").hidden = isHome || place.kind === "im" || place.bot_is_member;
  byId("write-form").hidden = byId("reload").hidden = isHome;
  if (!isHome) showMessages(place);
  else {
    timeline.leave();
    home.show(state.home, state.bot.running, ofView(state.home ?? {}));
  }
}

function showMessages(place) {
  home.hide();
  composer.go(`${look.me}/${place.id}`, ideasNow()[0]);
  const roots = look.messages(state).filter((one) => !one.thread_ts || one.thread_ts === one.ts);
  timeline.show(`${look.me}/${place.id}`, roots, ofMessages(), (message) => ({
    openThread, isNew: news.threads.has(message.ts),
  }));
}

/** One context for all messages of a list: each tells its own place and ts when pressed. */
function ofMessages() {
  return { ...contextFor({}), of: ofMessage };
}

function showThread() {
  const pane = byId("thread");
  const root = look.thread && look.messages(state).find((one) => one.ts === look.thread);
  pane.hidden = !root;
  if (!root) return;
  byId("thread-name").textContent = `Thread in ${placeName(placeNow(), state.bot)}`;
  threadComposer.go(`${look.me}/${look.thread}`, "@GLM-Image …");
  const shown = look.messages(state).filter((one) => one === root || one.thread_ts === root.ts);
  threadTimeline.show(`${look.me}/${look.thread}`, shown, ofMessages(), () => ({}));
}

function go(place) {
  look.go(place);
  if (place === HOME) act({ do: "home" });
  else focusField();
}

/** Where there is a keyboard: on a phone it would come up over half of the page. */
function focusField() {
  if (matchMedia("(pointer: fine)").matches) composer.field.focus();
}

function focusAtStart() {
  if (!isStarted && document.activeElement === document.body) focusField();
  isStarted = true;
}

function openThread(message) {
  look.openThread(message.ts);
  threadComposer.field.focus();
}

function closeThread() {
  const from = look.thread;
  look.openThread(null);
  document.querySelector(`[data-focus="thread/${from}"]`)?.focus();
}

/** Follows a link into this workspace. */
function open(place, ts) {
  if (!state.channels.some((one) => one.id === place)) {
    notify("You do not see that place.");
    return;
  }
  look.go(place);
  const message = look.messages(state).find((one) => one.ts === ts);
  if (!message) return;
  const isReply = message.thread_ts && message.thread_ts !== ts;
  if (isReply) look.openThread(message.thread_ts);
  (isReply ? threadTimeline : timeline).point(keyOf(message));
}

function showConnected(isConnected) {
  if (!isConnected && !state) look.become(FIRST_PERSON); // the address named somebody who is not here
  const line = byId("lost");
  line.hidden = isConnected;
  line.textContent = isConnected ? "" : "The connection to the sandbox is lost. Is its command still running in the terminal? This page tries again by itself.";
}

wireControls({
  act,
  person: (id) => {
    look.become(id);
    composer.go(`${look.me}/${look.place}`, composer.field.placeholder); // what is typed now is theirs
    news.forget();
    stream.follow();
    if (look.place === HOME) act({ do: "home" });
  },
});
byId("reload").addEventListener("click", () => act({ do: "reload" }));
byId("invite").querySelector("button").addEventListener("click", () => act({ do: "invite", channel: look.place }));
byId("thread-close").addEventListener("click", closeThread);
byId("thread").addEventListener("keydown", (event) => { if (event.key === "Escape") closeThread(); });
look.wire();
stream.follow();
