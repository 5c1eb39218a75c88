import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Session } from "../../widget/src/session/session.ts";
import { type Browser, closeBrowser, FakeSocket, openBrowser, pass } from "./support/browser.ts";
import { EPOCH, message, ROOM, range, resume, snapshot } from "./support/frames.ts";
import { greet, passWithPings, talk } from "./support/talking.ts";

let browser: Browser;
let session: Session;
let socket: FakeSocket;

beforeEach(async () => {
  browser = openBrowser();
  ({ session, socket } = await talk(snapshot(range(1, 3))));
});
afterEach(() => {
  session.close();
  closeBrowser();
});

function status(): string {
  return session.snapshot().connection.status;
}

describe("silence", () => {
  test("longer than a ping and ten seconds ends the connection", async () => {
    await pass(35_000);
    expect(socket.closedWith).toBeNull();
    await pass(5_000);
    expect(socket.closedWith).toBe(1000);
    expect(status()).toBe("reconnecting");
  });

  test("is broken by any frame", async () => {
    await passWithPings(socket, 600_000);
    expect(socket.closedWith).toBeNull();
    expect(FakeSocket.all).toHaveLength(1);
  });

  test("is broken by what nobody understands, too", async () => {
    for (let count = 0; count < 10; count += 1) {
      await pass(20_000);
      socket.onmessage?.({ data: "{not json" });
    }
    expect(socket.closedWith).toBeNull();
  });

  test("is not measured wrongly when the clock is set", async () => {
    vi.setSystemTime(Date.now() - 3_600_000);
    await passWithPings(socket, 60_000);
    expect(socket.closedWith).toBeNull();
    await pass(45_000);
    expect(socket.closedWith).toBe(1000);
  });
});

describe("a socket that only looks open", () => {
  test("is asked when the page is looked at, and given up after three seconds", async () => {
    browser.show(true);
    expect(socket.of("sync")).toEqual([
      { type: "sync", room: ROOM, epoch: EPOCH, since: 3, limit: 1 },
    ]);
    await pass(3_000);
    expect(socket.closedWith).toBe(1000);
    await pass(250);
    expect(FakeSocket.all).toHaveLength(2);
  });

  test("is kept when it answers", async () => {
    browser.fire("online");
    socket.receive(resume(3, []));
    await pass(10_000);
    expect(socket.closedWith).toBeNull();
    expect(status()).toBe("online");
  });

  test("is asked once, not at every event", () => {
    browser.fire("online");
    browser.fire("pageshow");
    browser.show(true);
    expect(socket.of("sync")).toHaveLength(1);
  });

  test("is given up at once after a long sleep", async () => {
    vi.setSystemTime(Date.now() + 600_000);
    browser.document.dispatchEvent(new Event("resume"));
    expect(socket.closedWith).toBe(1000);
    await pass(250);
    await greet(resume(3, range(4, 5)));
    expect(session.room(ROOM)?.since).toBe(5);
  });

  test("is noticed by the clock when nothing tells of the sleep", async () => {
    vi.mocked(Math.random).mockReturnValue(1);
    vi.setSystemTime(Date.now() + 600_000);
    await pass(1_000);
    expect(socket.closedWith).toBe(1000);
    await pass(750);
    expect(FakeSocket.all).toHaveLength(2);
  });

  test("is asked after a short sleep", async () => {
    vi.setSystemTime(Date.now() + 20_000);
    await pass(5_000);
    expect(socket.of("sync")).toHaveLength(1);
  });
});

describe("a good moment", () => {
  test.each([
    "online",
    "pageshow",
  ])("%s makes a waiting retry begin within half a second", async (name) => {
    vi.mocked(Math.random).mockReturnValue(1);
    for (let count = 0; count < 5; count += 1) {
      FakeSocket.last.die();
      await pass(9_000);
      FakeSocket.last.open();
    }
    FakeSocket.last.die();
    const before = FakeSocket.all.length;
    await pass(1_000);
    expect(FakeSocket.all).toHaveLength(before);
    browser.fire(name);
    await pass(500);
    expect(FakeSocket.all).toHaveLength(before + 1);
  });

  test("hurries once a second at most", async () => {
    socket.die();
    browser.fire("online");
    await pass();
    FakeSocket.last.die();
    const before = FakeSocket.all.length;
    browser.fire("online");
    await pass(249);
    expect(FakeSocket.all).toHaveLength(before);
  });

  test("that the page becomes visible counts too", async () => {
    socket.die(4004);
    browser.show(true);
    await pass();
    expect(FakeSocket.all).toHaveLength(2);
  });
});

describe("offline", () => {
  test("is shown at once, and attempts become rare", async () => {
    browser.navigator.onLine = false;
    browser.fire("offline");
    expect(status()).toBe("offline");
    socket.die();
    await pass(29_000);
    expect(FakeSocket.all).toHaveLength(1);
    await pass(1_000);
    expect(FakeSocket.all).toHaveLength(2);
  });

  test("while a retry waits makes it wait longer", async () => {
    socket.die();
    browser.navigator.onLine = false;
    browser.fire("offline");
    await pass(29_999);
    expect(FakeSocket.all).toHaveLength(1);
    browser.navigator.onLine = true;
    browser.fire("online");
    await pass();
    expect(FakeSocket.all).toHaveLength(2);
  });

  test("is not believed when frames still come", async () => {
    browser.fire("offline");
    socket.receive({ type: "ping", n: 1, heads: {} });
    expect(status()).toBe("online");
  });
});

describe("a page that is left", () => {
  test("says first what was read in its last second", async () => {
    session.seen(ROOM);
    socket.receive(message(4));
    session.seen(ROOM);
    expect(socket.of("seen").map(({ rev }) => rev)).toEqual([3]);
    browser.fire("pagehide");
    expect(socket.of("seen").map(({ rev }) => rev)).toEqual([3, 4]);
  });

  test("closes its socket, and resumes when it comes back from the cache", async () => {
    browser.fire("pagehide");
    expect(socket.closedWith).toBe(1000);
    expect(status()).toBe("idle");
    await pass(600_000);
    expect(FakeSocket.all).toHaveLength(1);
    browser.fire("pageshow");
    await pass();
    FakeSocket.last.open();
    expect(FakeSocket.last.of("hello")[0]?.rooms).toEqual([{ room: ROOM, epoch: EPOCH, since: 3 }]);
  });
});

describe("a hidden tab", () => {
  test("without an open view gives its connection up after five minutes", async () => {
    browser.show(false);
    await passWithPings(socket, 299_000);
    expect(socket.closedWith).toBeNull();
    await pass(1_000);
    expect(socket.closedWith).toBe(1000);
    browser.fire("online");
    await pass(60_000);
    expect(FakeSocket.all).toHaveLength(1);
    browser.show(true);
    await pass();
    expect(FakeSocket.all).toHaveLength(2);
  });

  test("with an open view keeps it", async () => {
    session.setActive(true);
    browser.show(false);
    await passWithPings(socket, 400_000);
    expect(socket.closedWith).toBeNull();
    session.setActive(false);
  });

  test("that is looked at again in time keeps it", async () => {
    browser.show(false);
    await passWithPings(socket, 200_000);
    browser.show(true);
    socket.receive(resume(3, []));
    await passWithPings(socket, 400_000);
    expect(socket.closedWith).toBeNull();
  });
});
