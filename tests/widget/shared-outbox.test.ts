import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { newPending, type Pending } from "../../widget/src/rooms/reduce.ts";
import type { Session } from "../../widget/src/session/session.ts";
import {
  type Browser,
  closeBrowser,
  type FakeSocket,
  openBrowser,
  pass,
} from "./support/browser.ts";
import {
  ack,
  EPOCH,
  ME,
  message,
  mine,
  nack,
  ROOM,
  range,
  resume,
  snapshot,
} from "./support/frames.ts";
import { greet, pendingOf, talk } from "./support/talking.ts";

const PREFIX = "inglenook:pk_test:out:";
const CID = "cid-other-tab-1";
/** Longer than the other tab is waited for. */
const GRACE_MS = 1_000;

let browser: Browser;
let session: Session;
let socket: FakeSocket;

/** Another tab stores it, as the browser tells this one. */
function storageEvent(key: string, newValue: string | null): void {
  if (newValue === null) browser.storage.removeItem(key);
  else browser.storage.setItem(key, newValue);
  browser.window.dispatchEvent(Object.assign(new Event("storage"), { key, newValue }));
}

function write(
  body: string,
  cid = CID,
  { room = ROOM, by = ME.id, ...over }: { room?: string; by?: string } & Partial<Pending> = {},
): void {
  const entry = { ...newPending(cid, body, Date.now()), ...over };
  storageEvent(PREFIX + cid, JSON.stringify({ room, entry, by }));
}

const stored = () => [...browser.storage.items.keys()].filter((key) => key.startsWith(PREFIX));
const sent = (from = socket) => from.of("send").map(({ body }) => body);

beforeEach(async () => {
  browser = openBrowser();
  ({ session, socket } = await talk());
});
afterEach(() => {
  session.close();
  closeBrowser();
});

describe("what another tab writes", () => {
  test("is shown here at once, and resolved by its frame without being sent again", async () => {
    write("one");
    expect(pendingOf(session)).toEqual([["one", "sending"]]);
    await pass(100);
    socket.receive(mine(1, CID));
    storageEvent(PREFIX + CID, null);
    await pass(GRACE_MS);
    expect(pendingOf(session)).toEqual([]);
    expect(sent()).toEqual([]);
  });

  test("is sent from here with its cid when that tab has no answer after a moment", async () => {
    write("one", "cid-other-tab-1");
    write("two", "cid-other-tab-2");
    await pass(GRACE_MS);
    expect(socket.of("send")).toMatchObject([{ cid: "cid-other-tab-1", body: "one" }]);
    socket.receive(ack("cid-other-tab-1", 1, { dup: true }), mine(1, "cid-other-tab-1"));
    expect(sent()).toEqual(["one", "two"]);
    socket.receive(ack("cid-other-tab-2", 2), mine(2, "cid-other-tab-2"));
    expect(pendingOf(session)).toEqual([]);
    expect(stored()).toEqual([]);
  });

  test("keeps its place before what is written here later", async () => {
    write("there");
    const cid = session.send(ROOM, "here");
    expect(sent()).toEqual([]);
    await pass(GRACE_MS);
    socket.receive(ack(CID, 1), mine(1, CID));
    expect(socket.of("send").map((frame) => frame.cid)).toEqual([CID, cid]);
  });

  test("is left to that tab for a moment when both come back", async () => {
    socket.die();
    write("one");
    await pass(5_000);
    const next = await greet(resume(0, []));
    await pass(500);
    expect(sent(next)).toEqual([]);
    await pass(GRACE_MS);
    expect(sent(next)).toEqual(["one"]);
  });

  test("and was answered there is not sent; what waits for approval is asked for", async () => {
    write("may I?");
    storageEvent(PREFIX + CID, null);
    await pass(GRACE_MS);
    expect(sent()).toEqual([]);
    expect(socket.of("sync")).toMatchObject([{ epoch: EPOCH, limit: 1 }]);
    const at = "2026-11-21T09:30:01Z";
    const item = { cid: CID, at, body: "may I?", entities: [], reply_to: null, attachments: [] };
    socket.receive(resume(0, [], { held: [item] }));
    expect(pendingOf(session)).toEqual([["may I?", "held"]]);
  });

  test("stays stored until it is answered, whoever closes first", async () => {
    write("one");
    expect(stored()).toEqual([PREFIX + CID]);
    await pass(GRACE_MS);
    expect(stored()).toEqual([PREFIX + CID]);
    expect(JSON.parse(browser.storage.items.get(PREFIX + CID) ?? "")).toMatchObject({
      room: ROOM,
      entry: { cid: CID, written: ME.id },
    });
  });

  test("in a room that isn't open here is sent, and the room is left again", async () => {
    write("to the other room", CID, { room: "tea" });
    await pass();
    expect(socket.of("join")).toEqual([{ type: "join", room: "tea" }]);
    socket.receive(snapshot([], { room: "tea" }));
    await pass(GRACE_MS);
    expect(socket.of("send")).toMatchObject([{ cid: CID, room: "tea" }]);
    socket.receive(ack(CID, 1, { room: "tea" }), mine(1, CID, { room: "tea" }));
    await pass();
    expect(socket.of("leave")).toEqual([{ type: "leave", room: "tea" }]);
  });

  test("is somebody else's where another visitor wrote it", async () => {
    write("not mine", CID, { by: "v_somebody" });
    write("nor this", "cid-other-tab-2", { written: "v_somebody" });
    await pass(GRACE_MS);
    expect(pendingOf(session)).toEqual([]);
    expect(sent()).toEqual([]);
  });

  test("is not taken from what is no message", () => {
    storageEvent(`${PREFIX}broken`, "{");
    storageEvent("another key of the page", "x");
    browser.window.dispatchEvent(Object.assign(new Event("storage"), { key: null }));
    expect(pendingOf(session)).toEqual([]);
  });
});

