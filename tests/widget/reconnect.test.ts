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
import { EPOCH, ROOM, range, resume, snapshot } from "./support/frames.ts";
import { greet, newSession, passWithPings, talk, welcome } from "./support/talking.ts";

let browser: Browser;
let session: Session;
let socket: FakeSocket;

async function online(): Promise<void> {
  ({ session, socket } = await talk(snapshot(range(1, 3))));
}

function status(): string {
  return session.snapshot().connection.status;
}

function sockets(): number {
  return FakeSocket.all.length;
}

function bye(code: number, retry: [number, number] | null = null): void {
  socket.receive({ type: "bye", code, reason: "the reason", retry_ms: retry });
  socket.die(code);
}

const refusal = (code: string, extra = {}) => ({
  status: 403,
  body: { error: code, message: "It is refused.", ...extra },
});

beforeEach(() => {
  browser = openBrowser();
  vi.spyOn(console, "error").mockReturnValue();
});
afterEach(async () => {
  session.close();
  // What watches for trouble is fetched; its call belongs to the test that caused it.
  await vi.dynamicImportSettled();
  closeBrowser();
});

describe("a lost connection", () => {
  test("is resumed where it was, with a word to the view and none to the visitor", async () => {
    await online();
    socket.die();
    expect(session.snapshot().connection).toMatchObject({
      status: "reconnecting",
      transport: null,
      retryAt: Date.now() + 250,
    });
    await pass(250);
    FakeSocket.last.open();
    expect(FakeSocket.last.of("hello")[0]?.rooms).toEqual([{ room: ROOM, epoch: EPOCH, since: 3 }]);
    FakeSocket.last.receive(welcome(), resume(3, range(4, 6)));
    expect(session.room(ROOM)?.since).toBe(6);
    expect(status()).toBe("online");
    expect(browser.calls).toHaveLength(1);
  });

  test("is waited for longer with every failure, and anew after ten stable seconds", async () => {
    vi.mocked(Math.random).mockReturnValue(1);
    await online();
    const waits: number[] = [];
    for (let count = 0; count < 5; count += 1) {
      FakeSocket.last.die();
      waits.push((session.snapshot().connection.retryAt ?? 0) - Date.now());
      await pass(waits.at(-1));
      FakeSocket.last.open();
    }
    expect(waits).toEqual([750, 1250, 2250, 4250, 8250]);
    FakeSocket.last.receive(welcome());
    await pass(9_999);
    FakeSocket.last.die();
    expect((session.snapshot().connection.retryAt ?? 0) - Date.now()).toBe(8250);
    await pass(8250);
    FakeSocket.last.open();
    FakeSocket.last.receive(welcome());
    await pass(10_000);
    FakeSocket.last.die();
    expect((session.snapshot().connection.retryAt ?? 0) - Date.now()).toBe(750);
  });

  test("opens one socket at a time", async () => {
    await online();
    socket.die();
    await pass(60_000);
    const open = FakeSocket.all.filter(({ readyState }) => readyState < 2);
    expect(open.length).toBeLessThanOrEqual(1);
  });

  test("whose opening hangs is given up after ten seconds", async () => {
    await online();
    socket.die();
    await pass(250);
    const hanging = FakeSocket.last;
    await pass(9_999);
    expect(hanging.closedWith).toBeNull();
    await pass(1);
    expect(hanging.closedWith).toBe(1000);
    expect(status()).toBe("reconnecting");
  });

  test("is not disturbed by what a closed socket still says", async () => {
    await online();
    socket.die();
    await pass(250);
    const next = await greet(resume(3, []));
    socket.receive(resume(3, range(4, 9)));
    socket.die(4504);
    expect(session.room(ROOM)?.since).toBe(3);
    expect(next.closedWith).toBeNull();
    expect(status()).toBe("online");
  });

  test("can be tried again at once by hand", async () => {
    await online();
    socket.die();
    session.reconnect();
    await pass();
    expect(sockets()).toBe(2);
  });
});

