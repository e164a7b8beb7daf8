import assert from "node:assert/strict";
import { test } from "node:test";
import { fuzzy, rank } from "../../../frontend_static/core/fuzzy.js";

const names = (query, list) => rank(query, list, (name) => name).map(({ item }) => item);
const marked = (query, name) => [...(fuzzy(query, name)?.marks ?? [])].sort((a, b) => a - b).map((index) => Array.from(name)[index]).join("");

test("all letters must be there, in their order", () => {
  assert.ok(fuzzy("hrbr", "Harbour light"));
  assert.equal(fuzzy("rh", "Harbour"), null);
  assert.equal(fuzzy("harbours", "Harbour light"), null);
  assert.deepEqual(fuzzy("", "Anybody"), { score: 0, marks: new Set() });
});

test("case, accents and spaces do not matter", () => {
  assert.ok(fuzzy("JOSE", "José"));
  assert.ok(fuzzy("josé", "Jose"));
  assert.ok(fuzzy("jose m", "José María"));
  assert.ok(fuzzy("안", "안녕"));
  assert.ok(fuzzy("아", "안녕"), "a letter that is not yet complete finds what it will be");
});

test("the beginning of a name comes before that of a word, and that before the middle", () => {
  assert.deepEqual(names("an", ["Joan", "Mary Ann", "Anna"]), ["Anna", "Mary Ann", "Joan"]);
  assert.deepEqual(names("hl", ["Ethel", "Harbour light"]), ["Harbour light", "Ethel"]);
  assert.deepEqual(names("bob", ["Big old boat", "Bob"]), ["Bob", "Big old boat"]);
});

test("of names that fit alike the shorter comes first, and equals keep their order", () => {
  assert.deepEqual(names("carol", ["Caroline", "Carol"]), ["Carol", "Caroline"]);
  assert.deepEqual(names("x", ["x 1", "x 2", "x 3"]), ["x 1", "x 2", "x 3"]);
});

test("the letters that fit best are marked", () => {
  assert.equal(marked("li", "Hail light"), "li");
  assert.deepEqual([...fuzzy("li", "Hail light").marks].sort(), [5, 6]);
  assert.equal(marked("hl", "Harbour light"), "Hl");
  assert.deepEqual([...fuzzy("b", "🎈 bob").marks], [2]);
});

test("a long name and a long query are found in no time", () => {
  const name = "a".repeat(100);
  assert.equal(fuzzy("a".repeat(100), name).marks.size, 100);
  assert.equal(fuzzy("a".repeat(101), name), null);
});
