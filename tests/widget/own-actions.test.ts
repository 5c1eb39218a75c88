import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  type Browser,
  closeBrowser,
  openBrowser,
  pass,
  sessionAnswer,
  TOKEN,
} from "./support/browser.ts";
import { ack, ME, message, nack, ROOM, range, resume, snapshot } from "./support/frames.ts";
import { closedAfterEach, greet, talk } from "./support/talking.ts";

let browser: Browser;

beforeEach(() => {
  browser = openBrowser();
});
afterEach(() => closeBrowser());
const kept = closedAfterEach();

describe("small signals", () => {
  test("typing goes out once in three seconds, and not behind a full buffer", async () => {
    const { session, socket } = await talk();
    kept(session).typing(ROOM);
    session.typing(ROOM);
    await pass(2999);
    session.typing(ROOM);
    expect(socket.of("typing")).toHaveLength(1);
    await pass(1);
    socket.bufferedAmount = 10;
    session.typing(ROOM);
    socket.bufferedAmount = 0;
    session.typing(ROOM);
    expect(socket.of("typing")).toHaveLength(2);
  });

  test("seen goes out once a second, the last mark wins, and goes out again after a break", async () => {
    const { session, socket } = await talk(snapshot(range(1, 3)));
    kept(session).seen(ROOM);
    session.seen(ROOM);
    socket.receive(message(4));
    session.seen(ROOM);
    socket.receive(message(5));
    session.seen(ROOM);
    expect(socket.of("seen").map(({ rev }) => rev)).toEqual([3]);
    await pass(1000);
    expect(socket.of("seen").map(({ rev }) => rev)).toEqual([3, 5]);
    socket.die();
    session.seen(ROOM);
    await pass(2000);
    const next = await greet(resume(5, range(6, 7), { seen: 3 }));
    await pass(1000);
    expect(next.of("seen").map(({ rev }) => rev)).toEqual([5]);
  });
});

describe("acts", () => {
  test("resolve with their ack and reject with the server's words", async () => {
    const { session, socket } = await talk(snapshot(range(1, 3)));
    const edited = kept(session).act(ROOM, { type: "edit", seq: 2, body: "better" });
    await vi.dynamicImportSettled();
    const [frame] = socket.of("edit");
    expect(frame).toMatchObject({ room: ROOM, seq: 2, body: "better" });
    socket.receive(ack(frame?.cid ?? "", 2, { rev: 4 }));
    await expect(edited).resolves.toMatchObject({ rev: 4 });

    const removed = session.act(ROOM, { type: "delete", seq: 1 });
    await pass();
    const refused = nack(socket.of("delete")[0]?.cid ?? "", {
      code: "forbidden",
      message: "It is not yours.",
      final: true,
    });
    socket.receive(refused);
    await expect(removed).rejects.toMatchObject({ code: "forbidden", message: "It is not yours." });

    const pinned = session.act(ROOM, { type: "pin", seq: 1, on: true });
    await pass();
    socket.receive({
      type: "error",
      code: "rate",
      message: "Slowly.",
      cid: socket.of("pin")[0]?.cid ?? "",
    });
    await expect(pinned).rejects.toMatchObject({ code: "rate" });
  });

  test("are sent again when the server says later, and after a break", async () => {
    const { session, socket } = await talk(snapshot(range(1, 3)));
    const reacted = kept(session).act(ROOM, { type: "react", seq: 2, emoji: "👍", on: true });
    await vi.dynamicImportSettled();
    const cid = socket.of("react")[0]?.cid ?? "";
    socket.receive(nack(cid, { retry_ms: 500 }));
    await pass(500);
    expect(socket.of("react")).toHaveLength(2);
    socket.die();
    await pass(2000);
    const next = await greet(resume(3, []));
    await pass();
    expect(next.of("react")).toMatchObject([{ cid, emoji: "👍", on: true }]);
    next.receive(ack(cid, 2));
    await expect(reacted).resolves.toMatchObject({ cid });
  });

  test("give up after half a minute", async () => {
    const { session } = await talk();
    const late = kept(session).act(ROOM, { type: "delete", seq: 1 });
    const settled = expect(late).rejects.toMatchObject({ code: "timeout" });
    await vi.dynamicImportSettled();
    await pass(30_000);
    await settled;
  });
});

describe("a name", () => {
  test("is changed by HTTP with the token, and everybody here knows", async () => {
    const { session } = await talk();
    browser.answers = [{ status: 200, body: { ...ME, name: "Calm Pike" } }];
    const identity = vi.fn();
    kept(session).on("identity", identity);
    await expect(session.rename("Calm Pike")).resolves.toMatchObject({ name: "Calm Pike" });
    expect(browser.calls.at(-1)).toMatchObject({
      method: "PATCH",
      url: "https://chat.example/api/v1/pk_test/me",
      authorization: `Bearer ${TOKEN}`,
      body: { name: "Calm Pike" },
    });
    expect(session.snapshot().visitor?.name).toBe("Calm Pike");
    expect(identity).toHaveBeenCalledTimes(1);
  });

  test("that is refused says why", async () => {
    const { session } = await talk();
    browser.answers = [
      {
        status: 422,
        body: { error: "reserved", message: "That name looks like staff.", field: "name" },
      },
    ];
    await expect(kept(session).rename("Admin")).rejects.toMatchObject({
      code: "reserved",
      message: "That name looks like staff.",
      field: "name",
    });
  });

  test("is changed with a new token when the old one has expired", async () => {
    const { session } = await talk();
    browser.answers = [
      { status: 401, body: { error: "token_expired", message: "" } },
      { status: 200, body: sessionAnswer({ token: "token-two" }) },
      { status: 200, body: { ...ME, name: "New" } },
    ];
    await kept(session).rename("New");
    expect(browser.calls.at(-1)?.authorization).toBe("Bearer token-two");
  });
});
