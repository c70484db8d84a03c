// One message: who, when, images, blocks, and the way into its thread.
import { blockItems } from "./blocks.js";
import { el, keep, languageOf } from "./dom.js";
import { mrkdwn } from "./mrkdwn.js";

const GROUPED_SECONDS = 300;
const SLACKBOT = "USLACKBOT"; // speaks for Slack itself, not for the bot

/** A message's key: private cards may share a ts with what everybody sees. */
export function keyOf(message) {
  return `${message.channel}/${message.ts}/${message.only_for ?? ""}`;
}

/** Whether it stands under the same name as the one before. */
export function isGrouped(message, before) {
  return Boolean(before) && before.user === message.user && before.only_for === message.only_for
    && Number(message.ts) - Number(before.ts) < GROUPED_SECONDS;
}

/** `options`: grouped, isNew, openThread (none where threads cannot begin). */
export function buildMessage(message, context, options) {
  const kinds = ["message", message.is_bot && "from-bot", message.only_for && "private", options.grouped && "grouped"];
  return el("li", { class: kinds.filter(Boolean).join(" ") },
    el("div", { class: "avatar", "aria-hidden": "true", "data-tone": tone(message), text: initials(message) }),
    el("div", { class: "message-body" },
      head(message, context, options),
      files(message.files, context),
      words(message, context),
      foot(message, context, options)));
}

function head(message, { names }, { grouped }) {
  const app = isApp(message) ? el("span", { class: "badge", text: "APP" }) : null;
  const secret = message.only_for ? el("span", { class: "secret", lang: names.locale, text: names.words.onlyYou }) : null;
  const name = names.person(message.user) || message.name;
  return el("div", { class: "message-head" },
    el("h3", { class: grouped ? "unseen" : "" }, name), grouped ? null : app,
    timeOf(message.ts, names.locale, grouped && !secret), secret);
}

function timeOf(ts, locale, grouped) {
  const at = new Date(Number(ts) * 1000);
  const words = new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit" }).format(at);
  return el("time", { datetime: at.toISOString(), class: grouped ? "unseen" : "", title: at.toLocaleString(locale), text: words });
}

function words(message, context) {
  if (!message.blocks?.length) return plainWords(message, context);
  const node = el("div", { class: "blocks" });
  keep(node, blockItems(message.blocks, context));
  if (message.edited) node.append(edited(context));
  return node;
}

function plainWords(message, { names }) {
  if (!message.text) return null;
  return el("div", { class: "words", lang: languageOf(message.text) }, mrkdwn(message.text, names),
    message.edited ? edited({ names }) : null);
}

function edited({ names }) {
  return el("span", { class: "edited", lang: names.locale, text: names.words.edited });
}

function files(shared = [], context) {
  if (!shared.length) return null;
  return el("div", { class: shared.length > 1 ? "files several" : "files" }, shared.map((one) => file(one, context)));
}

function file(shared, { names }) {
  const title = shared.title || shared.name;
  const props = { class: "file", href: `/files/${shared.id}`, target: "_blank", rel: "noopener" };
  if (!(shared.mimetype ?? "image/").startsWith("image/")) return el("a", { ...props, text: `${shared.name} (${shared.mimetype})` });
  const size = shared.width ? `${shared.width} × ${shared.height}` : "";
  return el("figure", {},
    el("figcaption", {}, el("span", { class: "file-title", text: title, lang: languageOf(title) }), " ", el("span", { class: "file-size", text: size })),
    el("a", props, el("img", { src: `/files/${shared.id}`, alt: `${title} (${names.words.fullSize})`, width: shared.width, height: shared.height })));
}

function foot(message, { names }, { openThread, isNew }) {
  if (!openThread || message.only_for) return null;
  const count = message.reply_count;
  const fresh = isNew ? el("span", { class: "dot", text: "new" }) : null;
  const words = count ? names.words.replies(count) : names.words.reply;
  const button = { type: "button", class: count ? "replies" : "replies none", lang: names.locale, "data-focus": `thread/${message.ts}` };
  return el("div", { class: "message-foot" }, el("button", { ...button, on: { click: () => openThread(message) } }, words), fresh);
}

function isApp(message) {
  return message.is_bot && message.user !== SLACKBOT;
}

function initials(message) {
  return isApp(message) ? "" : (message.name || "?").slice(0, 1).toUpperCase();
}

function tone(message) {
  if (isApp(message)) return "bot";
  return String([...message.user].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % 5);
}
