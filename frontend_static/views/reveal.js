/**
 * A button beside a password that shows what is typed. It is hidden again when the form is sent or begun anew: browsers keep
 * as a password only what is one by then.
 * @param {HTMLInputElement} input
 * @param {HTMLButtonElement} button with one icon in it
 */
export function bindReveal(input, button) {
  const show = (/** @type {boolean} */ isShown) => {
    input.type = isShown ? "text" : "password";
    button.setAttribute("aria-pressed", String(isShown));
    button.firstElementChild?.classList.toggle("icon-eye", !isShown);
    button.firstElementChild?.classList.toggle("icon-eye-off", isShown);
  };
  const hide = () => show(false);
  button.addEventListener("click", () => {
    show(input.type === "password");
    for (const name of ["submit", "reset"]) input.form?.addEventListener(name, hide, { capture: true, once: true });
  });
}
