/** Which rooms a conversation follows, and what it keeps for the next page. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { RoomSummary } from "../../widget/src/protocol/session-call.ts";
import type { Session } from "../../widget/src/session/session.ts";
import { type Browser, closeBrowser, openBrowser, pass, sessionAnswer } from "./support/browser.ts";
import { ack, ROOM, snapshot } from "./support/frames.ts";
import { greet, newSession, talk } from "./support/talking.ts";

const PRIVATE: RoomSummary = {
  slug: "p_mine",
  name: "Amber Otter",
  kind: "private",
  topic: "",
  head: 4,
  unread: 2,
};
const LOBBY: RoomSummary = { ...PRIVATE, slug: ROOM, name: "Lobby", kind: "public", unread: 0 };
const HEEDS = "inglenook:pk_test:heeds";

let browser: Browser;
beforeEach(() => {
  browser = openBrowser();
});
const open: Session[] = [];
afterEach(() => {
  for (const session of open.splice(0)) session.close();
  closeBrowser();
});

async function talking() {
  const { session, socket } = await talk();
  open.push(session);
  return { session, socket };
}

async function joinedWith(...rooms: RoomSummary[]): Promise<string[]> {
  browser.answers = [{ status: 200, body: sessionAnswer({ rooms }) }];
  const { socket } = await talking();
  return socket.of("hello").flatMap((hello) => hello.rooms.map(({ room }) => room));
}

describe("the visitor's own line to the team", () => {
  test("is followed whatever room is shown, so that an answer is heard of", async () => {
    expect(await joinedWith(LOBBY, PRIVATE)).toEqual([ROOM, "p_mine"]);
    expect(browser.storage.getItem(HEEDS)).toBe(" p_mine ");
  });
  test("is not followed before anything was said there", async () => {
    expect(await joinedWith(LOBBY, { ...PRIVATE, head: 0 })).toEqual([ROOM]);
    expect(browser.storage.getItem(HEEDS)).toBeNull();
  });
});

describe("the room of the page", () => {
  const PAGE: RoomSummary = { ...LOBBY, slug: "page-frost-1", name: "First frost", kind: "page" };
  const canonical = { href: "https://shop.example/blog/frost" };

  async function opened(rooms: RoomSummary[], link: unknown = canonical) {
    Object.assign(browser.document, {
      title: "First frost",
      referrer: "",
      querySelector: () => link,
    });
    vi.stubGlobal("location", { href: "https://shop.example/blog/frost?utm=1" });
    browser.answers = [{ status: 200, body: sessionAnswer({ rooms }) }];
    const session = newSession();
    open.push(session);
    session.join("auto");
    session.start();
    const socket = await greet();
    return socket.of("hello").flatMap((hello) => hello.rooms.map(({ room }) => room));
  }

  test("is asked for by the address that the page gives itself", async () => {
    expect(await opened([LOBBY, PAGE])).toEqual([PAGE.slug]);
    const { room, page } = browser.calls[0]?.body ?? {};
    expect(room).toBe("auto");
    expect(page).toEqual({ url: canonical.href, title: "First frost", referrer: "" });
  });
  test("is asked for by the address bar where the page gives none", async () => {
    await opened([LOBBY, PAGE], null);
    expect(browser.calls[0]?.body.page).toMatchObject({
      url: "https://shop.example/blog/frost?utm=1",
    });
  });
  test("is the site's room where the page gets none", async () => {
    expect(await opened([LOBBY])).toEqual([ROOM]);
  });
  test("is not told of a page that shows another room", async () => {
    await talking();
    expect(browser.calls[0]?.body).not.toHaveProperty("page");
  });
});

describe("what the next page is to look after", () => {
  test("is each room that was written in, once it is stored", async () => {
    const { session, socket } = await talking();
    const cid = session.send(ROOM, "hello");
    expect(browser.storage.getItem(HEEDS)).toBeNull();
    socket.receive(ack(cid, 1));
    socket.receive(ack(session.send(ROOM, "again"), 2));
    expect(browser.storage.getItem(HEEDS)).toBe(` ${ROOM} `);
  });
  test("is forgotten with the visitor", async () => {
    const { session, socket } = await talking();
    socket.receive(ack(session.send(ROOM, "hello"), 1));
    session.store.set("room", "elsewhere");
    session.reset();
    await pass();
    expect([...browser.storage.items.keys()]).toEqual([]);
  });
});

test("whoever opens without a network reads so", async () => {
  browser.navigator.onLine = false;
  browser.answers = ["network"];
  const session = newSession();
  open.push(session);
  session.join(ROOM);
  session.start();
  expect(session.snapshot().connection.status).toBe("offline");
  await pass();
  expect(session.snapshot().connection.status).toBe("offline");
  browser.navigator.onLine = true;
  browser.answers = [{ status: 200, body: sessionAnswer() }];
  browser.fire("online");
  await pass(1000);
  await greet(snapshot());
  expect(session.snapshot().connection.status).toBe("online");
});
