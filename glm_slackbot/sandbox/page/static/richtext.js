// Rich text: what was typed, shown literally, with the looks it carries.
import { el } from "./dom.js";
import { emoji } from "./emoji.js";
import { link, mention, moment, placeLink } from "./mrkdwn.js";

const STYLES = { bold: "strong", italic: "em", strike: "s", code: "code" };

const CONTAINERS = {
  rich_text_section: (part, context) => el("p", { class: "typed" }, leaves(part, context)),
  rich_text_quote: (part, context) => el("blockquote", { class: "typed" }, leaves(part, context)),
  rich_text_preformatted: (part, context) => el("pre", {}, leaves(part, context)),
  rich_text_list: (part, context) =>
    el(part.style === "ordered" ? "ol" : "ul", {},
      part.elements.map((line) => el("li", { class: "typed" }, leaves(line, context)))),
};

const LEAVES = {
  text: (leaf) => leaf.text,
  link: (leaf, { names }) => link(leaf.url, leaf.text, names),
  user: (leaf, { names }) => mention(`@${names.person(leaf.user_id) || leaf.user_id}`),
  channel: (leaf, { names }) => placeLink(leaf.channel_id, "", names),
  broadcast: (leaf) => mention(`@${leaf.range}`),
  emoji: (leaf) => (leaf.unicode ? fromUnicode(leaf.unicode) : emoji(leaf.name)),
  date: (leaf, { names }) => moment(`!date^${leaf.timestamp}^${leaf.format}`, leaf.fallback ?? "", names.locale),
};

/** A rich_text block. */
export function richText(block, context) {
  return el("div", { class: "block rich" }, block.elements.map((part) => container(part, context)));
}

function container(part, context) {
  const build = CONTAINERS[part.type];
  return build ? build(part, context) : context.unknown(part, "rich text element");
}

function leaves(part, context) {
  return part.elements.map((leaf) => styled(leaf, context));
}

function styled(leaf, context) {
  const build = LEAVES[leaf.type];
  if (!build) return context.unknown(leaf, "rich text element");
  const looks = Object.keys(leaf.style ?? {}).filter((name) => leaf.style[name] && STYLES[name]);
  return looks.reduce((inside, name) => el(STYLES[name], {}, inside), build(leaf, context));
}

function fromUnicode(points) {
  return String.fromCodePoint(...points.split("-").map((point) => parseInt(point, 16)));
}
