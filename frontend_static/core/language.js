import { currentLanguage, useLocale } from "./locale.js";
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

/** What is said about an account comes when that is asked for, and from then on with each language. */
const ACCOUNT = {
  es: () => import("../languages/es/account.js"),
  ar: () => import("../languages/ar/account.js"),
};
let isAccountWanted = false;

/**
 * The words of a language. English is here already.
 * @param {string} language
 * @returns {Promise<Words>}
 */
export async function wordsOf(language) {
  if (language !== "es" && language !== "ar") return { strings: {}, page: {} };
  const account = isAccountWanted ? ACCOUNT[language]() : null;
  const [{ strings }, { page }, { emojiNames }] = await OTHERS[language]();
  return { strings: { ...strings, emojiNames, ...(await account)?.strings }, page };
}

/** Also say what there is to say about an account, in the language of the page, whichever it is. */
export async function useAccountWords() {
  isAccountWanted = true;
  const language = currentLanguage();
  const { strings } = await wordsOf(language);
  if (language === currentLanguage()) useTranslations(strings);
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