describe("a bye", () => {
  test("with a window is kept to it, whatever the attempt is", async () => {
    vi.mocked(Math.random).mockReturnValue(0.5);
    await online();
    bye(1012, [1000, 9000]);
    expect((session.snapshot().connection.retryAt ?? 0) - Date.now()).toBe(5000);
  });

  test("speaks for a close that lost its code on the way", async () => {
    await online();
    socket.receive({ type: "bye", code: 4504, reason: "no", retry_ms: null });
    socket.die(1006);
    expect(session.snapshot().connection.stop?.code).toBe("banned");
  });

  test("that is not followed by a close is taken at its word", async () => {
    await online();
    socket.receive({ type: "bye", code: 1012, reason: "", retry_ms: [0, 0] });
    await pass(2000);
    expect(socket.closedWith).toBe(1000);
    expect(status()).toBe("reconnecting");
  });

  test("is forgotten with its connection", async () => {
    vi.mocked(Math.random).mockReturnValue(1);
    await online();
    bye(1012, [0, 40_000]);
    await pass(40_000);
    socket = await greet(resume(3, []));
    socket.die();
    expect((session.snapshot().connection.retryAt ?? 0) - Date.now()).toBeLessThan(2000);
  });
});

describe("a close code", () => {
  const delay = () => (session.snapshot().connection.retryAt ?? 0) - Date.now();

  test.each([1001, 1006, 1011, 1012, 1013, 4000, 4005, 4123])("%i backs off", async (code) => {
    await online();
    socket.die(code);
    expect(status()).toBe("reconnecting");
    expect(delay()).toBe(250);
  });

  test.each([4001, 4002])("%i resumes at once, but not in a circle", async (code) => {
    await online();
    socket.die(code);
    expect(delay()).toBe(0);
    await pass();
    socket = await greet(resume(3, []));
    socket.die(code);
    expect(delay()).toBe(250);
  });

  test("4003 asks for a new session and comes back", async () => {
    await online();
    browser.answers = [{ status: 200, body: sessionAnswer({ token: "token-two" }) }];
    socket.die(4003);
    await pass();
    FakeSocket.last.open();
    expect(browser.calls).toHaveLength(2);
    expect(FakeSocket.last.of("hello")[0]?.token).toBe("token-two");
  });

  test("4004 waits two seconds at least", async () => {
    await online();
    socket.die(4004);
    expect(delay()).toBe(2000);
  });

  test("4502 asks for one new session with the old token, and stops at the second", async () => {
    await online();
    socket.die(4502);
    await pass();
    expect(browser.calls).toHaveLength(2);
    FakeSocket.last.open();
    FakeSocket.last.die(4502);
    expect(session.snapshot().connection.stop).toMatchObject({ code: "invalid_token" });
  });

  test.each([
    [1000, "stopped", "none"],
    [4500, "stopped", "none"],
    [4501, "stopped", "reload"],
    [4503, "site_disabled", "hide"],
    [4504, "banned", "none"],
    [4505, "origin_not_allowed", "none"],
    [4508, "forbidden", "none"],
    [4777, "stopped", "none"],
  ] as const)("%i stops for good and says so", async (code, reason, remedy) => {
    await online();
    const heard = vi.fn();
    session.on("error", heard);
    bye(code);
    const { connection } = session.snapshot();
    expect(connection).toMatchObject({
      status: "stopped",
      retryAt: null,
      stop: { code: reason, remedy, message: "the reason" },
    });
    expect(heard).toHaveBeenCalledTimes(1);
    browser.fire("online");
    browser.show(true);
    await pass(600_000);
    expect(sockets()).toBe(1);
  });

  test("4506 comes back when this tab has the focus", async () => {
    await online();
    socket.die(4506);
    await pass(600_000);
    expect(sockets()).toBe(1);
    expect(session.snapshot().connection.stop?.remedy).toBe("focus");
    browser.fire("focus");
    await pass();
    expect(sockets()).toBe(2);
  });

  test("4507 stops for a minute, then tries once", async () => {
    await online();
    socket.die(4507);
    browser.fire("online");
    await pass(59_999);
    expect(sockets()).toBe(1);
    await pass(1);
    socket = await greet(resume(3, []));
    expect(sockets()).toBe(2);
    socket.die(4507);
    expect(status()).toBe("stopped");
  });
});

