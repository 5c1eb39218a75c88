import { describe, expect, test } from "vitest";
import {
  afterFailure,
  newNetwork,
  startPolicy,
  type TransportChoice,
  UPGRADE_EVERY_MS,
  upgradeInMs,
  withoutStreams,
  withShorterWaits,
} from "../../widget/src/connection/transport-policy.ts";

const NOW = 1_000_000;

function levelsAfter(failures: number, choice: TransportChoice, remembered = false): string[] {
  let policy = startPolicy(choice, remembered, NOW);
  const levels = [policy.level];
  for (let count = 0; count < failures; count += 1) {
    policy = afterFailure(policy, choice, NOW);
    levels.push(policy.level);
  }
  return levels;
}

describe("which side", () => {
  test("the third failure in a row leads to HTTP, and three there lead back", () => {
    expect(levelsAfter(6, "auto")).toEqual(["ws", "ws", "ws", "http", "http", "http", "ws"]);
  });

  test("what the page has chosen stays", () => {
    expect(new Set(levelsAfter(9, "ws", true))).toEqual(new Set(["ws"]));
    expect(new Set(levelsAfter(9, "sse"))).toEqual(new Set(["http"]));
    expect(new Set(levelsAfter(9, "poll"))).toEqual(new Set(["http"]));
  });

  test("a page that remembers begins by HTTP and tries a socket after five seconds", () => {
    const policy = startPolicy("auto", true, NOW);
    expect(policy.level).toBe("http");
    expect(upgradeInMs(policy, NOW)).toBe(5_000);
  });

  test("after a way down a socket is tried each minute, whatever the clock does", () => {
    let policy = startPolicy("auto", false, NOW);
    for (let count = 0; count < 3; count += 1) policy = afterFailure(policy, "auto", NOW);
    expect(upgradeInMs(policy, NOW)).toBe(UPGRADE_EVERY_MS);
    expect(upgradeInMs(policy, NOW + 20_000)).toBe(40_000);
    expect(upgradeInMs(policy, NOW + 80_000)).toBe(0);
    expect(upgradeInMs(policy, NOW - 3_600_000)).toBe(UPGRADE_EVERY_MS);
  });
});

describe("which way by HTTP", () => {
  test("streams first, long polls where they bring nothing; a page may leave streams out", () => {
    const network = newNetwork("auto");
    expect(network).toEqual({ way: "sse", waitS: 25 });
    withoutStreams(network);
    expect(network.way).toBe("long-poll");
    withoutStreams(network);
    expect(network.way).toBe("long-poll");
    expect(newNetwork("poll").way).toBe("long-poll");
  });

  test("a poll that was cut is held half as long, and below three seconds not at all", () => {
    const network = newNetwork("poll");
    const seen: [string, number][] = [];
    for (let count = 0; count < 4; count += 1) {
      withShorterWaits(network, network.waitS);
      seen.push([network.way, network.waitS]);
    }
    expect(seen).toEqual([
      ["long-poll", 12],
      ["long-poll", 6],
      ["long-poll", 3],
      ["poll", 1],
    ]);
  });

  test("several rooms that were cut at once say so once", () => {
    const network = newNetwork("poll");
    for (let room = 0; room < 4; room += 1) withShorterWaits(network, 25);
    expect(network.waitS).toBe(12);
  });
});
