import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Session } from "../../widget/src/session/session.ts";
import {
  type Browser,
  closeBrowser,
  FakeSocket,
  openBrowser,
  pass,
  sessionAnswer,
} from "./support/browser.ts";
import { ack, mine, nack, ROOM, range, resume, snapshot } from "./support/frames.ts";
import { newSession, pendingOf, talk, welcome } from "./support/talking.ts";

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
    await pass();
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

  test("what was ever written to a socket is shown as failed, never sent by itself", async () => {
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
    const again = newSession();
    open = again;
    again.join(ROOM);
    again.start();
    await pass();
    FakeSocket.last.open();
    FakeSocket.last.receive(welcome({ visitor: stranger }), snapshot());
    await pass();
    expect(pendingOf(again)).toEqual([["written", "failed"]]);
    expect(sends(FakeSocket.last)).toEqual([]);
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
