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
 * Put these elements into the parent in this order, moving and removing as little as possible. What had the focus has it
 * afterwards: the same element, or the one with the same `data-key`, or else `fallback`.
 * @param {HTMLElement} parent
 * @param {HTMLElement[]} children
 * @param {HTMLElement | null} [fallback]
 */
export function arrange(parent, children, fallback = null) {
  const focused = document.activeElement;
  const hadFocus = parent.contains(focused);
  const wanted = new Set(children);
  for (const child of [...parent.children]) if (child instanceof HTMLElement && !wanted.has(child)) child.remove();
  let next = parent.firstElementChild;
  for (const child of children) {
    if (child === next) next = next.nextElementSibling;
    else parent.insertBefore(child, next);
  }
  if (!(hadFocus && focused instanceof HTMLElement) || focused === document.activeElement) return;
  const heir = focused.isConnected ? focused : (keyed(focused.dataset.key, parent) ?? fallback);
  heir?.focus();
}

/** What stands for the same as an element that is gone. @param {string | undefined} key @param {ParentNode} [root] */
export function keyed(key, root = document) {
  const found = key === undefined ? null : root.querySelector(`[data-key="${CSS.escape(key)}"]`);
  return found instanceof HTMLElement ? found : null;
}
