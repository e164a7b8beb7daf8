import { useLanguage, wordsOf } from "../core/language.js";
import { bestLanguage, currentLanguage, directionOf } from "../core/locale.js";
import { PageWords } from "./page-words.js";

/** @type {PageWords | null} */
let page = null;
let asked = "";
/** @type {(() => void)[]} */
const listeners = [];

/**
 * Speak this language everywhere on the page. Where its words cannot be loaded the page goes on in the one it has.
 * @param {string} language one that the page speaks, or English instead
 * @returns {Promise<boolean>} whether it does
 */
export async function speak(language) {
  const wanted = bestLanguage([language]);
  asked = wanted;
  page ??= new PageWords(document.body);
  try {
    const words = await wordsOf(wanted);
    // Another was asked for since.
    if (asked !== wanted) return false;
    const isNew = wanted !== currentLanguage();
    useLanguage(wanted, words, navigator.languages);
    document.documentElement.lang = wanted;
    document.documentElement.dir = directionOf(wanted);
    page.speak(words.page);
    if (isNew) listeners.forEach((tell) => tell());
    return true;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // what import() throws when there is no answer
    return false;
  }
}

/** When the page has begun to speak another language. @param {() => void} listener */
export function onLanguage(listener) {
  listeners.push(listener);
}

/** That of the browser, for people who have not signed in. */
export function browserLanguage() {
  return bestLanguage(navigator.languages);
}
