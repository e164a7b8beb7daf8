const MARKS = /\p{M}/gu;

/**
 * Letters as they are compared: without accents, in lower case.
 * @param {string} text
 */
export function fold(text) {
  return text.normalize("NFD").replace(MARKS, "").toLowerCase();
}
