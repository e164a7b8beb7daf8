const HOLD_MS = 500;
/** A finger never holds quite still. */
const STILL_PX = 10;

/** Whether fingers are what there is: no mouse, and a keyboard on the glass. */
export function isTouch() {
  return matchMedia("(hover: none) and (pointer: coarse)").matches;
}

/**
 * Call back when a finger rests on a part of `root`.
 * @param {HTMLElement} root
 * @param {(target: Element) => void} held
 */
export function onLongPress(root, held) {
  /** @type {number | undefined} */
  let timer;
  let from = { x: 0, y: 0 };
  let wasHeld = false;
  const stop = () => clearTimeout(timer);
  root.addEventListener("pointerdown", ({ pointerType, isPrimary, target, clientX: x, clientY: y }) => {
    stop();
    wasHeld = false;
    if (pointerType !== "touch" || !isPrimary || !(target instanceof Element)) return;
    from = { x, y };
    timer = setTimeout(() => {
      wasHeld = true;
      held(target);
    }, HOLD_MS);
  });
  root.addEventListener("pointermove", ({ clientX, clientY }) => {
    if (Math.hypot(clientX - from.x, clientY - from.y) > STILL_PX) stop();
  });
  for (const name of ["pointerup", "pointercancel"]) root.addEventListener(name, stop);
  // What follows a long press is not a press: no click on what was under the finger, and no menu of the browser's own.
  root.addEventListener("touchend", (event) => wasHeld && event.cancelable && event.preventDefault());
  root.addEventListener("contextmenu", (event) => wasHeld && event.preventDefault());
}
