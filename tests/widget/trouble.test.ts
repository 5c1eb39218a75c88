// @vitest-environment happy-dom
/** What keeps a page from the chat is found out and said once. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ConnectionInfo } from "../../widget/src/connection/transport.ts";
import { createEvents } from "../../widget/src/session/events.ts";
import { report } from "../../widget/src/session/trouble.ts";
import { watchTrouble } from "../../widget/src/session/trouble-watch.ts";

/** Of each test: what was reported is not reported again while the page lives. */
let API: string;
let tests = 0;

function violation(blockedURI: string, disposition = "enforce"): void {
  const event = Object.assign(new Event("securitypolicyviolation"), { blockedURI, disposition });
  document.dispatchEvent(event);
}

let sent: ReturnType<typeof vi.fn>;
/** What the policy of the page forbids. */
let forbids: string;
beforeEach(() => {
  vi.useFakeTimers();
  tests += 1;
  API = `https://chat.example/api/v1/pk_${tests}`;
  forbids = "";
  sent = vi.fn(async () => {
    if (forbids !== "calls") return new Response(null, { status: 204 });
    violation(`${API}/trouble`);
    throw new TypeError("Failed to fetch");
  });
  vi.stubGlobal("fetch", sent);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

async function said(kind: "socket" | "call"): Promise<unknown[]> {
  const done = report(API, kind);
  await vi.advanceTimersByTimeAsync(6000);
  await done;
  return sent.mock.calls.map(([url, { method, body }]) => [method, url, JSON.parse(body).kind]);
}

describe("the report", () => {
  test("is one call, and says that nothing else went through", async () => {
    expect(await said("call")).toEqual([["POST", `${API}/trouble`, "call"]]);
  });
  test("fails in silence where the page forbids calls: a script's address says it", async () => {
    forbids = "calls";
    await expect(said("call")).resolves.toHaveLength(1);
  });
});

describe("it is noticed", () => {
  const info = (status: string, transport: string | null = null) =>
    ({ status, transport }) as unknown as ConnectionInfo;
  const reported = () => sent.mock.calls.map(([, { body }]) => JSON.parse(body).kind);

  async function watch(changes: readonly ConnectionInfo[], choice = "auto", isKnown = false) {
    const events = createEvents();
    const about = { visitor: isKnown ? {} : null };
    watchTrouble({ api: API, choice: choice as "auto", events, about });
    for (const change of changes) events.emit("connection", change);
    await vi.advanceTimersByTimeAsync(10);
    await vi.dynamicImportSettled();
  }

  test("that the chat goes by HTTP, once, unless the tag wants it so", async () => {
    await watch([info("online", "sse"), info("online", "poll")]);
    expect(reported()).toEqual(["socket"]);
    sent.mockClear();
    await watch([info("online", "ws")]);
    await watch([info("online", "sse")], "sse");
    expect(reported()).toEqual([]);
  });
  test("whether the page's own policy forbids them, not only reports it, or another's", async () => {
    const events = createEvents();
    watchTrouble({ api: API, choice: "auto", events, about: { visitor: {} } });
    const url = `wss://chat.example/ws/v1/pk_${tests}/`;
    violation(url, "report");
    violation("wss://other.example/ws/v1/pk_x/");
    events.emit("connection", info("online", "sse"));
    await vi.advanceTimersByTimeAsync(10);
    violation(url);
    events.emit("connection", info("online", "sse"));
    await vi.advanceTimersByTimeAsync(10);
    await vi.dynamicImportSettled();
    expect(reported()).toEqual(["socket", "socket_policy"]);
  });
  test("by one listener of the page, however many conversations come and go", async () => {
    await watch([]);
    const listens = vi.spyOn(document, "addEventListener");
    await watch([]);
    await watch([]);
    expect(listens).not.toHaveBeenCalled();
    listens.mockRestore();
  });
  test("that no call ever went through, after some tries, with a network", async () => {
    const failing = Array<ConnectionInfo>(6).fill(info("reconnecting"));
    await watch(failing.slice(0, 3));
    await watch(failing, "auto", true);
    expect(reported()).toEqual([]);
    await watch(failing);
    expect(reported()).toEqual(["call"]);
  });
});
