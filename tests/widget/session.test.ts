import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { SessionEvents } from "../../widget/src/session/session.ts";
import { openSession } from "../../widget/src/session/session.ts";
import {
  type Browser,
  closeBrowser,
  FakeSocket,
  openBrowser,
  pass,
  sessionAnswer,
  TOKEN,
} from "./support/browser.ts";
import {
  ack,
  EPOCH,
  ME,
  message,
  mine,
  page,
  ROOM,
  range,
  resume,
  snapshot,
} from "./support/frames.ts";
import {
  BASE,
  closedAfterEach,
  greet,
  KEY,
  newSession,
  newStore,
  talk,
  welcome,
} from "./support/talking.ts";

let browser: Browser;

beforeEach(() => {
  browser = openBrowser();
});
afterEach(() => closeBrowser());
const kept = closedAfterEach();

describe("opening", () => {
  test("asks, reads and stores nothing before the visitor acts", async () => {
    const read = vi.spyOn(browser.storage, "getItem");
    const session = kept(newSession());
    session.join(ROOM);
    session.setActive(true);
    session.snapshot();
    await pass(60_000);
    expect(browser.calls).toEqual([]);
    expect(FakeSocket.all).toEqual([]);
    expect(read).not.toHaveBeenCalled();
    expect(browser.storage.items.size).toBe(0);
    expect(session.snapshot().connection.status).toBe("idle");
  });

  test("is a session call, a socket with the subprotocol, one hello with the rooms", async () => {
    const session = kept(newSession());
    session.join(ROOM);
    session.start();
    session.start();
    expect(session.snapshot().connection.status).toBe("connecting");
    await pass();
    expect(browser.calls).toMatchObject([
      {
        url: "https://chat.example/api/v1/pk_test/session",
        method: "POST",
        body: { token: null, room: ROOM },
      },
    ]);
    const socket = FakeSocket.last;
    expect([socket.url, socket.protocol]).toEqual([sessionAnswer().ws_url, "inglenook.v1"]);
    socket.open();
    expect(socket.sent).toEqual([{ type: "hello", v: 1, token: TOKEN, rooms: [{ room: ROOM }] }]);
    socket.receive(welcome(), snapshot(range(1, 2)));
    expect(session.snapshot()).toMatchObject({
      visitor: ME,
      connection: { status: "online", transport: "ws" },
    });
    expect(session.room(ROOM)?.since).toBe(2);
  });

  test("asks before the other tabs are told of, which takes a slow phone a while", () => {
    const session = kept(newSession());
    session.join(ROOM);
    let callsBefore = -1;
    vi.stubGlobal(
      "BroadcastChannel",
      class {
        constructor() {
          callsBefore = browser.calls.length;
        }
        postMessage() {}
        close() {}
      },
    );
    session.start();
    expect(callsBefore).toBe(1);
  });

  test("keeps the token for the next page", async () => {
    const { session } = await talk();
    session.close();
    kept(newSession()).start();
    await pass();
    expect(browser.calls.at(-1)?.body.token).toBe(TOKEN);
  });

  test("is one for all instances with the same server and key", async () => {
    const [one, two] = [
      kept(newSession()),
      kept(openSession({ base: "https://chat.example", site: KEY, store: newStore() })),
    ];
    one.join(ROOM);
    two.join("tea");
    one.start();
    two.start();
    await pass();
    FakeSocket.last.open();
    expect(FakeSocket.all).toHaveLength(1);
    expect(FakeSocket.last.of("hello")[0]?.rooms).toEqual([{ room: ROOM }, { room: "tea" }]);
    one.close();
    expect(FakeSocket.last.of("leave")).toEqual([{ type: "leave", room: ROOM }]);
    expect(FakeSocket.last.closedWith).toBeNull();
    two.close();
    expect(FakeSocket.last.closedWith).toBe(1000);
  });

  test("left before its socket is open closes it once it is", async () => {
    const session = kept(newSession());
    session.join(ROOM);
    session.start();
    await pass();
    const socket = FakeSocket.last;
    session.close();
    expect(socket.closedWith).toBeNull();
    socket.open();
    expect(socket.closedWith).toBe(1000);
    expect(socket.sent).toEqual([]);
  });

  test("left while its socket hangs closes it after ten seconds", async () => {
    const session = kept(newSession());
    session.start();
    await pass();
    const socket = FakeSocket.last;
    session.close();
    await pass(9_999);
    expect(socket.closedWith).toBeNull();
    await pass(1);
    expect(socket.closedWith).toBe(1000);
  });

  test("is not the same for another site", () => {
    const one = kept(newSession());
    const other = kept(openSession({ base: BASE, site: "pk_other", store: newStore("pk_other") }));
    one.join(ROOM);
    expect(other.room(ROOM)).toBeNull();
  });

  test("finds the room that an alias means, and what was written under it goes there", async () => {
    const secret = {
      slug: "p_abc",
      name: "You",
      kind: "private",
      topic: "",
      head: 0,
      unread: 0,
    } as const;
    browser.answers = [
      { status: 200, body: sessionAnswer({ rooms: [...sessionAnswer().rooms, secret] }) },
    ];
    const session = kept(newSession());
    session.join("private");
    session.join("");
    session.send("private", "is anybody there?");
    expect(session.room("private")?.pending).toHaveLength(1);
    session.start();
    const socket = await greet();
    expect(browser.calls[0]?.body.room).toBe("private");
    expect(socket.of("hello")[0]?.rooms).toEqual([{ room: "p_abc" }, { room: ROOM }]);
    expect(session.room("private")).toBe(session.room("p_abc"));
    expect(session.room("")).toBe(session.room(ROOM));
    socket.receive(snapshot([], { room: "p_abc" }));
    expect(socket.of("send")).toMatchObject([{ room: "p_abc", body: "is anybody there?" }]);
  });

  test("asks again for a private room that was not wanted at first", async () => {
    const { session } = await talk();
    kept(session).join("private");
    await pass();
    expect(browser.calls.map(({ body }) => body.room)).toEqual([ROOM, "private"]);
  });
});

