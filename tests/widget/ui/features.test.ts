// @vitest-environment happy-dom
/** Features whose files are under way, do not come, or come late. */

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { drawer } from "../../../widget/src/features/drawer/drawer.ts";
import { you } from "../../../widget/src/features/you/you.ts";
import type { LazyFile } from "../../../widget/src/parts/lazy-file.ts";
import { QUIET_MS } from "../../../widget/src/ui/feature-button.tsx";
import { drawn, fakeSession, openPanel, roomState, type Scene } from "./support/drawn.tsx";

const FACE = '.field [aria-label="You are Amber Otter"]';
const LINE = '.panel > [role="status"]';
const COUNT = "header .plain[aria-expanded]";

/** Takes the file away, and gives it back when the test says so. */
function hold<T extends object>(file: LazyFile<T>, real: T) {
  let here: T | null = null;
  let answer = (_: boolean): void => {};
  vi.spyOn(file as LazyFile<object>, "here", "get").mockImplementation(() => here);
  const fetch = vi.spyOn(file, "fetch").mockImplementation(
    () =>
      new Promise((resolve, reject) => {
        answer = (comes) => {
          here = comes ? real : null;
          if (comes) resolve(real);
          else reject(new TypeError("Failed to fetch dynamically imported module"));
        };
      }),
  );
  const settle = async (comes: boolean): Promise<void> => {
    answer(comes);
    await drawn();
  };
  return { fetch, comes: () => settle(true), fails: () => settle(false) };
}

const editorFile = await you.file.fetch();
const drawerFile = await drawer.file.fetch();
const opened: { end(): void }[] = [];
const scene = { room: roomState({ online: 2 }) };
function open(over: Scene = {}) {
  const panel = openPanel({ ...scene, ...over });
  opened.push(panel);
  return panel;
}
beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => {
  for (const panel of opened.splice(0)) panel.end();
  vi.useRealTimers();
});

describe("while its file is under way", () => {
  test("what stood there stays, with a line that says so", async () => {
    const file = hold(you.file, editorFile);
    const panel = open();
    panel.one(FACE).focus();
    const face = panel.root.activeElement;
    panel.click(FACE);
    await drawn();
    expect(panel.has(".field textarea")).toBe(true);
    expect(panel.text(LINE)).toContain("One moment");
    expect(panel.root.activeElement).toBe(face);
    await file.comes();
    expect(panel.has(LINE)).toBe(false);
    expect(panel.root.activeElement).toBe(panel.one(".you input"));
  });

  test("a drawer is open, and closes as any other", async () => {
    const file = hold(drawer.file, drawerFile);
    const panel = open();
    panel.click(COUNT);
    await drawn();
    expect(panel.text("header .aside")).toContain("One moment");
    panel.press(COUNT, "Escape");
    await drawn();
    expect(panel.has("header .aside")).toBe(false);
    expect(panel.onClose).not.toHaveBeenCalled();
    await file.comes();
    expect(panel.has(".drawer")).toBe(false);
    panel.click(COUNT);
    await drawn();
    expect(panel.texts(".drawer ul .soft")).toEqual(["you", "and 1 more"]);
  });

  test("a visitor who went on to write is not pulled back", async () => {
    const file = hold(you.file, editorFile);
    const panel = open();
    panel.one(FACE).focus();
    panel.click(FACE);
    await drawn();
    panel.field().focus();
    await file.comes();
    expect(panel.has(".you input")).toBe(true);
    expect(panel.root.activeElement).toBe(panel.field());
  });
});

describe("where its file does not come", () => {
  test("a sentence says so, and the chat goes on", async () => {
    const file = hold(you.file, editorFile);
    const panel = open();
    panel.click(FACE);
    await drawn();
    await file.fails();
    expect(panel.text(LINE)).toContain("This could not be loaded.");
    expect(panel.has(".field textarea")).toBe(true);
    panel.type("still here");
    await drawn();
    panel.one("form.composer").dispatchEvent(new Event("submit", { cancelable: true }));
    expect(panel.session.send).toHaveBeenCalledWith("lobby", "still here", undefined);
  });

  test("the button beside the sentence tries again, keeps the focus, and gives it on", async () => {
    const file = hold(you.file, editorFile);
    const panel = open();
    panel.click(FACE);
    await drawn();
    await file.fails();
    const retry = panel.one(`${LINE} button`);
    retry.focus();
    retry.click();
    await drawn();
    expect(panel.text(LINE)).toContain("One moment");
    expect(panel.root.activeElement).toBe(retry);
    await file.fails();
    expect(panel.text(LINE)).toContain("This could not be loaded.");
    expect(panel.root.activeElement).toBe(retry);
    retry.click();
    await file.comes();
    expect(panel.root.activeElement).toBe(panel.one(".you input"));
  });

  test("the sentence of a drawer stands in its place", async () => {
    const file = hold(drawer.file, drawerFile);
    const panel = open();
    panel.click(COUNT);
    await drawn();
    await file.fails();
    expect(panel.texts("header .aside > *")).toEqual(["This could not be loaded.", "Try again"]);
    panel.click("header .aside button");
    await file.comes();
    expect(panel.texts(".drawer ul .soft")).toEqual(["you", "and 1 more"]);
  });
});

describe("before anybody presses", () => {
  test.each(["pointerenter", "focus"])("%s on its button fetches the file", async (kind) => {
    const file = hold(you.file, editorFile);
    const panel = open();
    panel.one(FACE).dispatchEvent(new Event(kind));
    expect(file.fetch).toHaveBeenCalledTimes(1);
    // Nobody has asked for it yet, so nothing is said.
    await file.fails();
    expect(panel.has(LINE)).toBe(false);
  });

  test("a chat that was open for a while fetches it, one that was closed does not", () => {
    vi.useFakeTimers();
    const file = hold(you.file, editorFile);
    const panel = open();
    vi.advanceTimersByTime(QUIET_MS - 1);
    expect(file.fetch).not.toHaveBeenCalled();
    vi.advanceTimersByTime(100);
    expect(file.fetch).toHaveBeenCalledTimes(1);
    panel.end();
    open().end();
    vi.advanceTimersByTime(2 * QUIET_MS);
    expect(file.fetch).toHaveBeenCalledTimes(1);
  });

  test("one without a connection, or on a browser that saves data, does not", () => {
    vi.useFakeTimers();
    const file = hold(you.file, editorFile);
    const session = fakeSession();
    const connection = { status: "offline" };
    const offline = { ...session, snapshot: () => ({ rooms: [], connection }) } as never;
    open({ session: offline }).one(FACE).dispatchEvent(new Event("pointerenter"));
    vi.advanceTimersByTime(2 * QUIET_MS);
    Object.defineProperty(navigator, "connection", {
      value: { saveData: true },
      configurable: true,
    });
    open();
    vi.advanceTimersByTime(2 * QUIET_MS);
    Reflect.deleteProperty(navigator, "connection");
    expect(file.fetch).not.toHaveBeenCalled();
  });
});
