import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, test } from "node:test";
import { accountStrings } from "../../../frontend_static/core/account-strings.js";
import { ApiError } from "../../../frontend_static/core/api-error.js";
import { emojiGroups, findEmoji } from "../../../frontend_static/core/emoji.js";
import { accountWords, explainAccount, explainProof } from "../../../frontend_static/core/explain-account.js";
import { explainLater } from "../../../frontend_static/core/explain-later.js";
import { explain } from "../../../frontend_static/core/explain.js";
import { useAccountWords, useLanguage, wordsOf } from "../../../frontend_static/core/language.js";
import { laterStrings } from "../../../frontend_static/core/later-strings.js";
import { bestLanguage, currentTag, directionOf, isolate, LANGUAGES, signatureOf } from "../../../frontend_static/core/locale.js";
import { strings } from "../../../frontend_static/core/strings.js";
import { TimeFormat } from "../../../frontend_static/core/time.js";
import { vocabulary } from "../../../frontend_static/core/vocabulary.js";
import { wordsOfPage } from "./support/page-source.js";

const read = (/** @type {string} */ path) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");
const page = wordsOfPage(read("frontend_static/index.html"));
/** Said alike everywhere. */
const NAMES = ["Hark", "+"];
/** Numbers that between them have every plural form a count of messages can have. */
const COUNTS = [...Array(121).keys()];
const vocabularies = [strings, laterStrings, accountWords, accountStrings];
const english = Object.assign({}, ...vocabularies);
/** A stranger, and whoever never looks after their account, is not sent the words for it. */
const lean = await wordsOf("es");
await useAccountWords();
const others = await Promise.all(LANGUAGES.filter((code) => code !== "en").map(async (code) => ({ code, words: await wordsOf(code) })));

afterEach(() => speak("en"));

/** @param {string} language @param {string[]} [preferred] */
async function speak(language, preferred = []) {
  useLanguage(language, await wordsOf(language), preferred);
}

/** Every word by its path: a text, or a function. @param {object} words @returns {[string, any][]} */
function flat({ emojiNames, ...words }, path = "") {
  return Object.entries(words).flatMap(([key, word]) => (typeof word === "object" ? flat(word, `${path}${key}.`) : [[path + key, word]]));
}