describe("rooms", () => {
  test("are joined and left while the connection lives", async () => {
    const { session, socket } = await talk();
    const leave = kept(session).join("tea");
    expect(socket.of("join")).toEqual([{ type: "join", room: "tea" }]);
    leave();
    leave();
    expect(socket.of("leave")).toEqual([{ type: "leave", room: "tea" }]);
  });

  test("that are joined again resume where they were", async () => {
    const { session, socket } = await talk(snapshot(range(1, 4)));
    const leave = kept(session).join("tea");
    socket.receive(snapshot(range(1, 7), { room: "tea" }));
    leave();
    session.join("tea");
    expect(socket.of("join").at(-1)).toEqual({ type: "join", room: "tea", epoch: EPOCH, since: 7 });
  });

  test("ask for what is missing only after the delay, and only what is still missing", async () => {
    const { session, socket } = await talk(snapshot(range(1, 3)));
    kept(session);
    socket.receive(message(5));
    socket.receive(message(6));
    await pass(149);
    expect(socket.of("sync")).toEqual([]);
    await pass(1);
    expect(socket.of("sync")).toEqual([
      { type: "sync", room: ROOM, epoch: EPOCH, since: 3, limit: 100 },
    ]);
    socket.receive(resume(3, range(4, 6)));
    socket.receive(message(8));
    socket.receive(message(7));
    await pass(10_000);
    expect(socket.of("sync")).toHaveLength(1);
  });

  test("answer a ping, and ask when its head is above", async () => {
    const { session, socket } = await talk(snapshot(range(1, 3)));
    kept(session);
    socket.receive({ type: "ping", n: 7, heads: { [ROOM]: [EPOCH, 5], tea: ["x", 1] } });
    expect(socket.of("pong")).toEqual([{ type: "pong", n: 7 }]);
    await pass(150);
    expect(socket.of("sync")).toHaveLength(1);
  });

  test("take a snapshot when the ping is of another epoch", async () => {
    const { session, socket } = await talk(snapshot(range(1, 3)));
    kept(session);
    socket.receive({ type: "ping", n: 7, heads: { [ROOM]: ["epochtwo2", 3] } });
    await pass();
    expect(socket.of("join")).toEqual([{ type: "join", room: ROOM }]);
  });

  test("get older messages a page at a time", async () => {
    const { session, socket } = await talk(snapshot(range(51, 60), { older: true }));
    kept(session).older(ROOM);
    session.older(ROOM);
    expect(socket.of("history")).toEqual([{ type: "history", room: ROOM, before: 51, limit: 50 }]);
    socket.receive(page(51, range(1, 50), false));
    expect(session.room(ROOM)?.groups).toHaveLength(2);
  });

  test("say why they can't be shown", async () => {
    const { session, socket } = await talk();
    kept(session).join("nowhere");
    socket.receive({
      type: "error",
      code: "not_found",
      message: "There is no such room.",
      room: "nowhere",
    });
    expect(session.room("nowhere")?.problem?.message).toBe("There is no such room.");
  });
});

