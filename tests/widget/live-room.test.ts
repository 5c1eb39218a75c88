/** A room on the team's page: the widget's connection says when the page has something to ask. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { LiveRoom } from "../../widget/src/dashboard/live-room.ts";
import { type Browser, closeBrowser, FakeSocket, openBrowser, pass } from "./support/browser.ts";
import { EPOCH, message, ROOM, resume, welcome } from "./support/frames.ts";

const URL = "wss://chat.example/ws/v1/staff/pk_test/";

let browser: Browser;
let cursor: { epoch: string; since: number };
let asked: number;
let shown: boolean[];
let isRead: boolean;
let live: LiveRoom;

async function online(): Promise<FakeSocket> {
  await pass();
  FakeSocket.last.open();
  FakeSocket.last.receive(welcome(), resume(cursor.since, []));
  return FakeSocket.last;
}

beforeEach(() => {
  browser = openBrowser();
  const body = new EventTarget();
  Object.assign(browser.document, { body });
  body.addEventListener("inglenook:changed", () => {
    asked += 1;
  });
  cursor = { epoch: EPOCH, since: 3 };
  asked = 0;
  shown = [];
  isRead = false;
  live = new LiveRoom({
    room: ROOM,
    url: URL,
    cursor: () => cursor,
    show: (isLive) => shown.push(isLive),
    isRead: () => isRead,
  });
  live.start();
});
afterEach(() => {
  live.stop();
  closeBrowser();
});

test("it joins from where the page is drawn, without a session call", async () => {
  const socket = await online();
  expect(socket.url).toBe(URL);
  expect(socket.sent[0]).toEqual({
    type: "hello",
    v: 1,
    rooms: [{ room: ROOM, epoch: EPOCH, since: 3 }],
  });
  expect(browser.calls).toEqual([]);
  expect(shown.at(-1)).toBe(true);
  await pass(1000);
  expect(asked).toBe(0);
});

test("a new message makes the page ask at once, and many ask twice a second", async () => {
  const socket = await online();
  socket.receive(message(4));
  await pass();
  expect(asked).toBe(1);
  for (let seq = 5; seq < 25; seq += 1) {
    socket.receive(message(seq));
    await pass(50);
  }
  expect(asked).toBeLessThanOrEqual(3);
});

test("it asks again while the answer is older than what it knows", async () => {
  const socket = await online();
  socket.receive(message(4), message(5));
  await pass(500);
  cursor = { epoch: EPOCH, since: 4 };
  live.drawn();
  await pass(500);
  expect(asked).toBe(2);
  cursor = { epoch: EPOCH, since: 5 };
  live.drawn();
  await pass(5000);
  expect(asked).toBe(2);
});

test("a head that is further on, or of another epoch, makes the page ask", async () => {
  const socket = await online();
  socket.receive({ type: "ping", n: 1, heads: { [ROOM]: [EPOCH, 3] } });
  await pass(1000);
  expect(asked).toBe(0);
  expect(socket.sent.at(-1)).toEqual({ type: "pong", n: 1 });
  socket.receive({ type: "ping", n: 2, heads: { [ROOM]: [EPOCH, 4] } });
  await pass(1000);
  expect(asked).toBe(1);
  cursor = { epoch: EPOCH, since: 4 };
  socket.receive({ type: "ping", n: 3, heads: { [ROOM]: ["another", 4] } });
  await pass(1000);
  expect(asked).toBe(2);
});

test("frames of other rooms make it ask nothing", async () => {
  const socket = await online();
  socket.receive({ ...message(9), room: "other" });
  await pass(1000);
  expect(asked).toBe(0);
});

test("a lost socket is shown, and comes back from where the page is then", async () => {
  const socket = await online();
  socket.die();
  expect(shown.at(-1)).toBe(false);
  cursor = { epoch: EPOCH, since: 8 };
  await pass(250);
  const next = await online();
  expect(next).not.toBe(socket);
  expect(next.of("hello")[0]?.rooms).toEqual([{ room: ROOM, epoch: EPOCH, since: 8 }]);
  expect(shown.at(-1)).toBe(true);
});

test("a close code for good ends it: the page goes on by asking", async () => {
  const socket = await online();
  socket.receive({ type: "bye", code: 4503, reason: "off", retry_ms: null });
  socket.die(4503);
  await pass(600_000);
  expect(FakeSocket.all).toHaveLength(1);
  expect(shown.at(-1)).toBe(false);
});

test("a page behind others stays live", async () => {
  const socket = await online();
  browser.show(false);
  for (let turn = 0; turn < 20; turn += 1) {
    await pass(20_000);
    socket.receive({ type: "ping", n: turn, heads: {} });
  }
  expect(socket.closedWith).toBeNull();
});

test("looked at again, an open socket is asked whether it lives", async () => {
  const socket = await online();
  browser.show(false);
  browser.show(true);
  expect(socket.of("sync")).toEqual([
    { type: "sync", room: ROOM, epoch: EPOCH, since: 3, limit: 1 },
  ]);
  await pass(3000);
  expect(shown.at(-1)).toBe(false);
});

test("what somebody looks at counts as read once, and not before", async () => {
  const socket = await online();
  live.drawn();
  expect(socket.of("seen")).toEqual([]);
  isRead = true;
  live.read();
  live.drawn();
  cursor = { epoch: EPOCH, since: 5 };
  live.drawn();
  expect(socket.of("seen")).toEqual([
    { type: "seen", room: ROOM, rev: 3 },
    { type: "seen", room: ROOM, rev: 5 },
  ]);
});
