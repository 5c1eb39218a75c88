import { describe, expect, test } from "vitest";
import {
  newNetwork,
  withoutStreams,
  withShorterWaits,
} from "../../widget/src/connection/fallback/network.ts";

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
