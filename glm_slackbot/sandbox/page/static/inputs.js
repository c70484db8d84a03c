// The fields of a form: label, control, hint, and the mistake under it.
import { el, languageOf, newId } from "./dom.js";
import { choice, ofPlaces, optionNodes, optionsOf } from "./elements.js";

/** What each control gives as `state.values` has it. */
const FIELDS = {
  plain_text_input: { build: typed, read: (node) => ({ value: node.value || null }) },
  number_input: { build: typed, read: (node) => ({ value: node.value.trim() || null }) },
  email_text_input: { build: typed, read: (node) => ({ value: node.value || null }) },
  url_text_input: { build: typed, read: (node) => ({ value: node.value || null }) },
  static_select: { build: menu, read: (node, part) => ({ selected_option: chosen(part, [node.value])[0] ?? null }) },
  radio_buttons: { build: radios, read: (node, part) => ({ selected_option: chosen(part, ticked(node))[0] ?? null }) },
  checkboxes: { build: ticks, read: (node, part) => ({ selected_options: chosen(part, ticked(node)) }) },
  multi_static_select: { build: ticks, read: (node, part) => ({ selected_options: chosen(part, ticked(node)) }) },
  conversations_select: { build: placeMenu, read: (node) => ({ selected_conversation: node.value || null }) },
  multi_conversations_select: { build: placeTicks, read: (node) => ({ selected_conversations: ticked(node) }) },
};
const GROUPS = new Set(["radio_buttons", "checkboxes", "multi_static_select", "multi_conversations_select"]);

/** An input block. The node answers `readField()` and `showMistake(words)`. */
export function inputBlock(block, context) {
  const part = block.element;
  const field = FIELDS[part.type];
  if (!field) return context.unknown(block, "input");
  const ids = { control: newId("field"), label: newId("label"), hint: newId("hint"), error: newId("error") };
  const control = field.build(part, ids, context);
  const node = frame(block, control, ids, context.names);
  control.dataset.focus = `${block.block_id}/${part.action_id}`;
  describe(control, block, ids, false);
  node.readField = () => ({
    block, value: { type: part.type, ...field.read(control, part) },
  });
  node.showMistake = (words) => {
    node.querySelector(".mistake").textContent = words;
    node.querySelector(".mistake").lang = languageOf(words);
    node.classList.toggle("wrong", Boolean(words));
    describe(control, block, ids, Boolean(words));
  };
  node.focusField = () => (control.matches("input,select,textarea") ? control : control.querySelector("input"))?.focus();
  return node;
}

function frame(block, control, ids, names) {
  const about = block.optional ? el("span", { class: "optional", text: names.words.optional, lang: names.locale }) : null;
  const words = { id: ids.label, class: "label", lang: languageOf(block.label.text) };
  const label = GROUPS.has(block.element.type)
    ? el("div", words, block.label.text, about)
    : el("label", { ...words, for: ids.control }, block.label.text, about);
  const hint = block.hint && el("p", { id: ids.hint, class: "hint", text: block.hint.text, lang: languageOf(block.hint.text) });
  return el("div", { class: "block field" }, label, control,
    el("p", { id: ids.error, class: "mistake", role: "alert" }), hint);
}

function describe(control, block, ids, wrong) {
  const by = [wrong && ids.error, block.hint && ids.hint].filter(Boolean).join(" ");
  if (by) control.setAttribute("aria-describedby", by);
  control.setAttribute("aria-invalid", wrong);
  if (GROUPS.has(block.element.type)) control.setAttribute("aria-labelledby", ids.label);
  else control.setAttribute("aria-required", !block.optional);
}

function typed(part, ids) {
  const props = { id: ids.control, autocomplete: "off", spellcheck: "false", maxlength: part.max_length, placeholder: part.placeholder?.text };
  const node = el(part.multiline ? "textarea" : "input", props);
  if (part.type === "number_input") node.inputMode = "decimal";
  node.value = part.initial_value ?? "";
  node.dataset.wantsFocus = part.focus_on_load ? "yes" : "";
  return node;
}

function menu(part, ids, { names }) {
  const first = el("option", { value: "", text: part.placeholder?.text ?? names.words.choose });
  return el("select", { id: ids.control }, part.initial_option ? null : first, optionNodes(part));
}

function placeMenu(part, ids, context) {
  return menu(ofPlaces(part, context), ids, context);
}

function placeTicks(part, ids, context) {
  return ticks(ofPlaces(part, context), ids);
}

function ticks(part, ids) {
  return choices("checkbox", part, ids, part.initial_options ?? []);
}

function radios(part, ids) {
  return choices("radio", part, ids, [part.initial_option].filter(Boolean));
}

function choices(kind, part, ids, initial) {
  const checked = new Set(initial.map((option) => option.value));
  return el("div", { class: "choices", id: ids.control, role: kind === "radio" ? "radiogroup" : "group" },
    optionsOf(part).map((option) => choice(kind, option, { name: ids.control, checked: checked.has(option.value) })));
}

function ticked(node) {
  return [...node.querySelectorAll("input:checked")].map((input) => input.value);
}

function chosen(part, values) {
  return optionsOf(part).filter((option) => values.includes(option.value));
}
