// What can be pressed or chosen outside of a form; each choice is told to the bot at once.
import { confirmed } from "./confirm.js";
import { el, languageOf, newId } from "./dom.js";
import { openMenu } from "./menu.js";

export const ELEMENTS = {
  button,
  overflow,
  image: (part) => el("img", { src: part.image_url, alt: part.alt_text, class: "beside-image" }),
  static_select: menu,
  multi_static_select: ticks,
  conversations_select: (part, context) => menu(ofPlaces(part, context), context),
  multi_conversations_select: (part, context) => ticks(ofPlaces(part, context), context),
  checkboxes: ticks,
  radio_buttons: radios,
};

/** The name by which the focus finds a control again after its message was built anew. */
export function focusName(part, context) {
  return `${context.block.block_id ?? ""}/${part.action_id ?? ""}`;
}

/** A menu of places has no options of its own: they are the places that its reader sees. */
export function ofPlaces(part, { places, names }) {
  const kinds = part.filter?.include;
  const shown = places.filter((place) => !kinds || kinds.includes(place.kind));
  const chosen = part.initial_conversations ?? [part.initial_conversation].filter(Boolean);
  const hidden = chosen.filter((id) => !shown.some((place) => place.id === id));
  const option = (id, words) => ({ value: id, text: { type: "plain_text", text: words } });
  const options = [
    ...shown.map((place) => option(place.id, names.place(place.id))),
    ...hidden.map((id) => option(id, `${id} (a place you do not see)`)),
  ];
  const initial = options.filter((one) => chosen.includes(one.value));
  return { ...part, options, initial_options: initial, initial_option: initial[0] };
}

function button(part, context) {
  const looks = part.style ? `button ${part.style}` : "button";
  const words = part.text.text;
  const shown = { class: looks, type: "button", "data-focus": focusName(part, context), lang: languageOf(words) };
  const label = part.accessibility_label;
  const node = el("button", { ...shown, "aria-label": label, text: words });
  node.addEventListener("click", () => tell(node, part, context));
  return node;
}

/** Asks first where the element says so, and shows that the bot is being told. */
async function tell(node, part, context, value) {
  if (node.getAttribute("aria-busy") === "true") return false;
  if (part.confirm && !(await confirmed(part.confirm))) return false;
  if (part.url) window.open(part.url, "_blank", "noreferrer");
  node.setAttribute("aria-busy", "true");
  try {
    return await context.press(context.block, part, value);
  } finally {
    node.removeAttribute("aria-busy");
  }
}

function overflow(part, context) {
  const props = { class: "button", type: "button", "data-focus": focusName(part, context) };
  const node = el("button", { ...props, "aria-haspopup": "menu", "aria-label": context.names.words.more, text: "⋯" });
  node.addEventListener("click", async () => {
    const chosen = await openMenu(node, part.options);
    if (chosen) await tell(node, part, context, chosen);
  });
  return node;
}

/** The <option>s of a menu, grouped where it has groups. */
export function optionNodes(part) {
  const one = (option) => {
    const node = el("option", { value: option.value, text: option.text.text });
    node.selected = part.initial_option?.value === option.value;
    return node;
  };
  if (!part.option_groups) return part.options.map(one);
  return part.option_groups.map((group) =>
    el("optgroup", { label: group.label.text }, group.options.map(one)));
}

/** All options, those of groups too. */
export function optionsOf(part) {
  return part.options ?? part.option_groups.flatMap((group) => group.options);
}

function menu(part, context) {
  const words = part.placeholder?.text ?? context.names.words.choose;
  const first = el("option", { value: "", text: words, disabled: true });
  first.selected = !part.initial_option;
  const node = el("select", { "aria-label": words, "data-focus": focusName(part, context) }, first, optionNodes(part));
  node.addEventListener("change", async () => {
    if (!(await tell(node, part, context, node.value))) node.value = part.initial_option?.value ?? "";
  });
  return node;
}

/** One tick or radio button with its words; `name` joins radio buttons. */
export function choice(kind, option, { name, checked, focus }) {
  const id = newId("choice");
  const input = el("input", { type: kind, id, name, value: option.value, "data-focus": focus });
  input.checked = checked;
  const more = option.description && el("span", { class: "hint", text: option.description.text });
  const words = el("span", {}, option.text.text, more);
  return el("label", { class: "choice", for: id, lang: languageOf(option.text.text) }, input, words);
}

function ticks(part, context) {
  return choices("checkbox", part, context, part.initial_options ?? []);
}

function radios(part, context) {
  return choices("radio", part, context, [part.initial_option].filter(Boolean));
}

function choices(kind, part, context, initial) {
  const name = newId("choices");
  const ticked = new Set(initial.map((option) => option.value));
  const node = el("div", { class: "choices", role: "group", "aria-label": part.placeholder?.text ?? context.names.words.choose },
    optionsOf(part).map((option) => choice(kind, option, {
      name, checked: ticked.has(option.value), focus: `${focusName(part, context)}/${option.value}`,
    })));
  node.addEventListener("change", () => {
    const values = [...node.querySelectorAll("input:checked")].map((input) => input.value);
    tell(node, part, context, kind === "radio" ? values[0] : values);
  });
  return node;
}
