/** The first half alone: the second, endure.ts, comes late or not at all. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
// Read from the disk before, so that only what is said below decides when it comes.
import "../../widget/src/endure.ts";
import "../../widget/src/rare.ts";
import type { ServerFrame, SyncFrame } from "../../widget/src/protocol.ts";
import { openSession, type Session } from "../../widget/src/session.ts";
import {
  type Browser,
  closeBrowser,
  FakeSocket,
  openBrowser,
  pass,
  sessionAnswer,
} from "./support/browser.ts";
import {
  ack,
  EPOCH,
  ME,
  message,
  mine,
  nack,
  page,
  ROOM,
  range,
  resume,
  snapshot,
  welcome,
} from "./support/frames.ts";

/** While it is blocked, asking for it is an error, as a failed download is. */
const line = vi.hoisted(() => ({ isBlocked: true, asked: 0 }));

vi.mock("../../widget/src/endure.ts", async (original) => {
  const real = await original<typeof import("../../widget/src/endure.ts")>();
  return {
    endure(...half: Parameters<typeof real.endure>) {
      line.asked += 1;
      if (line.isBlocked) throw new TypeError("Failed to fetch dynamically imported module");
      return real.endure(...half);
    },
  };
});

let browser: Browser;
let session: Session;

beforeEach(() => {
  browser = openBrowser();
  vi.spyOn(console, "error").mockReturnValue();
  Object.assign(line, { isBlocked: true, asked: 0 });
});
afterEach(() => {
  session.close();
  closeBrowser();
});

/** The next try of the import finds it. */
async function arrive(): Promise<void> {
  line.isBlocked = false;
  await pass(5_000);
}

async function greet(sync: SyncFrame): Promise<FakeSocket> {
  const socket = FakeSocket.last;
  socket.open();
  socket.receive(welcome(), sync);
  await pass();
  return socket;
}

async function talk(sync = snapshot(range(1, 3))): Promise<FakeSocket> {
  session = openSession({ base: "https://chat.example", site: "pk_test" });
  session.join(ROOM);
  session.start();
  await pass();
  return greet(sync);
}

const state = () => session.room(ROOM);
const pending = () => state()?.pending.map(({ body, status }) => [body, status]);
const status = () => session.snapshot().connection.status;
const bodies = (socket: FakeSocket) => socket.of("send").map(({ body }) => body);

