import { describe, expect, test } from "vitest";
import { backoffMs, windowMs } from "../../widget/src/connection/backoff.ts";

const start = { attempt: 0, lastedMs: 0, hidden: false };
const least = (over: Partial<typeof start>) => backoffMs({ ...start, ...over }, () => 0);
const most = (over: Partial<typeof start>) => backoffMs({ ...start, ...over }, () => 1);

describe("the wait before an attempt", () => {
  test("is a quarter of a second and a random part that doubles", () => {
    expect([0, 1, 2, 3, 4].map((attempt) => most({ attempt }))).toEqual([
      750, 1250, 2250, 4250, 8250,
    ]);
    expect([0, 3, 9].map((attempt) => least({ attempt }))).toEqual([250, 250, 250]);
  });

  test("is never above its cap: 8 s in the first minute, 30 s after", () => {
    expect(most({ attempt: 50, lastedMs: 59_999 })).toBe(8250);
    expect(most({ attempt: 50, lastedMs: 60_000 })).toBe(30_250);
    expect(most({ attempt: 5000 })).toBe(8250);
  });

  test("is up to a minute in a hidden tab", () => {
    expect(most({ attempt: 50, hidden: true })).toBe(60_250);
    expect(most({ attempt: 0, hidden: true })).toBe(750);
  });

  test("is spread evenly, so that a site's visitors don't return in step", () => {
    const waits = Array.from({ length: 1000 }, () =>
      backoffMs({ ...start, attempt: 4 }, Math.random),
    );
    const early = waits.filter((ms) => ms < 4250).length;
    expect(early).toBeGreaterThan(400);
    expect(early).toBeLessThan(600);
  });
});

describe("the window of a bye", () => {
  test("is kept from its low to its high end", () => {
    expect(windowMs([500, 5000], () => 0)).toBe(500);
    expect(windowMs([500, 5000], () => 0.5)).toBe(2750);
    expect(windowMs([500, 5000], () => 1)).toBe(5000);
  });

  test("that makes no sense is not before now", () => {
    expect(windowMs([-5, -9], () => 1)).toBe(0);
    expect(windowMs([700, 100], () => 1)).toBe(700);
  });
});
