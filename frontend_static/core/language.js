import { useLocale } from "./locale.js";
import { useTranslations } from "./vocabulary.js";

/** @typedef {{strings: Record<string, unknown>, page: Record<string, string>}} Words `page`: what index.html says, by its English */

/** Each in three parts, which are loaded beside one another. */
const OTHERS = {
  es: () =>
    Promise.all([
      import("../languages/es/strings.js"),
      import("../languages/es/page.js"),
      import("../languages/es/emoji.js"),
    ]),
  ar: () =>
    Promise.all([
      import("../languages/ar/strings.js"),
      import("../languages/ar/page.js"),
      import("../languages/ar/emoji.js"),
    ]),
};

/**
 * The words of a language. English is here already.
 * @param {string} language
 * @returns {Promise<Words>}
 */
export async function wordsOf(language) {
  if (language !== "es" && language !== "ar") return { strings: {}, page: {} };
  const [{ strings }, { page }, { emojiNames }] = await OTHERS[language]();
  return { strings: { ...strings, emojiNames }, page };
}

/**
 * From now on the page speaks it. A word that it lacks stays English.
 * @param {string} language
 * @param {Words} words
 * @param {readonly string[]} preferred varieties, for dates and numbers
 */
export function useLanguage(language, words, preferred) {
  useLocale(language, preferred);
  useTranslations(words.strings);
}
