// Loaded before, so that it is here as soon as it is asked for.
import "../../widget/src/connection/fallback/fallback.ts";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { FallbackHost } from "../../widget/src/connection/fallback/fallback.ts";
import { BY_HTTP, Route } from "../../widget/src/connection/route.ts";
import { openSocket } from "../../widget/src/connection/socket.ts";
import type { TransportChoice } from "../../widget/src/connection/transport.ts";
import { openStore } from "../../widget/src/storage.ts";
import { closeBrowser, FakeSocket, openBrowser, pass } from "./support/browser.ts";

beforeEach(() => void openBrowser());
afterEach(closeBrowser);

const silent = { opened() {}, received() {}, closed() {} };

function newRoute(choice: TransportChoice, isRemembered = false): Route {
  const store = openStore("none", "test:");
  if (isRemembered) store.set(BY_HTTP, "1");
  const fallback: Omit<FallbackHost, "choice" | "isRemembered"> = {
    api: "https://chat.example/api/v1/pk_test",
    about: vi.fn(),
    request: vi.fn(),
    refusalIn: () => null,
    problemOf: vi.fn(),
    parseFrames: () => [],
    openSocket,
    trialUrl: () => "wss://chat.example/trial/",
    hello: vi.fn(),
    adopt: () => silent,
  };
  return new Route({ choice, store, fallback });
}

const wayOf = (route: Route) =>
  route.open("wss://chat.example/ws/", silent).name === "ws" ? "ws" : "http";

/** Which way each attempt goes, while all of them fail. */
function waysOf(route: Route, failures: number): string[] {
  const ways = [wayOf(route)];
  for (let count = 0; count < failures; count += 1) {
    route.failed();
    ways.push(wayOf(route));
  }
  return ways;
}

describe("which way", () => {
  test("the third failure in a row leads to HTTP, and three there lead back", () => {
    const ways = ["ws", "ws", "ws", "http", "http", "http", "ws"];
    expect(waysOf(newRoute("auto"), 6)).toEqual(ways);
  });

  test("what the page has chosen stays", () => {
    expect(new Set(waysOf(newRoute("ws", true), 9))).toEqual(new Set(["ws"]));
    expect(new Set(waysOf(newRoute("sse"), 9))).toEqual(new Set(["http"]));
    expect(new Set(waysOf(newRoute("poll"), 9))).toEqual(new Set(["http"]));
  });

  test("a server that was not reached at all says nothing about WebSockets", () => {
    const route = newRoute("auto");
    waysOf(route, 2);
    route.unreachable();
    expect(route.failed()).toBe(false);
  });
});

/** Milliseconds until a WebSocket is tried beside HTTP, while the clock of the device jumps. */
async function trialAfter(route: Route, jumpMs = 0): Promise<number> {
  wayOf(route);
  await pass();
  vi.setSystemTime(Date.now() + jumpMs);
  route.reached("sse");
  const before = FakeSocket.all.length;
  for (let ms = 0; ms <= 60_000; ms += 1_000) {
    if (FakeSocket.all.length > before) return ms;
    await pass(1_000);
  }
  return Number.NaN;
}

describe("the way back", () => {
  test("a page that remembers tries a socket after five seconds", async () => {
    expect(await trialAfter(newRoute("auto", true))).toBe(5_000);
  });

  test("after the way down a socket is tried each minute, whatever the clock does", async () => {
    for (const [jumpMs, expected] of [
      [0, 60_000],
      [20_000, 40_000],
      [-3_600_000, 60_000],
    ] as const) {
      const route = newRoute("auto");
      waysOf(route, 3);
      expect(await trialAfter(route, jumpMs)).toBe(expected);
      route.rest();
    }
  });
});