describe("without the second half", () => {
  test("messages come, are sent one by one, and are seen", async () => {
    const socket = await talk();
    socket.receive(message(4));
    expect(state()?.since).toBe(4);
    for (const body of ["one", "two"]) session.send(ROOM, body);
    expect(bodies(socket)).toEqual(["one"]);
    const cid = socket.of("send")[0]?.cid ?? "";
    socket.receive(ack(cid, 5), mine(5, cid));
    expect(bodies(socket)).toEqual(["one", "two"]);
    session.seen(ROOM);
    expect(state()?.unread).toBe(0);
  });

  test("a hole is asked for, and a ping is answered", async () => {
    const socket = await talk();
    socket.receive(message(6), { type: "ping", n: 3, heads: {} });
    await pass(150);
    expect(socket.of("pong")).toEqual([{ type: "pong", n: 3 }]);
    expect(socket.of("sync")).toHaveLength(1);
    socket.receive(resume(3, range(4, 6)));
    expect(state()?.since).toBe(6);
  });

  test("a lost connection comes back after one to five seconds, each time, and resumes", async () => {
    await talk();
    for (const [chance, wait] of [
      [0, 1000],
      [1, 5000],
    ] as const) {
      vi.mocked(Math.random).mockReturnValue(chance);
      const count = FakeSocket.all.length;
      FakeSocket.last.die();
      expect(status()).toBe("reconnecting");
      await pass(wait - 1);
      expect(FakeSocket.all).toHaveLength(count);
      await pass(1);
      FakeSocket.last.open();
      expect(FakeSocket.last.of("hello")[0]?.rooms).toEqual([
        { room: ROOM, epoch: EPOCH, since: 3 },
      ]);
    }
    FakeSocket.last.receive(welcome(), resume(3, range(4, 9)));
    expect(state()?.since).toBe(9);
  });

  test("what is on its way is neither lost nor doubled by a lost connection", async () => {
    const socket = await talk();
    for (const body of ["stored", "not stored"]) session.send(ROOM, body);
    const { cid = "" } = socket.of("send")[0] ?? {};
    socket.die();
    await pass(1000);
    const next = await greet(resume(3, [mine(4, cid)]));
    expect(pending()).toEqual([["not stored", "sending"]]);
    const again = next.of("send")[0]?.cid;
    expect(bodies(next)).toEqual(["not stored"]);
    next.die();
    await pass(1000);
    const last = await greet(resume(4, []));
    expect(last.of("send").map((frame) => frame.cid)).toEqual([again]);
  });

  test("an ack that does not come makes it go out again under the same cid", async () => {
    const socket = await talk();
    session.send(ROOM, "one");
    await pass(10_000);
    expect(new Set(socket.of("send").map(({ cid }) => cid)).size).toBe(1);
    expect(socket.of("send")).toHaveLength(2);
  });

  test("what was written as somebody else is not sent, and waits to be called failed", async () => {
    const socket = await talk();
    session.send(ROOM, "written");
    const stranger = { ...ME, id: "v_stranger" };
    browser.answers = [{ status: 200, body: sessionAnswer({ visitor: stranger }) }];
    socket.die();
    await pass(1000);
    FakeSocket.last.open();
    FakeSocket.last.receive(welcome({ visitor: stranger }), resume(3, []));
    expect(bodies(FakeSocket.last)).toEqual([]);
    session.send(ROOM, "next");
    expect(bodies(FakeSocket.last)).toEqual([]);
    await arrive();
    expect(pending()).toEqual([
      ["written", "failed"],
      ["next", "sending"],
    ]);
    expect(bodies(FakeSocket.last)).toEqual(["next"]);
  });

  test("what was written survives a reload, and goes out when the second half is there", async () => {
    browser.answers = ["network"];
    session = openSession({ base: "https://chat.example", site: "pk_test" });
    session.join(ROOM);
    session.start();
    for (const body of ["1", "2", "3"]) {
      session.send(ROOM, body);
      await pass(10);
    }
    session.close();
    browser = openBrowser(browser.storage);
    const socket = await talk(snapshot());
    expect(bodies(socket)).toEqual([]);
    await arrive();
    for (let seq = 1; seq <= 3; seq += 1)
      socket.receive(ack(socket.of("send").at(-1)?.cid ?? "", seq));
    expect(bodies(socket)).toEqual(["1", "2", "3"]);
  });

  test("what asks for it fails with a reason, and can be asked again", async () => {
    await talk();
    await expect(session.rename("Calm Pike")).rejects.toMatchObject({ code: "network" });
    await expect(session.act(ROOM, { type: "delete", seq: 1 })).rejects.toMatchObject({
      code: "network",
    });
    line.isBlocked = false;
    browser.answers = [{ status: 200, body: { ...ME, name: "Calm Pike" } }];
    await expect(session.rename("Calm Pike")).resolves.toMatchObject({ name: "Calm Pike" });
  });

  test("it is asked for again and again, by one timer, and not after the end", async () => {
    const socket = await talk();
    for (let count = 0; count < 5; count += 1) await session.rename("x").catch(() => {});
    line.asked = 0;
    for (let left = 0; left < 4; left += 1) {
      await pass(5_000);
      socket.receive({ type: "ping", n: 1, heads: {} });
    }
    expect(line.asked).toBe(4);
    session.close();
    await pass(60_000);
    expect(line.asked).toBe(4);
  });
});

