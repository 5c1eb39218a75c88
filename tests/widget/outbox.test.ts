import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Session } from "../../widget/src/session.ts";
import {
  type Browser,
  closeBrowser,
  FakeSocket,
  openBrowser,
  pass,
  sessionAnswer,
} from "./support/browser.ts";
import { ack, mine, nack, ROOM, range, resume, roomInfo, snapshot } from "./support/frames.ts";
import { greet, newSession, passWithPings, pendingOf, talk, welcome } from "./support/talking.ts";

const DAY_MS = 24 * 3_600_000;
let browser: Browser;
let open: Session | null = null;

/** The page is gone and loaded again; storage is what it was. */
function reload(): void {
  open?.close();
  browser = openBrowser(browser.storage);
}

async function online(sync = snapshot()): Promise<{ session: Session; socket: FakeSocket }> {
  const talking = await talk(sync);
  open = talking.session;
  return talking;
}

function sends(socket: FakeSocket): string[] {
  return socket.of("send").map(({ body }) => body);
}

function cidOf(socket: FakeSocket, index = -1): string {
  return socket.of("send").at(index)?.cid ?? "";
}

beforeEach(() => {
  browser = openBrowser();
});
afterEach(() => {
  open?.close();
  open = null;
  closeBrowser();
});

describe("sending", () => {
  test("writes one message at a time, in the order they were written", async () => {
    const { session, socket } = await online();
    for (const body of ["one", "two", "three"]) session.send(ROOM, body);
    expect(sends(socket)).toEqual(["one"]);
    socket.receive(ack(cidOf(socket), 1));
    expect(sends(socket)).toEqual(["one", "two"]);
    socket.receive(mine(1, cidOf(socket, 0)), mine(2, cidOf(socket)));
    expect(sends(socket)).toEqual(["one", "two", "three"]);
    expect(pendingOf(session)).toEqual([["three", "sending"]]);
  });

  test("carries the reply and the attachments", async () => {
    const { session, socket } = await online();
    const file = {
      id: "a_1",
      name: "a.png",
      media_type: "image/png",
      bytes: 3,
      url: "https://x/a",
    };
    session.send(ROOM, "look", { replyTo: 4, attachments: [file] });
    expect(socket.of("send")).toMatchObject([{ body: "look", reply_to: 4, attachments: ["a_1"] }]);
  });

  test("waits for the room to be in step", async () => {
    const session = newSession();
    open = session;
    session.join(ROOM);
    session.send(ROOM, "early");
    session.start();
    await pass();
    FakeSocket.last.open();
    FakeSocket.last.receive(welcome());
    expect(sends(FakeSocket.last)).toEqual([]);
    FakeSocket.last.receive(snapshot());
    expect(sends(FakeSocket.last)).toEqual(["early"]);
  });

  test("repeats the same cid when no ack comes in ten seconds, for as long as it takes", async () => {
    const { session, socket } = await online();
    session.send(ROOM, "hello");
    await pass(9_999);
    expect(sends(socket)).toEqual(["hello"]);
    await pass(1);
    await passWithPings(socket, 10_000);
    expect(new Set(socket.of("send").map(({ cid }) => cid)).size).toBe(1);
    expect(sends(socket)).toHaveLength(3);
    socket.receive(ack(cidOf(socket), 1, { dup: true }));
    await passWithPings(socket, 60_000);
    expect(sends(socket)).toHaveLength(3);
  });

  test("goes on with the next when one is refused for good", async () => {
    const { session, socket } = await online();
    const failed = vi.fn();
    session.on("message:failed", failed);
    session.send(ROOM, "rude");
    session.send(ROOM, "kind");
    socket.receive(
      nack(cidOf(socket), { code: "blocked_word", message: "Not here.", final: true }),
    );
    expect(sends(socket)).toEqual(["rude", "kind"]);
    expect(pendingOf(session)).toEqual([
      ["rude", "failed"],
      ["kind", "sending"],
    ]);
    expect(failed).toHaveBeenCalledWith(
      expect.objectContaining({
        room: ROOM,
        problem: expect.objectContaining({ code: "blocked_word" }),
      }),
    );
  });

  test("keeps those behind waiting while one must be tried later", async () => {
    const { session, socket } = await online();
    session.send(ROOM, "one");
    session.send(ROOM, "two");
    socket.receive(nack(cidOf(socket), { retry_ms: 5000 }));
    await pass(4999);
    expect(sends(socket)).toEqual(["one"]);
    await pass(1);
    expect(sends(socket)).toEqual(["one", "one"]);
  });

  test("backs off from one second when it is not told how long", async () => {
    const { session, socket } = await online();
    session.send(ROOM, "one");
    for (const wait of [1000, 2000, 4000]) {
      socket.receive(nack(cidOf(socket)));
      const before = sends(socket).length;
      await pass(wait - 1);
      expect(sends(socket)).toHaveLength(before);
      await pass(1);
      expect(sends(socket)).toHaveLength(before + 1);
    }
  });

  test("counts down in a slow room and after a flood, and then goes by itself", async () => {
    const { session, socket } = await online(snapshot([], { state: roomInfo(0, { slow_s: 10 }) }));
    const limited = vi.fn();
    session.on("rate-limited", limited);
    session.send(ROOM, "one");
    session.send(ROOM, "two");
    socket.receive(ack(cidOf(socket), 1));
    expect(session.room(ROOM)?.notBefore).toBe(Date.now() + 10_000);
    await pass(9_999);
    expect(sends(socket)).toEqual(["one"]);
    await pass(1);
    expect(sends(socket)).toEqual(["one", "two"]);
    socket.receive(nack(cidOf(socket), { code: "slow_mode", retry_ms: 3000 }));
    expect(limited).toHaveBeenCalledWith({ room: ROOM, code: "slow_mode", retryAfterMs: 3000 });
    await pass(3000);
    expect(sends(socket)).toEqual(["one", "two", "two"]);
  });

  test("takes an error about a send for its answer", async () => {
    const { session, socket } = await online();
    session.send(ROOM, "one");
    socket.receive({
      type: "error",
      code: "too_large",
      message: "Too much.",
      re: "send",
      room: ROOM,
    });
    expect(pendingOf(session)).toEqual([["one", "failed"]]);
  });
});