describe("a handshake that never opened", () => {
  test("twice asks by HTTP why, and goes on when nothing is wrong", async () => {
    await online();
    socket.die();
    for (let count = 0; count < 2; count += 1) {
      await pass(250);
      FakeSocket.last.die();
    }
    expect(browser.calls).toHaveLength(1);
    await pass(250);
    expect(browser.calls).toHaveLength(2);
    expect(sockets()).toBe(4);
  });

  test("twice shows the words of the refusal", async () => {
    await online();
    socket.die();
    for (let count = 0; count < 2; count += 1) {
      await pass(250);
      FakeSocket.last.die();
    }
    browser.answers = [refusal("origin_not_allowed", { hint: "Add it in the dashboard." })];
    vi.stubGlobal("location", { origin: "https://shop.example" });
    await pass(250);
    expect(session.snapshot().connection.stop).toMatchObject({
      code: "origin_not_allowed",
      message: "It is refused.",
      hint: "Add it in the dashboard.",
    });
    expect(console.error).toHaveBeenCalledWith(
      "[inglenook] It is refused. Add it in the dashboard. " +
        "(the origin of this page is https://shop.example)",
    );
  });

  test("because the browser does not allow it at all is handled like one", async () => {
    vi.stubGlobal(
      "WebSocket",
      class {
        constructor() {
          throw new DOMException("insecure");
        }
      },
    );
    session = newSession();
    session.start();
    await pass();
    expect(status()).toBe("reconnecting");
  });
});

describe("the session call", () => {
  async function refused(answer: Browser["answers"][number]): Promise<void> {
    browser.answers = [answer];
    session = newSession();
    session.start();
    await pass();
  }

  test.each([
    "origin_not_allowed",
    "site_disabled",
    "banned",
    "forbidden",
  ])("that says %s stops for good", async (code) => {
    await refused(refusal(code, { until: "2026-12-01T00:00:00Z" }));
    expect(session.snapshot().connection).toMatchObject({ status: "stopped", stop: { code } });
    await pass(600_000);
    expect(browser.calls).toHaveLength(1);
  });

  test("that does not get through is tried again", async () => {
    await refused("network");
    expect(status()).toBe("reconnecting");
    await pass(10_000);
    expect(browser.calls.length).toBeGreaterThan(2);
    browser.answers = [{ status: 200, body: sessionAnswer() }];
    await pass(60_000);
    expect(sockets()).toBeGreaterThan(0);
  });

  test("that says when waits as long", async () => {
    const body = { error: "rate", message: "Too many.", retry_ms: 20_000 };
    await refused({ status: 429, body });
    await pass(19_999);
    expect(browser.calls).toHaveLength(1);
    await pass(1);
    expect(browser.calls).toHaveLength(2);
  });

  test("answered by a proxy's own page counts by its status", async () => {
    await refused({ status: 503, body: null, headers: { "Retry-After": "7" } });
    expect((session.snapshot().connection.retryAt ?? 0) - Date.now()).toBe(7000);
  });

  test("may be tried again by hand after a stop", async () => {
    await refused(refusal("banned"));
    browser.answers = [{ status: 200, body: sessionAnswer() }];
    session.reconnect();
    await pass();
    expect(sockets()).toBe(1);
  });
});

test("what waits to be sent fails where nothing comes back, and waits when a reload helps", async () => {
  await online();
  session.send(ROOM, "one");
  bye(4501);
  expect(session.room(ROOM)?.pending[0]?.status).toBe("sending");
  session.close();
  browser.storage.items.clear();
  await online();
  session.send(ROOM, "one");
  bye(4508);
  expect(session.room(ROOM)?.pending[0]).toMatchObject({
    status: "failed",
    problem: { code: "forbidden" },
  });
  await passWithPings(socket, 1000);
});
