// @vitest-environment happy-dom
/** The owner's look on an open widget, what goes before it, and what the next page has of it. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ownOption } from "../../../widget/src/parts/own-option.ts";
import type { Theme } from "../../../widget/src/protocol/look.ts";
import { openStore } from "../../../widget/src/storage.ts";
import type { ChatView } from "../../../widget/src/ui/chat-view.ts";
import { keepLook, keptLook } from "../../../widget/src/ui/launcher-look.ts";
import { applyLook } from "../../../widget/src/ui/look.ts";

function viewWith(dataset: Record<string, string> = {}) {
  const host = document.createElement("inglenook-chat");
  const root = host.attachShadow({ mode: "open" });
  host.style.cssText = "--ing-right:20px;--y:20px;--ing-accent:#a8431f";
  const panel = document.createElement("div");
  const button = document.createElement("button");
  const view = {
    entry: { host, button, place: undefined, tag: { dataset, nonce: "" }, data: dataset },
    panel,
    root,
  } as unknown as ChatView;
  return { view, host, root, button };
}

const css = (root: ShadowRoot) =>
  [...root.adoptedStyleSheets].map((sheet) => sheet.cssRules[0]?.cssText ?? "").join() +
  (root.querySelector("style")?.textContent ?? "");

describe("a look", () => {
  let made: ReturnType<typeof viewWith>;
  const property = (name: string) => made.host.style.getPropertyValue(name);
  beforeEach(() => {
    made = viewWith();
  });
  afterEach(() => vi.unstubAllGlobals());

  test("has its colour, side and offsets, and each change follows", () => {
    applyLook(made.view, { accent: "#3d5a45", side: "left", offset_x: 8, offset_y: 12 });
    expect(["--ing-accent", "--ing-left", "--ing-right", "--y"].map(property)).toEqual([
      "#3d5a45",
      "8px",
      "",
      "12px",
    ]);
    applyLook(made.view, { accent: "#112233", side: "right" });
    expect(["--ing-accent", "--ing-left", "--ing-right"].map(property)).toEqual([
      "#112233",
      "",
      "8px",
    ]);
  });

  test("of hostile values changes nothing", () => {
    const hostile = { accent: "red;}*{", side: "top", offset_x: "9px" } as unknown as Theme;
    applyLook(made.view, hostile);
    expect(["--ing-accent", "--ing-right", "--y"].map(property)).toEqual([
      "#a8431f",
      "20px",
      "20px",
    ]);
  });

  test("brings a sheet, another in its place, and takes it away", () => {
    applyLook(made.view, { css: ".panel { color: red }" });
    expect(css(made.root)).toContain("red");
    applyLook(made.view, { css: ".panel { color: blue }" });
    expect(css(made.root)).toContain("blue");
    expect(css(made.root)).not.toContain("red");
    applyLook(made.view, {});
    expect(css(made.root)).not.toContain("blue");
  });

  test("hangs a picture on the button once it is there, without saying from which page", () => {
    const asked: HTMLImageElement[] = [];
    const OwnImage = vi.fn(function image(this: unknown) {
      const one = document.createElement("img");
      asked.push(one);
      return one;
    });
    vi.stubGlobal("Image", OwnImage);
    applyLook(made.view, { icon: 'https://chat.example/a.webp")' });
    expect(made.button.dataset.icon).toBeUndefined();
    expect(asked[0]?.referrerPolicy).toBe("no-referrer");
    asked[0]?.onload?.(new Event("load"));
    expect(property("--icon")).toBe('url("https://chat.example/a.webp\\")")');
    expect(made.button.dataset.icon).toBeDefined();
    applyLook(made.view, {});
    expect(made.button.dataset.icon).toBeUndefined();
    expect(asked).toHaveLength(1);
  });
});

test("the tag's own options go before the look, but not those that are a copy of it", () => {
  const own = viewWith({ accent: "#000000" });
  applyLook(own.view, { accent: "#3d5a45" });
  expect(own.host.style.getPropertyValue("--ing-accent")).toBe("#a8431f");
  const copy = viewWith({ accent: "#000000", look: "1a2b3c4d" });
  expect(ownOption(copy.view.entry, "accent")).toBeFalsy();
  applyLook(copy.view, { accent: "#3d5a45" });
  expect(copy.host.style.getPropertyValue("--ing-accent")).toBe("#3d5a45");
});

describe("the next page", () => {
  const store = openStore("local", "inglenook:pk_x:");
  afterEach(() => localStorage.clear());
  const LOOK: Theme = { accent: "#3d5a45", side: "left", label: "Ask", show: { paths: ["/a"] } };

  test("has what the tag does not say, and embed.js sees that there is something", () => {
    const { entry } = viewWith().view;
    keepLook(entry, store, { ...LOOK, welcome: "Hello", css: "a{}" });
    expect(keptLook(entry, store)).toEqual(LOOK);
    expect(localStorage.getItem("inglenook:pk_x:heeds")).toBeTruthy();
  });
  test("has nothing where the tag says it all, and forgets what it had", () => {
    const copy = { accent: "#3d5a45", position: "bottom-left", launcherLabel: "Ask", show: "/a" };
    const { entry } = viewWith({ ...copy, look: "1a2b3c4d" }).view;
    keepLook(entry, store, LOOK);
    expect(localStorage.length).toBe(0);
    keepLook(entry, store, { ...LOOK, offset_y: 40 });
    expect(keptLook(entry, store)).not.toBeNull();
    keepLook(entry, store, LOOK);
    expect(keptLook(entry, store)).toBeNull();
    keepLook(viewWith().view.entry, store, {});
    expect(keptLook(viewWith().view.entry, store)).toBeNull();
  });
  test("takes a new tag for newer than what was kept", () => {
    keepLook(viewWith({ look: "old" }).view.entry, store, LOOK);
    expect(keptLook(viewWith({ look: "new" }).view.entry, store)).toBeNull();
  });
  test("does not stumble over what somebody else has stored", () => {
    for (const text of ["", "null", "{", '{"tag":"{}"}', "[]"]) {
      store.set("look", text);
      expect(keptLook(viewWith().view.entry, store) ?? null).toBeNull();
    }
  });
});
