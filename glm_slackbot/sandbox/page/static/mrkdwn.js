// Slack's mrkdwn as nodes: always nodes, never markup, so nothing that was typed can act.
import { el } from "./dom.js";
import { emoji } from "./emoji.js";

const MARKS = new RegExp(
  [
    "`(?<code>[^`\\n]+)`",
    "<(?<wrapped>[^<>\\n]+)>",
    "(?<![\\w:]):(?<emoji>[a-z0-9_+-]+):(?![\\w:])",
    "(?<![\\w*])\\*(?<bold>[^\\s*](?:[^*\\n]*[^\\s*])?)\\*(?![\\w*])",
    "(?<![\\w_])_(?<italic>[^\\s_](?:[^_\\n]*[^\\s_])?)_(?![\\w_])",
    "(?<![\\w~])~(?<strike>[^\\s~](?:[^~\\n]*[^\\s~])?)~(?![\\w~])",
  ].join("|"),
  "gu",
);
const TAGS = { bold: "strong", italic: "em", strike: "s" };

/** Slack's three entities undone, the ampersand last. */
export function unescaped(words) {
  return words.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** Paragraphs, lists, quotes and code blocks. `names` tells what people and places are called. */
export function mrkdwn(words, names) {
  return words
    .split(/```([\s\S]*?)```/)
    .flatMap((part, n) => (n % 2 ? [preformatted(part)] : paragraphs(part, names)));
}

function preformatted(words) {
  return el("pre", {}, el("code", { text: unescaped(words.replace(/^\n|\n$/g, "")) }));
}

function paragraphs(words, names) {
  const runs = [];
  for (const line of words.replace(/^\n|\n$/g, "").split("\n")) {
    const kind = kindOf(line);
    if (runs.at(-1)?.kind === kind) runs.at(-1).lines.push(line);
    else runs.push({ kind, lines: [line] });
  }
  return runs.filter((run) => run.lines.some((line) => line.trim())).map((run) => block(run, names));
}

function kindOf(line) {
  if (/^(&gt;|>)/.test(line)) return "quote";
  return /^[•‣] ?/.test(line) ? "list" : "text";
}

function block({ kind, lines }, names) {
  if (kind === "list") return el("ul", {}, lines.map((line) => item(line, names)));
  if (kind === "quote") {
    const bare = lines.map((line) => line.replace(/^(&gt;|>) ?/, ""));
    return el("blockquote", {}, broken(bare, names));
  }
  return el("p", {}, broken(lines, names));
}

function item(line, names) {
  return el("li", {}, inline(line.replace(/^[•‣] ?/, ""), names));
}

function broken(lines, names) {
  return lines.flatMap((line, n) => (n ? [el("br"), ...inline(line, names)] : inline(line, names)));
}

/** One line's words with their looks. */
export function inline(words, names) {
  const nodes = [];
  let end = 0;
  for (const mark of words.matchAll(MARKS)) {
    if (mark.index > end) nodes.push(unescaped(words.slice(end, mark.index)));
    nodes.push(marked(mark.groups, names));
    end = mark.index + mark[0].length;
  }
  if (end < words.length) nodes.push(unescaped(words.slice(end)));
  return nodes;
}

function marked(groups, names) {
  if (groups.code !== undefined) return el("code", { text: unescaped(groups.code) });
  if (groups.wrapped !== undefined) return unwrapped(groups.wrapped, names);
  if (groups.emoji !== undefined) return emoji(groups.emoji);
  const kind = Object.keys(TAGS).find((name) => groups[name] !== undefined);
  return el(TAGS[kind], {}, inline(groups[kind], names));
}

function unwrapped(inside, names) {
  const [target, ...rest] = inside.split("|");
  const label = unescaped(rest.join("|"));
  if (target.startsWith("@")) return mention(`@${names.person(target.slice(1)) || label || target.slice(1)}`);
  if (target.startsWith("#")) return placeLink(target.slice(1), label, names);
  if (target.startsWith("!date^")) return moment(target, label, names.locale);
  if (target.startsWith("!")) return mention(label || `@${target.slice(1).split("^")[0]}`);
  return link(unescaped(target), label, names);
}

export function mention(words) {
  return el("span", { class: "mention", text: words });
}

/** A place by its name; who does not see it reads that it is a private one, as in Slack. */
export function placeLink(id, label, names) {
  return mention(names.place(id) || (label ? `#${label}` : names.words.privatePlace));
}

/** A link; one into this workspace shows its place on this page. */
export function link(address, label, names) {
  const inside = placeIn(address);
  if (inside && names.open) {
    return el("a", { href: "#messages", text: label || address, on: { click: (event) => {
      event.preventDefault();
      names.open(inside.place, inside.ts);
    } } });
  }
  if (!/^(https?:|mailto:)/i.test(address)) return el("span", { text: label || address });
  return el("a", { href: address, target: "_blank", rel: "noreferrer noopener", text: label || address });
}

function placeIn(address) {
  const found = /^https:\/\/[^/]*slack\.com\/(?:archives\/(\w+)(?:\/p(\d+)(\d{6}))?|app_redirect\?.*channel=(\w+))/.exec(address);
  if (!found) return null;
  return { place: found[1] || found[4], ts: found[2] ? `${found[2]}.${found[3]}` : null };
}

const DATES = {
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date: { year: "numeric", month: "long", day: "numeric" },
  date_short: { year: "numeric", month: "short", day: "numeric" },
  date_long: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
  time: { hour: "numeric", minute: "2-digit" },
  time_secs: { hour: "numeric", minute: "2-digit", second: "2-digit" },
};
const DAY = 86_400_000;

/** `!date^1700000000^{date_short_pretty} {time}` in the reader's language and time zone. */
export function moment(target, fallback, locale) {
  const [, seconds, form = "", address = ""] = target.split("^");
  const at = new Date(Number(seconds) * 1000);
  if (Number.isNaN(at.getTime())) return el("span", { text: fallback });
  const words = form.replace(/\{(\w+)\}/g, (whole, token) => dateWords(token, at, locale) ?? whole);
  const shown = address ? link(unescaped(address), words, {}) : words;
  return el("time", { datetime: at.toISOString(), title: fallback }, shown);
}

function dateWords(token, at, locale) {
  const pretty = token.endsWith("_pretty") ? nearDay(at, locale) : null;
  const looks = DATES[token.replace("_pretty", "")];
  return pretty ?? (looks && new Intl.DateTimeFormat(locale, looks).format(at));
}

function nearDay(at, locale) {
  const days = Math.round((new Date(at).setHours(12) - new Date().setHours(12)) / DAY);
  if (Math.abs(days) > 1) return null;
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(days, "day");
}
