/** @typedef {Record<string, unknown>} Words texts and functions, by their names */

/** @type {{words: Words, english: Words}[]} */
const vocabularies = [];
/** @type {Words} */
let translations = {};

/**
 * Words that are said in the language of the page, whichever it is and whenever they are loaded.
 * @template {Words} English
 * @param {English} english
 * @returns {English}
 */
export function vocabulary(english) {
  const words = { ...english };
  vocabularies.push({ words, english });
  translate(words, english);
  return words;
}

/** From now on these stand in the place of the English ones. What they lack stays English. @param {Words} words */
export function useTranslations(words) {
  translations = words;
  for (const each of vocabularies) translate(each.words, each.english);
}

/** @param {Words} words @param {Words} english */
function translate(words, english) {
  for (const name of Object.keys(english)) words[name] = translations[name] ?? english[name];
}
