/**
 * Whatever a network does, and by whichever way one has to go: in the end a real session has what
 * the server has, every message of mine is there once, in the order in which it was written. A
 * failing seed is named; repeat it alone with CONVERGENCE_SEED=<seed>.
 */

import { afterEach, expect, test, vi } from "vitest";
import { storeOfSite } from "../../widget/src/storage.ts";
import "../../widget/src/connection/fallback/http.ts";
import { openSession, type TransportChoice } from "../../widget/src/session/session.ts";
import { closeBrowser, openBrowser, pass } from "../widget/support/browser.ts";
import { HttpServer, ROOM } from "../widget/support/http-server.ts";
import { chance } from "./random.ts";

const RUNS = Number(process.env.CONVERGENCE_RUNS ?? 24);
const ONLY = process.env.CONVERGENCE_SEED;
const FIRST_SEED = 20261125;
const STEPS = 60;
/** In so many runs each way is taken. */
const ENOUGH = 24;
const CHOICES: readonly TransportChoice[] = ["auto", "auto", "auto", "sse", "poll"];
const SEEDS = ONLY
  ? [Number(ONLY)]
  : Array.from({ length: RUNS }, (_, index) => FIRST_SEED + index);

/** Which ways were taken in all runs: a test that only ever met sockets would prove nothing. */
const ways = new Set<string>();
let met = 0;

afterEach(closeBrowser);

test.each(SEEDS)("seed %i", async (seed) => {
  const dice = chance(seed);
  const browser = openBrowser();
  const server = new HttpServer().serve();
  vi.spyOn(console, "error").mockReturnValue();
  vi.mocked(Math.random).mockImplementation(dice);
  const session = openSession({
    store: storeOfSite("local", "pk_test"),
    base: "https://chat.example",
    site: "pk_test",
    transport: dice.one(CHOICES),
  });
  const mine: string[] = [];
  session.on("connection", ({ transport }) => transport && ways.add(transport));
  session.join(ROOM);
  session.start();

  const happenings: (() => void)[] = [
    () => server.say(`theirs ${server.model.head}`),
    () => server.say(`theirs ${server.model.head}`),
    () => {
      mine.push(`mine ${mine.length}`);
      session.send(ROOM, mine.at(-1) ?? "");
    },
    () => server.cut(),
    () => {
      server.blocks = dice.happens(0.5);
    },
    () => {
      server.buffers = dice.happens(0.3);
    },
    () => {
      server.away = dice.happens(0.3);
    },
    () => {
      server.losesAcks = dice.happens(0.4);
    },
    () => {
      server.cutsAfterMs = dice.one([2_500, 5_000, Number.POSITIVE_INFINITY]);
    },
    () => {
      const frame = server.model.edit(dice.one(server.model.seqs()), "edited");
      if (frame) server.deliver(frame);
    },
    () => browser.fire("online"),
  ];
  for (let step = 0; step < STEPS; step += 1) {
    dice.one(happenings)();
    await pass(dice.one([0, 20, 300, 1_500, 7_000, 30_000]));
  }

  Object.assign(server, { away: false, losesAcks: false, buffers: false });
  server.cutsAfterMs = Number.POSITIVE_INFINITY;
  for (let second = 0; second < 120; second += 1) await pass(1_000);
  met += 1;
  const { model } = server;
  const room = session.room(ROOM);
  const shown = (room?.groups ?? []).flatMap(({ messages }) => messages);
  const fresh = [...model.rows.values()].map(({ message }) => message);
  const cids = fresh.filter(({ author }) => author.id === "v_me").map(({ cid }) => cid);
  session.close();
  expect(room?.pending, `seed ${seed}`).toEqual([]);
  expect(room?.since).toBe(model.head);
  expect(shown.map(({ seq, rev, body }) => [seq, rev, body])).toEqual(
    fresh.slice(-shown.length).map(({ seq, rev, body }) => [seq, rev, body]),
  );
  expect(cids).toHaveLength(mine.length);
  expect(new Set(cids).size).toBe(mine.length);
  const written = fresh.filter(({ author, body }) => author.id === "v_me" && body !== "edited");
  expect(written.map(({ body }) => body)).toEqual(
    mine.filter((body) => written.some((message) => message.body === body)),
  );
});

test("all four ways were taken", () => {
  expect(met).toBe(SEEDS.length);
  if (met >= ENOUGH) expect([...ways].sort()).toEqual(["long-poll", "poll", "sse", "ws"]);
});
