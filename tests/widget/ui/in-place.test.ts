// @vitest-environment happy-dom
import { afterEach, describe, expect, test } from "vitest";
import { roomInfo } from "../support/frames.ts";
import type { Scene } from "./support/drawn.tsx";
import { inGroup, openPanel, roomState, said } from "./support/drawn.tsx";

let panel: ReturnType<typeof openPanel>;
afterEach(() => panel.end());

/** As translating browsers do: each text node goes, and `<font>` with other words comes. */
function translate(): void {
  const walker = document.createTreeWalker(panel.root, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  while (walker.nextNode()) texts.push(walker.currentNode as Text);
  for (const text of texts) {
    if (!text.data.trim()) continue;
    const font = document.createElement("font");
    font.textContent = "übersetzt";
    text.replaceWith(font);
  }
}

const message = (over: Parameters<typeof said>[3]) =>
  roomState({ groups: inGroup(said(1, "v_other", undefined, over)) });

describe("after a translator has replaced the text nodes", () => {
  test.each<readonly [string, Scene, Scene, string, string]>([
    [
      "an edited message",
      { room: message({ body: "old" }) },
      { room: message({ body: "fresh", rev: 2, edited_at: "x" }) },
      ".bubble",
      "freshedited",
    ],
    [
      "a deleted message",
      { room: message({ body: "old" }) },
      { room: message({ body: "", rev: 2, deleted: "author" }) },
      ".bubble",
      "Message deleted",
    ],
    [
      "a reaction that is counted",
      { room: message({ reactions: { "👍": 1 } }) },
      { room: message({ reactions: { "👍": 27 }, rev: 2 }) },
      ".reactions span:last-child",
      "27",
    ],
    [
      "who is writing",
      { room: roomState({ typing: [{ id: "a", name: "Ann" }] }) },
      { room: roomState({ typing: [{ id: "b", name: "Bob" }] }) },
      ".typing",
      "Bob is writing…",
    ],
    [
      "how many are here",
      { room: roomState({ online: 2 }) },
      { room: roomState({ online: 31 }) },
      "header button.plain",
      "31 here",
    ],
    [
      "a room that was renamed",
      { room: roomState() },
      { room: roomState({ info: roomInfo(0, { name: "Parlour" }) }) },
      "h2",
      "Parlour",
    ],
    [
      "the line below the field",
      { room: roomState({ notBefore: Date.now() + 30_000 }) },
      { room: roomState({ info: roomInfo(0, { archived: true }) }) },
      "#note",
      "This room is archived. You can still read.",
    ],
  ])("%s has its new words alone", (_, before, after, where, words) => {
    panel = openPanel(before);
    translate();
    panel.draw(after);
    expect(panel.text(where)).toBe(words);
  });

  test("an edited message keeps none of the old ones", () => {
    panel = openPanel({ room: message({ body: "old" }) });
    translate();
    // Some put theirs beside the original.
    panel
      .one(".text")
      .append(Object.assign(document.createElement("font"), { textContent: "alt" }));
    panel.draw({ room: message({ body: "fresh", rev: 2, edited_at: "x" }) });
    expect(panel.text(".bubble")).toBe("freshedited");
  });

  test("a button keeps the focus while its words change", () => {
    const lost = { status: "reconnecting" as const, retryAt: Date.now() + 9000 };
    panel = openPanel({ connection: lost });
    translate();
    panel.one(".notice button").focus();
    const button = panel.root.activeElement;
    panel.draw({
      connection: {
        status: "stopped",
        retryAt: null,
        stop: { code: "rate", remedy: "focus", message: "" },
      },
    });
    expect(panel.text(".notice button")).toBe("Use it here");
    expect(panel.root.activeElement).toBe(button);
  });

  test("a live region stays the same element, so that it is heard", () => {
    panel = openPanel();
    const region = panel.one("[aria-live=polite]");
    translate();
    panel.draw();
    expect(panel.one("[aria-live=polite]")).toBe(region);
    expect(region.firstElementChild?.localName).toBe("span");
  });
});