describe("over a lost connection", () => {
  test("sends again only after the sync, and not what the sync shows to be stored", async () => {
    const { session, socket } = await online();
    session.send(ROOM, "one");
    session.send(ROOM, "two");
    const cid = cidOf(socket);
    socket.die();
    await pass(1000);
    FakeSocket.last.open();
    FakeSocket.last.receive(welcome());
    expect(sends(FakeSocket.last)).toEqual([]);
    FakeSocket.last.receive(resume(0, [mine(1, cid)]));
    expect(sends(FakeSocket.last)).toEqual(["two"]);
  });

  test("sends the same cid again when the sync does not have it", async () => {
    const { session, socket } = await online();
    session.send(ROOM, "one");
    const cid = cidOf(socket);
    socket.die();
    await pass(1000);
    const next = await greet(resume(0, []));
    expect(cidOf(next)).toBe(cid);
  });

  test("a room with unsent messages stays joined when its view closes", async () => {
    const session = newSession();
    open = session;
    session.join(ROOM);
    const leave = session.join("tea");
    session.start();
    const socket = await greet();
    session.send("tea", "one");
    leave();
    expect(socket.of("leave")).toEqual([]);
    socket.receive(snapshot([], { room: "tea" }));
    const sent = ack(cidOf(socket), 1, { room: "tea" });
    socket.receive(sent, mine(1, sent.cid, { room: "tea" }));
    expect(socket.of("leave")).toEqual([{ type: "leave", room: "tea" }]);
  });
});

describe("over a reload", () => {
  test("five messages written offline are sent once each, in order", async () => {
    browser.navigator.onLine = false;
    browser.answers = ["network"];
    const session = newSession();
    open = session;
    session.join(ROOM);
    session.start();
    for (const body of ["1", "2", "3", "4", "5"]) {
      session.send(ROOM, body);
      await pass(10);
    }
    reload();
    const { session: again, socket } = await online();
    expect(pendingOf(again).map(([body]) => body)).toEqual(["1", "2", "3", "4", "5"]);
    for (let seq = 1; seq <= 5; seq += 1) socket.receive(ack(cidOf(socket), seq));
    expect(sends(socket)).toEqual(["1", "2", "3", "4", "5"]);
    expect([...browser.storage.items.keys()].filter((key) => key.includes("out:"))).toEqual([]);
  });

  test("shows what waits before there is any connection", async () => {
    const { session } = await online();
    session.send(ROOM, "one");
    reload();
    browser.answers = ["network"];
    const again = newSession();
    open = again;
    again.join(ROOM);
    expect(pendingOf(again)).toEqual([]);
    again.start();
    expect(pendingOf(again)).toEqual([["one", "sending"]]);
  });

  test("keeps the cid of what was written to a socket, so that it cannot double", async () => {
    const { session, socket } = await online();
    const cid = session.send(ROOM, "one");
    expect(cidOf(socket)).toBe(cid);
    reload();
    const { socket: next } = await online();
    expect(cidOf(next)).toBe(cid);
  });

  test("keeps what failed, with the reason", async () => {
    const { session, socket } = await online();
    session.send(ROOM, "rude");
    socket.receive(
      nack(cidOf(socket), { code: "blocked_word", message: "Not here.", final: true }),
    );
    reload();
    const { session: again, socket: next } = await online();
    expect(again.room(ROOM)?.pending).toMatchObject([
      { body: "rude", status: "failed", problem: { message: "Not here." } },
    ]);
    expect(sends(next)).toEqual([]);
  });

  test("fails what waited for more than a day, and forgets it after a week", async () => {
    const { session } = await online();
    session.send(ROOM, "old");
    reload();
    vi.setSystemTime(Date.now() + DAY_MS + 1000);
    const { session: again, socket } = await online();
    expect(again.room(ROOM)?.pending).toMatchObject([
      { status: "failed", problem: { code: "aged" } },
    ]);
    expect(sends(socket)).toEqual([]);
    reload();
    vi.setSystemTime(Date.now() + 8 * DAY_MS);
    expect(pendingOf((await online()).session)).toEqual([]);
  });

  test("is not disturbed by what somebody else left in the storage", async () => {
    browser.storage.setItem("inglenook:pk_test:out:broken", "{");
    browser.storage.setItem("inglenook:pk_test:out:strange", '{"room":"lobby","entry":{"cid":7}}');
    const { session } = await online();
    expect(pendingOf(session)).toEqual([]);
  });
});

