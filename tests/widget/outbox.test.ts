import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Session } from "../../widget/src/session/session.ts";
import { type Browser, closeBrowser, FakeSocket, openBrowser, pass } from "./support/browser.ts";
import { ack, mine, nack, ROOM, resume, roomInfo, snapshot } from "./support/frames.ts";
import { greet, newSession, passWithPings, pendingOf, talk, welcome } from "./support/talking.ts";

let browser: Browser;
let open: Session | null = null;

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
      alt: "",
      media_type: "image/png",
      bytes: 3,
      url: "https://x/a",
    };
    session.send(ROOM, "look", { reply_to: 4, attachments: [file] });
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

  test("repeats the same cid each time that no ack comes in ten seconds", async () => {
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

  test("backs off from one second when the server does not say how long", async () => {
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

  test("fails what no frame can hold by itself, and goes on", async () => {
    const { session, socket } = await online();
    session.send(ROOM, "é".repeat(8200));
    session.send(ROOM, "short");
    expect(session.room(ROOM)?.pending[0]).toMatchObject({
      status: "failed",
      problem: { code: "too_long" },
    });
    expect(sends(socket)).toEqual(["short"]);
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

  test("gives a refused one a new cid: the server would refuse the old one again", async () => {
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

test("an answer that names no room is known by its cid", async () => {
  const { session, socket } = await online();
  session.join("tea");
  const cid = session.send(ROOM, "one");
  const error = { type: "error", code: "invalid", message: "No." } as const;
  socket.receive({ ...error, re: "send" });
  expect(pendingOf(session)).toEqual([["one", "sending"]]);
  socket.receive({ ...error, re: "send", cid });
  expect(pendingOf(session)).toEqual([["one", "failed"]]);
});
