/**
 * A new element. Strings among the children become text nodes, so nothing a person wrote is ever parsed.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} className
 * @param {...(Node | string | null)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function el(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children.filter((child) => child !== null));
  return element;
}

/**
 * A part of index.html.
 * @template {HTMLElement} Kind
 * @param {string} id
 * @param {new () => Kind} kind
 * @returns {Kind}
 */
export function part(id, kind) {
  const element = document.getElementById(id);
  if (element instanceof kind) return element;
  throw new Error(`index.html has no #${id}`);
}

/** @param {string} name a picture of icon.css */
export function icon(name) {
  const element = el("span", `icon icon-${name}`);
  element.setAttribute("aria-hidden", "true");
  return element;
}

/** @param {string} label @param {string} className @param {() => void} action */
export function button(label, className, action) {
  const element = el("button", className, label);
  element.type = "button";
  element.addEventListener("click", action);
  return element;
}

/**
 * Run at most once for any number of changes in the same turn.
 * @param {() => void} render
 */
export function batched(render) {
  let isDue = false;
  return () => {
    if (isDue) return;
    isDue = true;
    queueMicrotask(() => {
      isDue = false;
      render();
    });
  };
}

/**
 * Put these elements into the parent in this order, moving and removing as little as possible.
 * @param {HTMLElement} parent
 * @param {HTMLElement[]} children
 */
export function arrange(parent, children) {
  const wanted = new Set(children);
  for (const child of [...parent.children]) if (child instanceof HTMLElement && !wanted.has(child)) child.remove();
  children.forEach((child, index) => {
    if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] ?? null);
  });
}

/**
 * A line is made anew when what it shows changes: whoever was on a button of it is then on the same one of the new line.
 * @param {HTMLElement} list its lines have a `data-key`, their buttons a `data-part`
 * @param {() => void} change
 */
export function keepingFocus(list, change) {
  const active = document.activeElement;
  const line = active instanceof HTMLElement && list.contains(active) ? active.closest("[data-key]") : null;
  change();
  if (!line || !(active instanceof HTMLElement) || active.isConnected) return;
  const { key } = /** @type {HTMLElement} */ (line).dataset;
  const lines = /** @type {HTMLElement[]} */ ([...list.children]);
  const parts = /** @type {HTMLElement[]} */ ([...(lines.find((each) => each.dataset.key === key)?.querySelectorAll("[data-part]") ?? [])]);
  (parts.find((each) => each.dataset.part === active.dataset.part) ?? parts[0])?.focus({ preventScroll: true });
}
