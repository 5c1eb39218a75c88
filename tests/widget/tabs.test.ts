import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openChannel, type TabChannel } from "../../widget/src/session/tabs/channel.ts";
import type { TabNews } from "../../widget/src/session/tabs/types.ts";
import { type Browser, closeBrowser, openBrowser, pass, sessionAnswer } from "./support/browser.ts";
import { ME, message, nack, ROOM, range, snapshot } from "./support/frames.ts";
import { pendingOf, talk } from "./support/talking.ts";

/** All channels of this name, as the browser would connect them. */
class FakeChannel {
  static all: FakeChannel[] = [];
  readonly name: string;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  constructor(name: string) {
    this.name = name;
    FakeChannel.all.push(this);
  }
  postMessage(data: unknown): void {
    for (const other of FakeChannel.all)
      if (other !== this && other.name === this.name)
        other.onmessage?.({ data: structuredClone(data) });
  }
  close(): void {
    FakeChannel.all = FakeChannel.all.filter((other) => other !== this);
  }
}

let browser: Browser;
const other: TabNews[] = [];
let otherTab: TabChannel;
let who: string | null = ME.id;

beforeEach(() => {
  browser = openBrowser();
  FakeChannel.all = [];
  other.length = 0;
  who = ME.id;
  vi.stubGlobal("BroadcastChannel", FakeChannel);
  otherTab = openChannel(
    "inglenook:https://chat.example:pk_test",
    () => who,
    (news) => other.push(news),
  );
});
afterEach(closeBrowser);

test("a read mark moves in all tabs", async () => {
  const { session, socket } = await talk(snapshot(range(1, 3)));
  session.seen(ROOM);
  expect(other).toContainEqual({ kind: "seen", room: ROOM, rev: 3 });
  socket.receive(message(4));
  expect(session.room(ROOM)?.unread).toBe(1);
  otherTab.broadcast({ kind: "seen", room: ROOM, rev: 4 });
  expect(session.room(ROOM)?.unread).toBe(0);
  session.close();
});

test("a count of unread messages reaches tabs that don't have the room open", async () => {
  const tea = { slug: "tea", name: "Tea", kind: "public", topic: "", head: 9, unread: 4 } as const;
  browser.answers = [
    { status: 200, body: sessionAnswer({ rooms: [...sessionAnswer().rooms, tea] }) },
  ];
  const { session, socket } = await talk(snapshot(range(1, 3), { seen: 3 }));
  otherTab.broadcast({ kind: "unread", room: "tea", count: 0 });
  expect(session.snapshot().unread).toBe(0);
  other.length = 0;
  socket.receive(message(4));
  expect(other).toEqual([{ kind: "unread", room: ROOM, count: 1 }]);
  otherTab.broadcast({ kind: "unread", room: ROOM, count: 0 });
  expect(session.snapshot().unread).toBe(1);
  session.close();
});

test("a discarded message is gone in all tabs, and a name is the same", async () => {
  const { session, socket } = await talk();
  const cid = session.send(ROOM, "one");
  socket.receive(nack(cid, { final: true }));
  otherTab.broadcast({ kind: "discard", room: ROOM, cid });
  expect(pendingOf(session)).toEqual([]);
  otherTab.broadcast({ kind: "name", name: "Calm Pike" });
  expect(session.snapshot().visitor?.name).toBe("Calm Pike");
  session.discard(ROOM, "cid-00009");
  expect(other).toContainEqual({ kind: "discard", room: ROOM, cid: "cid-00009" });
  session.close();
});

test("tabs of another visitor, and broken letters, are not heard", async () => {
  const { session, socket } = await talk(snapshot(range(1, 3)));
  socket.receive(message(4));
  who = "v_somebody";
  otherTab.broadcast({ kind: "seen", room: ROOM, rev: 4 });
  new FakeChannel("inglenook:https://chat.example:pk_test").postMessage(null);
  expect(session.room(ROOM)?.unread).toBe(4);
  session.close();
});

test("the channel closes with the page, which may go into the cache, and opens again", async () => {
  const { session } = await talk();
  expect(FakeChannel.all).toHaveLength(2);
  browser.fire("pagehide");
  expect(FakeChannel.all).toHaveLength(1);
  browser.fire("pageshow");
  await pass();
  expect(FakeChannel.all).toHaveLength(2);
  session.close();
  expect(FakeChannel.all).toHaveLength(1);
});

test("without such channels everything else works", async () => {
  vi.stubGlobal(
    "BroadcastChannel",
    class {
      constructor() {
        throw new Error("no");
      }
    },
  );
  const { session } = await talk(snapshot(range(1, 3)));
  session.seen(ROOM);
  expect(session.room(ROOM)?.unread).toBe(0);
  session.close();
});