describe("what a view sees", () => {
  test("is the same object while nothing changed, and one call for several frames", async () => {
    const { session, socket } = await talk(snapshot(range(1, 3)));
    const drawn = vi.fn();
    const stop = kept(session).subscribe(drawn);
    const before = session.room(ROOM);
    socket.receive(message(2), message(3));
    expect(session.room(ROOM)).toBe(before);
    expect(drawn).not.toHaveBeenCalled();
    socket.receive(message(4), message(5), message(6));
    expect(drawn).toHaveBeenCalledTimes(1);
    expect(session.snapshot()).toBe(session.snapshot());
    stop();
    socket.receive(message(7));
    expect(drawn).toHaveBeenCalledTimes(1);
  });

  test("counts what is unread, in open rooms by itself and in others as the server counts", async () => {
    const tea = {
      slug: "tea",
      name: "Tea",
      kind: "public",
      topic: "",
      head: 9,
      unread: 4,
    } as const;
    browser.answers = [
      { status: 200, body: sessionAnswer({ rooms: [...sessionAnswer().rooms, tea] }) },
    ];
    const { session, socket } = await talk(snapshot(range(1, 3), { seen: 2 }));
    expect(kept(session).snapshot().unread).toBe(5);
    session.seen(ROOM);
    expect(session.snapshot().unread).toBe(4);
    socket.receive(message(4));
    expect(session.snapshot().rooms.map(({ unread }) => unread)).toEqual([1, 4]);
  });

  test("has the server's clock for times", async () => {
    const session = kept(newSession());
    session.start();
    await pass();
    FakeSocket.last.open();
    FakeSocket.last.receive(welcome({ now: new Date(Date.now() + 90_000).toISOString() }));
    expect(session.snapshot().clockOffsetMs).toBe(90_000);
  });
});

describe("events", () => {
  test("tell what happened, once", async () => {
    const { session, socket } = await talk(snapshot(range(1, 3)));
    const notified: string[] = [];
    const names: (keyof SessionEvents)[] = [
      "message",
      "message:received",
      "message:sent",
      "message:edited",
      "message:deleted",
      "unread",
      "typing",
      "presence",
      "identity",
    ];
    for (const name of names) kept(session).on(name, () => notified.push(name));
    socket.receive(message(4));
    expect(notified.splice(0)).toEqual(["message", "message:received", "unread"]);
    const cid = session.send(ROOM, "hello");
    socket.receive(ack(cid, 5), mine(5, cid));
    expect(notified.splice(0)).toEqual(["message:sent", "message"]);
    socket.receive(message(6, { seq: 4, edited_at: "x" }));
    socket.receive(message(7, { seq: 4, deleted: "author" }));
    expect(notified.splice(0)).toEqual(["message:edited", "message:deleted", "unread"]);
    socket.receive({ type: "typing", room: ROOM, who: [{ id: "v_other", name: "B" }] });
    socket.receive({ type: "presence", room: ROOM, online: 3 });
    expect(notified.splice(0)).toEqual(["typing", "presence"]);
    await pass(4000);
    expect(notified.splice(0)).toEqual(["typing"]);
  });

  test("of a listener that throws do not stop the others", async () => {
    const { session, socket } = await talk();
    const heard = vi.fn();
    kept(session).on("message", () => {
      throw new Error("the page's own fault");
    });
    session.on("message", heard);
    socket.receive(message(1));
    expect(heard).toHaveBeenCalledTimes(1);
    expect(() => vi.runOnlyPendingTimers()).toThrow("the page's own fault");
  });
});

test("reset forgets who this is, and the next start is somebody new", async () => {
  const { session } = await talk();
  kept(session).send(ROOM, "left behind");
  session.reset();
  expect(browser.storage.items.size).toBe(0);
  expect(session.snapshot()).toMatchObject({ visitor: null, connection: { status: "idle" } });
  expect(session.room(ROOM)?.pending).toEqual([]);
  session.start();
  await pass();
  expect(browser.calls.at(-1)?.body.token).toBeNull();
});

test("reset is not undone by a session call that was under way", async () => {
  const session = kept(newSession());
  session.start();
  session.reset();
  await pass();
  expect(session.snapshot().visitor).toBeNull();
  expect(browser.storage.items.size).toBe(0);
  expect(FakeSocket.all).toEqual([]);
});
