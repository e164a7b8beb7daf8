import assert from "node:assert/strict";
import { test } from "node:test";
import { randomOf, TabsStage } from "./support/tabs-stage.js";

const IDS = [7, 8, 9, 10, 11];
const LIVES = 60;
const STEPS = 60;
const MOST_TABS = 6;

/** What may happen in a browser with several tabs, to the people in it, and to the server. */
const EVENTS = {
  async say({ server, pick }) {
    const id = pick(IDS);
    for (let count = pick([1, 1, 2, 6]); count > 0; count -= 1) server.say(id);
  },
  async edit({ server, pick }) {
    const { id, messages } = server.conversations.get(pick(IDS));
    if (messages.length > 0) server.edit(id, pick(messages).seq);
  },
  async send({ living, pick }) {
    const tab = pick(living);
    if (tab?.session.opened?.status === "ready") tab.session.send("hello");
  },
  async show({ living, pick }) {
    pick(living)?.session.open(pick(IDS));
  },
  async turnTo({ stage, living, pick }) {
    if (living.length > 0) await stage.turnTo(pick(living));
  },
  async turn({ stage, living, pick }) {
    if (living.length > 0) await stage.turn(pick(living), pick([0, 1, 3]));
  },
  async openTab({ stage, pick }) {
    if (stage.tabs.length < MOST_TABS) await stage.open(pick([0, 3]), { conversation: pick(IDS) });
  },
  async close({ stage, pick }) {
    if (stage.tabs.length > 1) await stage.close(pick(stage.tabs));
  },
  async freeze({ stage, pick }) {
    pick([...stage.leaders(), pick(stage.tabs)]).freeze();
  },
  async thaw({ stage, pick }) {
    await pick(stage.tabs).thaw();
  },
  async hideAndBring({ stage, living, pick }) {
    const tab = pick(living);
    tab?.session.rest();
    await stage.clock.pass(pick([10, 3000, 20_000]));
    tab?.session.wake();
  },
  async lose({ stage, pick }) {
    const tab = pick(stage.tabs);
    tab.isDeaf = true;
    await stage.clock.pass(pick([100, 4000]));
    tab.isDeaf = false;
  },
  async breakDown({ stage, server, pick }) {
    server.isDown = true;
    server.tell();
    await stage.clock.pass(pick([100, 5000, 40_000]));
    server.isDown = false;
  },
};

/** One life of a browser. */
async function live(seed) {
  const random = randomOf(seed);
  const pick = (list) => list[Math.floor(random() * list.length)];
  const stage = new TabsStage({ ids: IDS, random });
  const { server } = stage;
  for (const id of IDS) server.say(id);
  await stage.open(3, { conversation: 7 });
  const done = [];
  try {
    for (let step = 0; step < STEPS; step += 1) {
      const name = pick(Object.keys(EVENTS));
      done.push(name);
      const living = stage.tabs.filter(({ isFrozen }) => !isFrozen);
      await EVENTS[name]({ stage, server, pick, living });
      await stage.clock.pass(pick([0, 0, 15, 30, 120, 2000, 11_000]));
    }
    await rest(stage);
  } catch (error) {
    error.message = `life ${seed} (${done.join(", ")}): ${error.message}`;
    throw error;
  }
}

/** All tabs run, the server is there, and nothing happens for a while but one last message. */
async function rest(stage) {
  for (const tab of stage.tabs) await tab.thaw();
  await stage.clock.pass(70_000);
  stage.assertAllAreLevel();
  assert.equal(stage.leaders().length, 1, "one leads");
  const [leader] = stage.leaders();
  const begun = stage.clock.now();
  await stage.clock.pass(70_000);
  assert.deepEqual(stage.leaders(), [leader], "and goes on leading");
  assert.deepEqual([...new Set(stage.pollsSince(begun).map(({ tab }) => tab))], [leader], "it alone asks");
  stage.server.say(8);
  await stage.clock.pass(40_000);
  stage.assertAllAreLevel();
}

test("whatever happens to the tabs and the server, in the end each tab knows what the server has", async () => {
  for (let seed = 1; seed <= LIVES; seed += 1) await live(seed);
});
