/** The languages of the page. The words of all but English are in `languages/`. */
export const LANGUAGES = ["en", "es", "ar"];
const RIGHT_TO_LEFT = ["ar"];
const [FIRST_STRONG_ISOLATE, POP_ISOLATE] = ["\u2068", "\u2069"];
/** What runs from right to left, and the marks that change which way a text runs (Unicode Standard Annex 9). */
const MAY_TURN = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}\u200F\u202A-\u202E\u2066-\u2069]/u;

/** The language in use, and its variety (BCP 47) for dates, numbers and lists. */
const current = { language: "en", tag: "en" };

/**
 * Take up a language, in the variety that the person prefers: with en-GB among the preferred, English has 24 hours.
 * @param {string} language one of LANGUAGES
 * @param {readonly string[]} preferred
 */
export function useLocale(language, preferred) {
  current.language = language;
  current.tag = preferred.find((tag) => languageOf(tag) === language) ?? language;
}

/**
 * The first of the preferred languages that the page speaks.
 * @param {readonly string[]} preferred BCP 47
 */
export function bestLanguage(preferred) {
  return preferred.map(languageOf).find((language) => LANGUAGES.includes(language)) ?? "en";
}

/** @param {string} tag */
function languageOf(tag) {
  return tag.toLowerCase().split("-")[0];
}

export function currentLanguage() {
  return current.language;
}

export function currentTag() {
  return current.tag;
}

/** @param {string} language @returns {"rtl" | "ltr"} */
export function directionOf(language) {
  return RIGHT_TO_LEFT.includes(language) ? "rtl" : "ltr";
}

/**
 * For views that keep an element while what it shows stays the same: that is its facts, and the language.
 * @param {unknown} facts
 */
export function signatureOf(facts) {
  return JSON.stringify([current.language, facts]);
}

/**
 * What a person wrote or is called, inside a sentence: whichever way it runs, the sentence around it keeps its order.
 * Where it cannot turn anything it stays as it is.
 * @param {string} text
 */
export function isolate(text) {
  const isPlain = directionOf(current.language) === "ltr" && !MAY_TURN.test(text);
  return isPlain ? text : FIRST_STRONG_ISOLATE + text + POP_ISOLATE;
}

/** Each apart from the others; one that is alone needs no isolation. @param {string[]} texts */
export function isolated(texts) {
  return texts.length > 1 ? texts.map(isolate) : texts;
}

/** @param {number} value */
export function number(value) {
  return new Intl.NumberFormat(current.tag).format(value);
}

/** What fits a badge. @param {number} count */
export function shortNumber(count) {
  return count > 99 ? `${number(99)}+` : number(count);
}

/** "Alice, Bob and Carol". @param {string[]} names */
export function listOfNames(names) {
  return new Intl.ListFormat(current.tag, { type: "conjunction" }).format(names.map(isolate));
}

/**
 * Chooses among the forms that a language has for numbers (CLDR): English has two, Arabic six.
 * @param {string} language
 * @returns {(count: number, forms: {other: string} & Partial<Record<Intl.LDMLPluralRule, string>>) => string}
 */
export function plurals(language) {
  const rules = new Intl.PluralRules(language);
  return (count, forms) => forms[rules.select(count)] ?? forms.other;
}