describe("when I am somebody else", () => {
  const stranger = { id: "v_stranger", name: "Dusky Vole", role: "visitor" } as const;

  test("what was ever written to a socket is shown as failed and never sent by itself", async () => {
    const { session, socket } = await online();
    session.send(ROOM, "written");
    session.send(ROOM, "not yet");
    browser.answers = [{ status: 200, body: sessionAnswer({ visitor: stranger, token: "t2" }) }];
    socket.die(4502);
    await pass();
    const next = FakeSocket.last;
    next.open();
    next.receive(welcome({ visitor: stranger }), resume(0, []));
    expect(pendingOf(session)).toEqual([
      ["written", "failed"],
      ["not yet", "sending"],
    ]);
    expect(session.room(ROOM)?.pending[0]?.problem?.code).toBe("identity");
    expect(sends(next)).toEqual(["not yet"]);
  });

  test("the same holds after a reload", async () => {
    const { session } = await online();
    session.send(ROOM, "written");
    reload();
    browser.answers = [{ status: 200, body: sessionAnswer({ visitor: stranger, token: "t2" }) }];
    const { session: again, socket } = await online();
    expect(pendingOf(again)).toEqual([["written", "failed"]]);
    expect(sends(socket)).toEqual([]);
  });

  test("after a ban too", async () => {
    vi.spyOn(console, "error").mockReturnValue();
    const { session, socket } = await online();
    session.send(ROOM, "written");
    session.send(ROOM, "not yet");
    socket.die(4504);
    expect(pendingOf(session)).toEqual([
      ["written", "failed"],
      ["not yet", "sending"],
    ]);
  });
});

describe("failed: retry", () => {
  test("sends it again with the same cid", async () => {
    const { session, socket } = await online();
    const cid = session.send(ROOM, "one");
    socket.receive(nack(cid, { code: "muted", message: "Not now.", final: true }));
    session.retry(ROOM, cid);
    expect(pendingOf(session)).toEqual([["one", "sending"]]);
    expect(socket.of("send").map((frame) => frame.cid)).toEqual([cid, cid]);
    session.retry(ROOM, cid);
    session.retry(ROOM, "nothing");
    expect(sends(socket)).toHaveLength(2);
  });

  test("gives a refused one a new cid, because the server would refuse the old one again", async () => {
    const { session, socket } = await online();
    const cid = session.send(ROOM, "one");
    socket.receive(ack(cid, null), { type: "refused", room: ROOM, cid, message: "No." });
    expect(pendingOf(session)).toEqual([["one", "refused"]]);
    session.retry(ROOM, cid);
    expect(cidOf(socket)).not.toBe(cid);
  });

  test("or discard takes it away, here and from the storage", async () => {
    const { session, socket } = await online();
    const cid = session.send(ROOM, "one");
    session.send(ROOM, "two");
    session.discard(ROOM, cid);
    expect(sends(socket)).toEqual(["one", "two"]);
    expect(pendingOf(session)).toEqual([["two", "sending"]]);
    expect([...browser.storage.items.keys()].some((key) => key.includes(cid))).toBe(false);
  });
});

test("a message that waits for approval is kept by the server, not here", async () => {
  const { session, socket } = await online();
  const cid = session.send(ROOM, "may I?");
  socket.receive(ack(cid, null));
  expect(pendingOf(session)).toEqual([["may I?", "held"]]);
  reload();
  const held = [
    {
      cid,
      at: "2026-11-21T09:30:01Z",
      body: "may I?",
      entities: [],
      reply_to: null,
      attachments: [],
    },
  ];
  const { session: again, socket: next } = await online(snapshot(range(1, 2), { held }));
  expect(pendingOf(again)).toEqual([["may I?", "held"]]);
  next.receive(mine(3, cid));
  expect(pendingOf(again)).toEqual([]);
});
