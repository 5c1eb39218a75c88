// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { isShown, onMove, showOf } from "../../../widget/src/ui/shown.ts";

let isPhone: boolean;
let turned: (() => void) | undefined;
beforeEach(() => {
  isPhone = false;
  vi.stubGlobal("matchMedia", () => ({
    matches: isPhone,
    addEventListener: (_: string, call: () => void) => {
      turned = call;
    },
    removeEventListener: () => {
      turned = undefined;
    },
  }));
  history.replaceState(null, "", "/");
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test.each([
  ["/blog/*", "/blog/2026/first", true],
  ["/blog/*", "/blog", false],
  ["/blog*", "/blog", true],
  ["/*/comments", "/a/b/comments", true],
  ["/*/comments", "/comments", false],
  ["/a*a", "/a", false],
  ["/a.b", "/axb", false],
  ["/shop", "/shop/", false],
  ["/*b*b*", "/ab", false],
  ["/über/*", "/%C3%BCber/uns", true],
  ["/*", "/%E0%A4%A", true],
])("%s at %s: %s", (pattern, path, isThere) => {
  history.replaceState(null, "", path);
  expect(isShown({ paths: [pattern] })).toBe(isThere);
});

test("no pattern takes long", () => {
  history.replaceState(null, "", `/${"a".repeat(5000)}`);
  const start = performance.now();
  expect(isShown({ paths: [`/${"*a".repeat(90)}*b`] })).toBe(false);
  expect(performance.now() - start).toBeLessThan(200);
});

test("a look without a list is shown everywhere; with both, both must fit", () => {
  for (const show of [undefined, {}, { paths: [], devices: [] }]) expect(isShown(show)).toBe(true);
  const show = { devices: ["phone"], paths: ["/help"] };
  expect(isShown(show)).toBe(false);
  isPhone = true;
  expect(isShown(show)).toBe(false);
  history.replaceState(null, "", "/help");
  expect(isShown(show)).toBe(true);
});

test("the tag's words are devices and paths", () => {
  expect(showOf(" phone  /blog/* /help ")).toEqual({
    devices: ["phone"],
    paths: ["/blog/*", "/help"],
  });
  expect(showOf(undefined)).toEqual({ devices: [], paths: [] });
});

describe("a move of the page", () => {
  test("is noticed without help of the browser, until nobody asks any more", () => {
    vi.useFakeTimers();
    let goesOn = true;
    const call = vi.fn(() => goesOn);
    onMove(call);
    vi.advanceTimersByTime(3000);
    expect(call).not.toHaveBeenCalled();
    history.pushState(null, "", "/next");
    vi.advanceTimersByTime(1000);
    expect(call).toHaveBeenCalledOnce();
    turned?.();
    expect(call).toHaveBeenCalledTimes(2);
    goesOn = false;
    history.pushState(null, "", "/last");
    vi.advanceTimersByTime(1000);
    expect(turned).toBeUndefined();
    history.pushState(null, "", "/more");
    vi.advanceTimersByTime(5000);
    expect(call).toHaveBeenCalledTimes(3);
  });
  test("is taken from the browser where it tells", () => {
    const navigation = new EventTarget();
    vi.stubGlobal("navigation", navigation);
    const call = vi.fn(() => true);
    onMove(call);
    navigation.dispatchEvent(new Event("currententrychange"));
    expect(call).toHaveBeenCalledOnce();
  });
});
