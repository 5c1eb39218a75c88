// @vitest-environment happy-dom
/** The title of a page while something is unread. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Title } from "../../../widget/src/features/noticing/title.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-11-21T09:30:00Z") });
  document.title = "Wick & Ember";
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the title", () => {
  const change = async (text: string): Promise<void> => {
    document.title = text;
    await vi.advanceTimersByTimeAsync(0);
  };
  const raw = () => document.querySelector("title")?.textContent;

  test("has the count before it, and comes back exactly", () => {
    const element = document.querySelector("title") as HTMLTitleElement;
    element.textContent = "\n  Wick & Ember \n";
    const node = element.firstChild;
    const title = new Title();
    title.show(2);
    expect(raw()).toBe("(2) Wick & Ember");
    title.show(120);
    expect(raw()).toBe("(99+) Wick & Ember");
    title.show(0);
    expect(raw()).toBe("\n  Wick & Ember \n");
    // A framework may hold it.
    expect(element.firstChild).toBe(node);
  });

  test("follows a page that changes its own, and lets go of one that plays with it", async () => {
    const title = new Title();
    title.show(1);
    await change("Basket");
    expect(raw()).toBe("(1) Basket");
    for (const text of ["a", "b", "c"]) await change(text);
    expect(raw()).toBe("c");
    title.show(2);
    expect(raw()).toBe("c");
    title.show(0);
    expect(raw()).toBe("c");
  });

  test("is left alone where the page counts itself, or made its next one of ours", async () => {
    document.title = "(3) Mail";
    const counted = new Title();
    counted.show(1);
    expect(raw()).toBe("(3) Mail");
    counted.show(0);
    document.title = "Mail";
    const title = new Title();
    title.show(1);
    await change(`* ${document.title}`);
    expect(raw()).toBe("(1) * Mail");
    title.show(0);
    expect(raw()).toBe("* Mail");
  });
});