describe("what it missed", () => {
  test("is made up for: a refusal, who is here, a room that isn't", async () => {
    const socket = await talk();
    const cid = session.send(ROOM, "rude");
    session.join("nowhere");
    const frames: ServerFrame[] = [
      nack(cid, { code: "blocked_word", message: "Not here.", final: true }),
      { type: "presence", room: ROOM, online: 2, joined: [{ id: "v_x", name: "X" }] },
      { type: "error", code: "not_found", message: "No such room.", room: "nowhere" },
    ];
    socket.receive(...frames);
    expect(state()?.online).toBe(2);
    await arrive();
    expect(pending()).toEqual([["rude", "failed"]]);
    expect(state()?.people).toEqual([{ id: "v_x", name: "X" }]);
    expect(session.room("nowhere")?.problem?.code).toBe("not_found");
  });

  test("that waits for approval is asked for again, because it may be approved meanwhile", async () => {
    const item = {
      cid: "cid-00001",
      at: "2026-11-21T09:30:01Z",
      body: "may I?",
      entities: [],
      reply_to: null,
      attachments: [],
    };
    const socket = await talk(snapshot(range(1, 3), { held: [item] }));
    socket.receive(mine(4, item.cid));
    await arrive();
    expect(socket.of("sync")).toMatchObject([{ room: ROOM, epoch: EPOCH, since: 4, limit: 1 }]);
    socket.receive(resume(4, []));
    expect(pending()).toEqual([]);
  });

  test("is told to the server: the read mark", async () => {
    const socket = await talk();
    session.seen(ROOM);
    expect(socket.of("seen")).toEqual([]);
    await arrive();
    expect(socket.of("seen")).toEqual([{ type: "seen", room: ROOM, rev: 3 }]);
  });

  test("is judged: an end that allows no coming back stops it", async () => {
    const socket = await talk();
    socket.receive({ type: "bye", code: 4504, reason: "the reason", retry_ms: null });
    line.isBlocked = false;
    socket.die(4504);
    expect(status()).toBe("reconnecting");
    await pass();
    expect(session.snapshot().connection.stop).toMatchObject({
      code: "banned",
      message: "the reason",
    });
    await pass(600_000);
    expect(FakeSocket.all).toHaveLength(1);
  });

  test("is judged: a refusal of the session call, too", async () => {
    const body = { error: "origin_not_allowed", message: "Not here.", hint: "Add it." };
    browser.answers = [{ status: 403, body }];
    session = openSession({ base: "https://chat.example", site: "pk_test" });
    session.start();
    await pass();
    expect(status()).toBe("reconnecting");
    await arrive();
    expect(session.snapshot().connection.stop).toMatchObject({
      code: "origin_not_allowed",
      hint: "Add it.",
    });
    const { length } = browser.calls;
    await pass(600_000);
    expect(browser.calls).toHaveLength(length);
  });

  test("does not disturb a connection that has come back by itself meanwhile", async () => {
    const socket = await talk();
    socket.die();
    await pass(1000);
    const next = await greet(resume(3, []));
    await arrive();
    expect(status()).toBe("online");
    expect(next.closedWith).toBeNull();
    session.older(ROOM);
    expect(FakeSocket.all).toHaveLength(2);
  });

  test("can be asked for now: older messages", async () => {
    const socket = await talk(snapshot(range(51, 60), { older: true }));
    session.older(ROOM);
    expect(socket.of("history")).toEqual([]);
    const drawn = vi.fn();
    session.subscribe(drawn);
    await arrive();
    expect(drawn).toHaveBeenCalled();
    session.older(ROOM);
    socket.receive(page(51, range(1, 50), false));
    expect(state()?.groups).toHaveLength(2);
  });

  test("watches silence from its arrival on", async () => {
    const socket = await talk();
    await arrive();
    await pass(40_000);
    expect(socket.closedWith).toBe(1000);
  });
});
