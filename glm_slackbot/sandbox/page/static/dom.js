// Building nodes, and keeping those that did not change.

/** An element; `props` are attributes, except `on` (listeners) and `text`. Never markup. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") listen(node, value);
    else if (name === "text") node.textContent = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

function listen(node, listeners) {
  for (const [kind, listener] of Object.entries(listeners)) node.addEventListener(kind, listener);
}

let lastId = 0;

/** An id no other element has, for labels and descriptions. */
export function newId(start = "e") {
  lastId += 1;
  return `${start}-${lastId}`;
}

const SIGNATURES = new WeakMap();

/**
 * Make the children of `parent` those of `items` ({key, sig, build}), in order.
 * A child is built anew only where its signature changed, so that focus, what was typed and the
 * place scrolled to survive. The focus in a rebuilt child goes to the same control of the new one.
 */
export function keep(parent, items) {
  const old = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  const wanted = new Set(items.map((item) => item.key));
  for (const [key, node] of old) if (!wanted.has(key)) node.remove();
  items.forEach((item, position) => {
    const node = kept(old.get(item.key), item);
    if (parent.children[position] !== node) parent.insertBefore(node, parent.children[position] ?? null);
  });
}

function kept(node, { key, sig, build }) {
  if (node && SIGNATURES.get(node) === sig) return node;
  const fresh = build();
  fresh.dataset.key = key;
  SIGNATURES.set(fresh, sig);
  if (node) replace(node, fresh);
  return fresh;
}

function replace(node, fresh) {
  const focused = node.contains(document.activeElement) ? focusKey(document.activeElement) : null;
  node.replaceWith(fresh);
  if (focused) findFocus(fresh, focused)?.focus({ preventScroll: true });
}

/** What tells a control apart from others in its message or view. */
export function focusKey(node) {
  return node?.closest?.("[data-focus]")?.dataset.focus ?? null;
}

export function findFocus(root, key) {
  return [...root.querySelectorAll("[data-focus]")].find((node) => node.dataset.focus === key);
}

/** The language of words, as far as their letters tell it, for screen readers and fonts. */
export function languageOf(words) {
  return /[\u3400-\u9fff]/.test(words) ? "zh-CN" : "en";
}
