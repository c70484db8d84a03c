// Block Kit as nodes. What is not known here is shown as an error: the bot must be seen as it is.
import { el, languageOf } from "./dom.js";
import { ELEMENTS } from "./elements.js";
import { inputBlock } from "./inputs.js";
import { mrkdwn } from "./mrkdwn.js";
import { richText } from "./richtext.js";

/**
 * @typedef {object} Context where blocks are shown
 * @property {{locale, person, place, open}} names  what people and places are called
 * @property {object[]} places        the channels that the reader sees, for menus of them
 * @property {Function} press         (block, element, value) => Promise
 * @property {Function} [unknown]     (part, kind) => Node
 */

const BLOCKS = {
  section,
  actions,
  context: smallPrint,
  header: (block) => el("h4", { class: "block header", text: block.text.text }),
  divider: () => el("hr", { class: "block" }),
  image: picture,
  input: inputBlock,
  rich_text: richText,
};

/** All blocks of a message or a view, as {key, sig, build} for `keep`. */
export function blockItems(blocks, context) {
  return blocks.map((block, n) => ({
    key: block.block_id || `block-${n}`,
    sig: `${context.names.locale} ${JSON.stringify(block)}`,
    build: () => buildBlock(block, context),
  }));
}

/** One block. */
export function buildBlock(block, context) {
  const build = BLOCKS[block.type];
  const inside = { unknown, ...context };
  if (!build) return unknown(block, "block");
  try {
    return build(block, inside);
  } catch (reason) {
    return unknown(block, "block", String(reason)); // Slack would not have taken it
  }
}

/** A red box with what cannot be shown, word for word. */
export function unknown(part, kind, reason = "") {
  const title = `The sandbox page cannot show this ${kind}: ${part?.type ?? "without a type"}. ${reason}`;
  return el("div", { class: "unknown", role: "group", "aria-label": "Error" },
    el("strong", { text: title.trim() }),
    el("pre", { text: JSON.stringify(part, null, 2) }));
}

/** A text object, as nodes. */
export function textObject(text, names) {
  if (text.type === "mrkdwn") return mrkdwn(text.text, names);
  return [el("p", { class: "typed", text: text.text })];
}

function section(block, context) {
  const words = el("div", { class: "words", lang: block.text && languageOf(block.text.text) });
  if (block.text) words.append(...textObject(block.text, context.names));
  if (block.fields) words.append(fields(block.fields, context));
  const beside = block.accessory && element(block, block.accessory, context);
  return el("div", { class: "block section" }, words, beside && el("div", { class: "beside" }, beside));
}

function fields(texts, context) {
  return el("div", { class: "fields" },
    texts.map((text) => el("div", {}, textObject(text, context.names))));
}

function actions(block, context) {
  return el("div", { class: "block actions" },
    block.elements.map((part) => element(block, part, context)));
}

function element(block, part, context) {
  const build = ELEMENTS[part.type];
  return build ? build(part, { ...context, block }) : context.unknown(part, "element");
}

function smallPrint(block, context) {
  return el("div", { class: "block small" }, block.elements.map((part) => small(part, context)));
}

function small(part, context) {
  if (part.type === "image") return el("img", { src: part.image_url, alt: part.alt_text, class: "tiny" });
  if (part.type !== "mrkdwn" && part.type !== "plain_text") return context.unknown(part, "element");
  return el("div", { lang: languageOf(part.text) }, textObject(part, context.names));
}

function picture(block) {
  return el("figure", { class: "block" },
    el("img", { src: block.image_url, alt: block.alt_text }),
    block.title && el("figcaption", { text: block.title.text }));
}
