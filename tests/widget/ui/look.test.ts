// @vitest-environment happy-dom
/** The owner's look on an open widget, and what goes before it. */
import { beforeEach, describe, expect, test } from "vitest";
import type { Theme } from "../../../widget/src/protocol/look.ts";
import type { ChatView } from "../../../widget/src/ui/chat-view.ts";
import { applyLook, ownOption } from "../../../widget/src/ui/look.ts";

function viewWith(dataset: Record<string, string> = {}) {
  const host = document.createElement("inglenook-chat");
  const root = host.attachShadow({ mode: "open" });
  host.style.cssText = "--ing-right:20px;--y:20px;--ing-accent:#a8431f";
  const panel = document.createElement("div");
  const view = {
    entry: { host, place: undefined, tag: { dataset, nonce: "" }, data: dataset },
    panel,
    root,
  } as unknown as ChatView;
  return { view, host, root };
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
});

test("the tag's own options go before the look, but not those that are a copy of it", () => {
  const own = viewWith({ accent: "#000000" });
  applyLook(own.view, { accent: "#3d5a45" });
  expect(own.host.style.getPropertyValue("--ing-accent")).toBe("#a8431f");
  const copy = viewWith({ accent: "#000000", look: "1a2b3c4d" });
  expect(ownOption(copy.view, "accent")).toBeFalsy();
  applyLook(copy.view, { accent: "#3d5a45" });
  expect(copy.host.style.getPropertyValue("--ing-accent")).toBe("#3d5a45");
});
