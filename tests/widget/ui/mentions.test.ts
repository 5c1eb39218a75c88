// @vitest-environment happy-dom
/** Names that are offered after an "@", and how one is taken. */

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { messageTools } from "../../../widget/src/features/message-tools/message-tools.ts";
import { completion } from "../../../widget/src/features/message-tools/message-tools-view.tsx";
import { drawn, inGroup, openPanel, roomState, type Scene, said } from "./support/drawn.tsx";

await messageTools.file.fetch();
await completion.fetch();
const by = (id: string, name: string) => ({
  author: { id, name, role: "visitor" as const, avatar: null },
});
const groups = inGroup(
  said(1, "v_a", undefined, by("v_a", "Quick Sorrel")),
  said(2, "v_b", undefined, by("v_b", "Quiet Heron")),
  said(3, "v_b", undefined, by("v_b", "Quiet Heron")),
  said(4, "v_me", undefined, by("v_me", "Quartz Me")),
);
const opened: { end(): void }[] = [];
beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(500);
});
afterEach(() => {
  for (const panel of opened.splice(0)) panel.end();
});

async function writing(text: string, scene: Scene = {}) {
  const panel = openPanel({ room: roomState({ groups }), ...scene });
  opened.push(panel);
  panel.one(".list").dispatchEvent(new Event("pointerenter"));
  await drawn();
  panel.field().value = text;
  panel.field().setSelectionRange(text.length, text.length);
  panel.field().dispatchEvent(new Event("input", { bubbles: true }));
  await drawn();
  return panel;
}
const offered = (panel: Awaited<ReturnType<typeof writing>>) =>
  panel.texts('[role="option"] > span:last-child');

describe("after an @", () => {
  test.each([
    ["Hello @qu", ["Quiet Heron", "Quick Sorrel"]],
    ["@", ["Quiet Heron", "Quick Sorrel"]],
    ["(@her", ["Quiet Heron"]],
    ["@Quiet h", ["Quiet Heron"]],
    ["mail me@qu", []],
    ["@nobody", []],
    ["@Quiet Heron", []],
  ])("%s offers who wrote here: %s", async (text, names) => {
    expect(offered(await writing(text))).toEqual(names);
  });

  test("nobody who is ignored is offered", async () => {
    const ignored = [{ id: "v_b", name: "Quiet Heron" }];
    expect(offered(await writing("@", { ignored }))).toEqual(["Quick Sorrel"]);
  });

  test("arrows choose, Enter takes the name and sends nothing, and the focus stays", async () => {
    const panel = await writing("Hello @qu");
    panel.field().focus();
    panel.press("textarea", "ArrowDown");
    await drawn();
    expect(panel.field().getAttribute("aria-activedescendant")).toBe("offer-1");
    expect(panel.texts('[aria-selected="true"] > span:last-child')).toEqual(["Quick Sorrel"]);
    panel.press("textarea", "Enter");
    await drawn();
    expect(panel.field().value).toBe("Hello @Quick Sorrel ");
    expect(panel.session.send).not.toHaveBeenCalled();
    expect(panel.has('[role="listbox"]')).toBe(false);
    expect(panel.root.activeElement).toBe(panel.field());
  });

  test("Escape closes the names, and they alone", async () => {
    const panel = await writing("@qu");
    panel.press("textarea", "Escape");
    await drawn();
    expect(panel.has('[role="listbox"]')).toBe(false);
    expect(panel.onClose).not.toHaveBeenCalled();
    expect(panel.field().value).toBe("@qu");
  });

  test("a pointer takes one, too", async () => {
    const panel = await writing("@qu");
    panel.one('[role="option"]').dispatchEvent(new Event("pointerdown", { bubbles: true }));
    await drawn();
    expect(panel.field().value).toBe("@Quiet Heron ");
  });
});