describe("what failed in another tab", () => {
  const problem = { code: "muted", message: "Not now." } as const;

  test("failed here, too, whoever wrote it", async () => {
    write("there");
    write("there", CID, { status: "failed", problem });
    expect(session.room(ROOM)?.pending).toMatchObject([{ status: "failed", problem }]);
    const cid = session.send(ROOM, "here");
    expect(sent()).toEqual(["here"]);
    write("here", cid, { status: "failed", problem });
    expect(pendingOf(session)).toEqual([
      ["there", "failed"],
      ["here", "failed"],
    ]);
    expect(stored()).toHaveLength(2);
  });

  test("and is tried again here goes out once", async () => {
    write("there", CID, { status: "failed", problem });
    session.retry(ROOM, CID);
    expect(socket.of("send")).toMatchObject([{ cid: CID }]);
    await pass(GRACE_MS);
    expect(sent()).toHaveLength(1);
  });

  test("and is tried again there waits for that tab", async () => {
    const cid = session.send(ROOM, "here");
    socket.receive(nack(cid, { final: true }));
    write("here", cid);
    expect(pendingOf(session)).toEqual([["here", "sending"]]);
    expect(sent()).toHaveLength(1);
    socket.receive(mine(1, cid));
    expect(pendingOf(session)).toEqual([]);
  });

  test("and was taken away while this page lay in the cache is gone", async () => {
    write("there", CID, { status: "failed", problem });
    browser.fire("pagehide");
    browser.storage.removeItem(PREFIX + CID);
    browser.fire("pageshow");
    expect(pendingOf(session)).toEqual([]);
  });
});

test("what was written while this page slept is taken up when it wakes", async () => {
  browser.show(false);
  const entry = newPending(CID, "one", Date.now());
  browser.storage.setItem(PREFIX + CID, JSON.stringify({ room: ROOM, entry, by: ME.id }));
  browser.show(true);
  expect(pendingOf(session)).toEqual([["one", "sending"]]);
  socket.receive(resume(0, []));
  await pass(GRACE_MS);
  expect(sent()).toEqual(["one"]);
});

test("an answer that comes twice, in any order, from any tab, leaves one message", async () => {
  const answers = [
    ack(CID, 4),
    ack(CID, 4, { dup: true }),
    mine(4, CID),
    mine(4, CID),
    resume(3, [mine(4, CID)]),
  ];
  for (let turn = 0; turn < 120; turn += 1) {
    // Every order of five, by its number.
    const left = [...answers];
    const order = [24, 6, 2, 1, 1].flatMap((size) =>
      left.splice(Math.floor(turn / size) % left.length, 1),
    );
    session.close();
    browser = openBrowser();
    ({ session, socket } = await talk(snapshot(range(1, 3))));
    write("one");
    await pass(turn % 2 ? GRACE_MS : 0);
    for (const answer of order) {
      socket.receive(answer);
      const { groups = [], pending = [] } = session.room(ROOM) ?? {};
      const shown = groups.flatMap(({ messages }) => messages).filter(({ cid }) => cid === CID);
      expect(shown.length + pending.length).toBe(1);
    }
    socket.receive(message(5));
    expect(pendingOf(session)).toEqual([]);
    expect(session.room(ROOM)?.since).toBe(5);
    expect(stored()).toEqual([]);
  }
});