/** What is between the braces of each call of plural(). @param {string} source */
function pluralCalls(source) {
  return [...source.matchAll(/plural\(\s*\w+,\s*\{/g)].map(({ 0: call, index }) => {
    let [depth, end] = [1, index + call.length];
    for (; depth > 0; end += 1) depth += { "{": 1, "}": -1 }[source[end]] ?? 0;
    return source.slice(index + call.length, end - 1);
  });
}

for (const { code, words } of others) {
  test(`${code}: every word is there, as a text or as a function of as many values`, () => {
    const kind = ([path, word]) => `${path}: ${typeof word === "function" ? `of ${word.length}` : typeof word}`;
    assert.deepEqual(flat(words.strings).map(kind).sort(), flat(english).map(kind).sort());
    assert.deepEqual(flat(words.strings).filter(([, word]) => word === ""), []);
  });

  test(`${code}: no word was left English`, () => {
    const said = new Map(flat(words.strings));
    const same = flat(english).filter(([, word]) => typeof word === "string" && !NAMES.includes(word));
    assert.deepEqual(same.filter(([path, word]) => said.get(path) === word), []);
  });

  test(`${code}: what depends on a number has every form that the language needs`, () => {
    const rules = new Intl.PluralRules(code);
    const needed = new Set(COUNTS.map((count) => rules.select(count)));
    const said = new Map(flat(words.strings));
    for (const [path, word] of flat(english)) {
      if (!/\bplural\(/.test(String(word))) continue;
      const calls = pluralCalls(String(said.get(path)));
      assert.ok(calls.length > 0, `${path} has no forms in ${code}`);
    }
    for (const [path, word] of said) {
      for (const forms of pluralCalls(String(word))) {
        const missing = [...needed].filter((form) => !new RegExp(`(^|[\\s,])${form}:`).test(forms));
        assert.deepEqual(missing, [], `${path} lacks forms`);
      }
    }
  });

  test(`${code}: every emoji of the picker, and every group of them, has a name`, () => {
    const wanted = emojiGroups.flatMap(({ name, emoji }) => [name, ...emoji.map((each) => each.emoji)]);
    assert.deepEqual(Object.keys(words.strings.emojiNames ?? {}).sort(), wanted.sort());
  });

  test(`${code}: everything that index.html says is translated, and nothing else`, () => {
    assert.deepEqual([...page].filter((text) => !(text in words.page) && !NAMES.includes(text)), []);
    assert.deepEqual(Object.keys(words.page).filter((text) => !page.has(text)), []);
    assert.deepEqual(Object.entries(words.page).filter(([text, word]) => word.trim() === "" || word === text), []);
  });
}

test("each language that the page speaks can be chosen", () => {
  const offered = [...read("frontend_static/index.html").matchAll(/<option value="(\w+)" lang="\1"/g)].map(([, code]) => code);
  assert.deepEqual(offered, LANGUAGES);
});

test("an error has words of its own only under a code of the protocol", () => {
  const protocol = read("docs/protocol.md");
  const codes = Object.keys({ ...english.problems, ...english.laterProblems, ...english.accountProblems, ...english.accountRefusals });
  const unknown = codes.filter((code) => !protocol.includes(`\`${code}\``));
  assert.deepEqual(unknown, []);
});

test("the first language that the browser prefers and the page speaks is taken, else English", () => {
  assert.equal(bestLanguage(["fr-FR", "es-MX", "ar"]), "es");
  assert.equal(bestLanguage(["AR-eg", "en"]), "ar");
  assert.equal(bestLanguage(["fr", "de-AT"]), "en");
  assert.equal(bestLanguage([]), "en");
});

test("dates and numbers follow the variety that the browser prefers of the language, whatever else it prefers", async () => {
  await speak("en", ["de-DE", "en-GB", "en-US"]);
  assert.equal(currentTag(), "en-GB");
  await speak("es", ["en-US"]);
  assert.equal(currentTag(), "es");
});

test("a word that a language lacks stays English, and all are English again when English is spoken", () => {
  useLanguage("es", { strings: { edit: "Editar", reply: "Responder" }, page: {} }, []);
  assert.deepEqual([laterStrings.edit, strings.reply], ["Editar", "Responder"]);
  assert.deepEqual([laterStrings.copy, strings.close], [english.copy, english.close]);
  useLanguage("en", { strings: {}, page: {} }, []);
  assert.deepEqual(Object.assign({}, ...vocabularies), english);
});

test("words that are loaded later are in the language that is spoken by then", () => {
  useLanguage("es", { strings: { later: "después" }, page: {} }, []);
  const words = vocabulary({ later: "later", other: "other" });
  assert.deepEqual(words, { later: "después", other: "other" });
  useLanguage("en", { strings: {}, page: {} }, []);
  assert.equal(words.later, "later");
});

test("no word is in two places", () => {
  const names = vocabularies.flatMap((words) => Object.keys(words));
  assert.deepEqual(names.filter((name, index) => names.indexOf(name) < index), []);
});

test("Arabic counts in six ways", async () => {
  await speak("ar");
  const said = [0, 1, 2, 3, 11, 100].map((count) => strings.unread(count));
  assert.equal(new Set(said).size, 6);
  assert.deepEqual(said.slice(1, 4), ["رسالة غير مقروءة", "رسالتان غير مقروءتين", "3 رسائل غير مقروءة"]);
  assert.equal(directionOf("ar"), "rtl");
});

test("Spanish joins two names as it is said", async () => {
  await speak("es");
  assert.equal(strings.typing(["Ana", "Bob"]), "Ana y Bob están escribiendo…");
  assert.equal(strings.typing(["Ana", "Inés"]), "Ana e Inés están escribiendo…");
});

test("a name that runs the other way, or could turn a sentence, is kept apart from it", async () => {
  assert.equal(isolate("Bob"), "Bob");
  assert.equal(strings.typing(["ليلى"]), "\u2068ليلى\u2069 is typing…");
  assert.equal(isolate("Bob\u202E"), "\u2068Bob\u202E\u2069");
  await speak("ar");
  assert.equal(strings.typing(["Bob"]), "\u2068Bob\u2069 يكتب…");
});

test("an emoji is found by its name in the language of the page, with or without its accents", async () => {
  await speak("es");
  const found = findEmoji("corazon roto");
  assert.deepEqual(found, [{ name: "Corazones y signos", emoji: [{ emoji: "💔", name: "corazón roto" }] }]);
});

test("what a view keeps is painted anew in another language", async () => {
  const before = signatureOf({ seq: 1 });
  assert.equal(signatureOf({ seq: 1 }), before);
  await speak("es");
  assert.notEqual(signatureOf({ seq: 1 }), before);
});

test("times are said in the language of the page, also after it has changed", async () => {
  const now = Date.parse("2026-11-23T12:00:00Z");
  const time = new TimeFormat({ locale: "en-GB", timeZone: "Europe/Berlin" });
  await speak("es");
  time.followLocale();
  assert.equal(time.dayLabel("2026-11-18T20:00:00Z", now), "miércoles");
  assert.equal(time.dayLabel("2026-11-22T20:00:00Z", now), "Ayer");
  assert.equal(time.dayKey("2026-11-22T23:01:00Z"), "2026-11-23");
});

test("the words about an account come when they are wanted, and from then on with each language", async () => {
  assert.equal("activityTitle" in lean.strings, false);
  assert.equal((await wordsOf("es")).strings.activityTitle, "Actividad");
  await speak("ar");
  assert.equal(accountStrings.activityTitle, "النشاط");
  await speak("en");
  assert.equal(accountStrings.activityTitle, "Activity");
});

test("an error is said in the language of the page if it has words for its code, else as the server says it", async () => {
  const gone = new ApiError(404, { code: "not_found", detail: "No." }, 0);
  const other = new ApiError(400, { code: "invalid_parameter", parameter: "title", detail: "Too long." }, 0);
  await speak("es");
  assert.equal(explain(gone), strings.problems.not_found);
  assert.match(explain(gone), /ya no está/);
  assert.equal(explain(other), "Too long.");
  assert.match(explain(new ApiError(502, {}, 0)), /HTTP 502/);
  assert.equal(explain(new Error("offline")), strings.noConnection);
});

test("what is refused of a request, a block or too much at once is said in the language of the page", async () => {
  const codes = ["request_pending", "no_request", "blocked", "too_many_blocks", "too_many_at_once"];
  const said = (/** @type {string} */ code) => explainLater(new ApiError(409, { code, detail: "As the server says it." }, 0));
  const spoken = [];
  for (const language of LANGUAGES) {
    await speak(language);
    spoken.push(...codes.map(said));
  }
  assert.equal(new Set(spoken).size, codes.length * LANGUAGES.length);
  assert.equal(spoken.includes("As the server says it."), false);
});

test("what is refused at the sign-in has words of its own, and whoever is signed in is told of their password alone", async () => {
  const wrong = new ApiError(401, { code: "invalid_credentials", detail: "No." }, 0);
  const code = new ApiError(401, { code: "second_factor_invalid", detail: "No." }, 0);
  assert.equal(explainAccount(wrong), "The email address or the password is wrong.");
  assert.equal(explainProof(wrong), "This password is wrong.");
  assert.equal(explainProof(code), explainAccount(code));
  assert.equal(explainAccount(new Error("a login page of some network")), strings.noConnection);
  await speak("es");
  assert.match(explainAccount(wrong), /contraseña/);
});

test("a password that breaks the rules is refused in the server's words in English, in the page's in other languages", async () => {
  for (const parameter of ["password", "new"]) {
    const weak = new ApiError(400, { code: "invalid_parameter", parameter, detail: "This password is too common." }, 0);
    assert.equal(explainAccount(weak), "This password is too common.");
    await speak("es");
    assert.equal(explainAccount(weak), accountWords.weakPassword);
    await speak("en");
  }
});

test("whoever has to wait is told for how long", () => {
  const after = (seconds) => explainAccount(new ApiError(429, { code: "too_many_attempts", detail: "Wait." }, seconds));
  assert.match(after(1), /again in a minute\.$/);
  assert.match(after(61), /again in 2 minutes\.$/);
  assert.match(after(5399), /again in 90 minutes\.$/);
  assert.match(after(5400), /again in 2 hours\.$/);
  assert.match(after(0), /wait a few minutes/);
});
