import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { MessageLog } from "../../../frontend_static/core/message-log.js";
import { Quotes } from "../../../frontend_static/core/quotes.js";
import { FakeClock, message, messages, page, settled } from "./support/cast.js";

let clock;
let loads;
let changes;
let answer;
let quotes;

beforeEach(() => {
  clock = new FakeClock();
  loads = [];
  changes = 0;
  answer = async (_, seq) => page([message(seq)]);
  quotes = new Quotes({
    load(...call) {
      loads.push(call);
      return answer(...call);
    },
    clock,
    changed: () => (changes += 1),
  });
});

const log = new MessageLog(page(messages(5, 9)));

test("a message of the log is quoted from there", () => {
  assert.equal(quotes.of(7, 6, log).text, "message 6");
  assert.deepEqual(loads, []);
});

test("another one is fetched once", async () => {
  assert.equal(quotes.of(7, 2, log), null);
  assert.equal(quotes.of(7, 2, log), null);
  await settled();
  assert.equal(quotes.of(7, 2, log).text, "message 2");
  assert.deepEqual(loads, [[7, 2]]);
  assert.equal(changes, 1);
});

test("what changed later is quoted as it is now", async () => {
  quotes.of(7, 2, log);
  await settled();
  quotes.heard(7, [message(2, { rev: 50, deleted: true, text: "" }), message(3, { rev: 51 })]);
  assert.equal(quotes.of(7, 2, log).deleted, true);
  quotes.heard(7, [message(2, { rev: 40 })]);
  assert.equal(quotes.of(7, 2, log).deleted, true, "old news");
});

test("one that could not be fetched is asked for again, but not at once", async () => {
  answer = async () => {
    throw new Error("no network");
  };
  quotes.of(7, 2, log);
  await settled();
  quotes.of(7, 2, log);
  assert.equal(loads.length, 1);
  await clock.pass(31_000);
  answer = async () => page([message(2)]);
  quotes.of(7, 2, log);
  await settled();
  assert.equal(quotes.of(7, 2, log).text, "message 2");
});

test("only the last few are kept", async () => {
  for (let seq = 1; seq <= 250; seq += 1) quotes.of(8, seq, undefined);
  await settled();
  assert.equal(quotes.held.size, 200);
});
