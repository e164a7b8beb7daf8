import { useLocale } from "./locale.js";
import { strings } from "./strings.js";

/** @typedef {{strings: Partial<Strings>, page: Record<string, string>}} Words `page`: what index.html says, by its English */

const english = { ...strings };

/** @type {Record<string, () => Promise<Words>>} */
const OTHERS = {
  es: () => import("../languages/es.js"),
  ar: () => import("../languages/ar.js"),
};

/**
 * The words of a language. English is here already.
 * @param {string} language
 * @returns {Promise<Words>}
 */
export async function wordsOf(language) {
  return language in OTHERS ? OTHERS[language]() : { strings: {}, page: {} };
}

/**
 * From now on `strings` speaks it. A word that it lacks stays English.
 * @param {string} language
 * @param {Words} words
 * @param {readonly string[]} preferred varieties, for dates and numbers
 */
export function useLanguage(language, words, preferred) {
  useLocale(language, preferred);
  Object.assign(strings, english, words.strings);
}
