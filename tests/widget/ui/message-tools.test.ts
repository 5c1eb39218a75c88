// @vitest-environment happy-dom
/** What can be done with a message, by pointer, finger and keyboard. */

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { messageTools } from "../../../widget/src/features/message-tools/message-tools.ts";
import { drawn, inGroup, openPanel, roomState, type Scene, said } from "./support/drawn.tsx";

await messageTools.file.fetch();
const NOW = Date.parse("2026-11-21T09:32:00.000Z");
const AT = "2026-11-21T09:30:00.000Z";
const groups = inGroup(
  said(1, "v_b", AT, { body: "Is it blue?\nOr green?" }),
  said(2, "v_me", AT, { body: "Blue" }),
);
const opened: { end(): void }[] = [];
beforeEach(() => {
  vi.spyOn(Date, "now").mockReturnValue(NOW);
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(500);
  Element.prototype.scrollIntoView ??= () => {};
});
afterEach(() => {
  for (const panel of opened.splice(0)) panel.end();
});

type Opened = ReturnType<typeof openPanel>;

async function open(scene: Scene = {}): Promise<Opened> {
  const panel = openPanel({ room: roomState({ groups }), ...scene });
  opened.push(panel);
  panel.one(".list").dispatchEvent(new Event("pointerenter"));
  await drawn();
  return panel;
}

async function point(panel: Opened, seq: number): Promise<void> {
  panel
    .one(`[data-seq="${seq}"] .text`)
    .dispatchEvent(new PointerEvent("pointermove", { bubbles: true, pointerType: "mouse" }));
  await drawn();
}

async function openMenu(panel: Opened, seq: number): Promise<void> {
  await point(panel, seq);
  panel.click('[aria-label="More"]');
  await drawn();
}

async function choose(panel: Opened, label: string): Promise<void> {
  const found = [...panel.root.querySelectorAll<HTMLElement>(".menu button")].find((button) =>
    button.textContent?.startsWith(label),
  );
  if (!found) throw new Error(`No ${label} in ${panel.texts(".menu button")}`);
  found.click();
  await drawn();
}

describe("the tools", () => {
  test("stand at the message that is pointed at, and go with the pointer", async () => {
    const panel = await open();
    expect(panel.has(".tools")).toBe(false);
    await point(panel, 1);
    const labels = [...panel.root.querySelectorAll(".tools button")].map((button) =>
      button.getAttribute("aria-label"),
    );
    expect(labels).toEqual(["React", "Reply", "More"]);
    panel.one(".list").dispatchEvent(new Event("pointerleave"));
    await drawn();
    expect(panel.has(".tools")).toBe(false);
  });
  test("go with the focus, too", async () => {
    const panel = await open();
    panel.one(".scroller").focus();
    panel.press(".scroller", "ArrowUp");
    await drawn();
    expect(panel.has(".tools")).toBe(true);
    panel.field().focus();
    await drawn();
    expect(panel.has(".tools")).toBe(false);
  });
  test("offer nothing that would be refused", async () => {
    const may = { send: "muted" as const, until: null };
    const panel = await open({ room: roomState({ groups, may }) });
    await point(panel, 1);
    expect(panel.root.querySelectorAll(".tools button")).toHaveLength(1);
    await openMenu(panel, 1);
    expect(panel.texts(".menu .item span")).not.toContain("Reply");
  });
  test("of another's message: answer, copy, ignore, report", async () => {
    const panel = await open();
    await openMenu(panel, 1);
    expect(panel.texts(".menu .item span")).toEqual([
      "Reply",
      "Copy text",
      "Copy link",
      "Ignore Name of v_b",
      "Report to the team",
    ]);
  });
  test("of mine: answer, copy, change and delete while there is time", async () => {
    const panel = await open();
    await openMenu(panel, 2);
    expect(panel.texts(".menu .item")).toEqual([
      "Reply",
      "Copy text",
      "Copy link",
      "Edit13 minutes left",
      "Delete",
    ]);
    vi.mocked(Date.now).mockReturnValue(NOW + 13 * 60_000);
    panel.press(".menu button", "Escape");
    await openMenu(panel, 2);
    expect(panel.texts(".menu .item")).toEqual(["Reply", "Copy text", "Copy link"]);
  });
});

describe("by keyboard", () => {
  test("the arrows go from message to message, Enter opens the menu, Escape leads back", async () => {
    const panel = await open();
    panel.one(".scroller").focus();
    panel.press(".scroller", "ArrowUp");
    expect(panel.root.activeElement).toBe(panel.one('[data-seq="2"]'));
    panel.press('[data-seq="2"]', "ArrowUp");
    expect(panel.root.activeElement).toBe(panel.one('[data-seq="1"]'));
    panel.press('[data-seq="1"]', "Enter");
    await drawn();
    expect(panel.one(".menu").getAttribute("role")).toBe("dialog");
    expect(panel.root.activeElement?.textContent).toBe("👍");
    panel.press(".menu button", "ArrowUp");
    expect(panel.root.activeElement?.textContent).toBe("Report to the team");
    panel.press(".menu button", "Escape");
    await drawn();
    expect(panel.has(".menu")).toBe(false);
    expect(panel.root.activeElement).toBe(panel.one('[data-seq="1"]'));
    panel.press('[data-seq="1"]', "Escape");
    expect(panel.root.activeElement).toBe(panel.one(".scroller"));
    expect(panel.onClose).not.toHaveBeenCalled();
  });
});

describe("by finger", () => {
  const touch = (kind: string, x = 0) =>
    new PointerEvent(kind, { bubbles: true, pointerType: "touch", clientX: x, clientY: 0 });
  async function hold(panel: Opened, x = 0): Promise<void> {
    vi.useFakeTimers();
    panel.one('[data-seq="1"] .text').dispatchEvent(touch("pointerdown"));
    panel.one('[data-seq="1"] .text').dispatchEvent(touch("pointermove", x));
    vi.advanceTimersByTime(500);
    vi.useRealTimers();
    await drawn();
  }
  test("one that stays on a message opens a sheet with six reactions", async () => {
    const panel = await open();
    await hold(panel);
    expect(panel.has(".menu.sheet")).toBe(true);
    expect(panel.texts(".quick [aria-pressed]")).toEqual(["👍", "❤️", "😄", "😮", "🙏", "🔥"]);
    panel.one(".scrim").dispatchEvent(touch("pointerdown"));
    panel.click(".scrim");
    await drawn();
    expect(panel.has(".menu")).toBe(false);
  });
  test("one that moves scrolls", async () => {
    const panel = await open();
    await hold(panel, 30);
    expect(panel.has(".menu")).toBe(false);
  });
  test("a tap on the time opens it, too", async () => {
    const panel = await open();
    panel.click('[data-seq="1"] time');
    await drawn();
    expect(panel.has(".menu")).toBe(true);
  });
});

describe("a reaction", () => {
  test("is set by one of the six, and taken back by its chip", async () => {
    const mine = inGroup(said(1, "v_b", AT, { reactions: { "👍": 2, "🔥": 1 }, mine: ["👍"] }));
    const panel = await open({ room: roomState({ groups: mine }) });
    const { act } = panel.session;
    panel.click('[data-emoji="👍"]');
    expect(act).toHaveBeenCalledWith("lobby", { type: "react", seq: 1, emoji: "👍", on: false });
    panel.click('[data-emoji="🔥"]');
    expect(act).toHaveBeenCalledWith("lobby", { type: "react", seq: 1, emoji: "🔥", on: true });
    expect(panel.one('[data-emoji="👍"]').getAttribute("aria-pressed")).toBe("true");
    await point(panel, 1);
    panel.click('[aria-label="React"]');
    await drawn();
    await choose(panel, "😄");
    expect(act).toHaveBeenCalledWith("lobby", { type: "react", seq: 1, emoji: "😄", on: true });
    expect(panel.has(".menu")).toBe(false);
  });
  test("says who reacted so", async () => {
    const some = inGroup(said(1, "v_b", AT, { reactions: { "👍": 2 } }));
    const panel = await open({ room: roomState({ groups: some }) });
    vi.mocked(panel.session.call).mockResolvedValue({ who: [{ name: "Ann" }, { name: "Ben" }] });
    panel.one('[data-emoji="👍"]').focus();
    await drawn();
    expect(panel.session.call).toHaveBeenCalledWith(
      "GET",
      `rooms/lobby/messages/1/reactions/${encodeURIComponent("👍")}`,
    );
    expect(panel.text(".tip")).toBe("👍 Ann, Ben");
  });
  test("that is refused says why", async () => {
    const some = inGroup(said(1, "v_b", AT, { reactions: { "👍": 2 } }));
    const panel = await open({ room: roomState({ groups: some }) });
    vi.mocked(panel.session.act).mockRejectedValue({ code: "rate", message: "" });
    panel.click('[data-emoji="👍"]');
    await drawn();
    expect(panel.text(".toast")).toContain("too fast");
  });
});

describe("an answer", () => {
  test("shows what it answers above the field, is sent with it, and Escape ends it", async () => {
    const panel = await open();
    await point(panel, 1);
    panel.click('[aria-label="Reply"]');
    await drawn();
    expect(panel.text(".aim b")).toBe("Reply to Name of v_b");
    expect(panel.root.activeElement).toBe(panel.field());
    panel.type("Green");
    await drawn();
    panel.press("textarea", "Enter");
    await drawn();
    expect(panel.session.send).toHaveBeenCalledWith("lobby", "Green", { reply_to: 1 });
    expect(panel.has(".aim")).toBe(false);
    expect(panel.field().value).toBe("");
    await point(panel, 1);
    panel.click('[aria-label="Reply"]');
    await drawn();
    panel.press("textarea", "Escape");
    await drawn();
    expect(panel.has(".aim")).toBe(false);
    expect(panel.onClose).not.toHaveBeenCalled();
  });
});

describe("another text for one of mine", () => {
  async function edit(panel: Opened): Promise<void> {
    await openMenu(panel, 2);
    await choose(panel, "Edit");
  }
  test("stands in the field, and the draft waits", async () => {
    const panel = await open();
    panel.type("a draft");
    await drawn();
    await edit(panel);
    expect(panel.text(".aim b")).toBe("Editing your message");
    expect(panel.field().value).toBe("Blue");
    panel.type("Blue, dark");
    await drawn();
    panel.press("textarea", "Enter");
    await drawn();
    expect(panel.session.act).toHaveBeenCalledWith("lobby", {
      type: "edit",
      seq: 2,
      body: "Blue, dark",
    });
    expect(panel.field().value).toBe("a draft");
    expect(panel.session.send).not.toHaveBeenCalled();
  });
  test("that is refused comes back into the field, and says why", async () => {
    const panel = await open();
    vi.mocked(panel.session.act).mockRejectedValue({ code: "too_long", message: "" });
    await edit(panel);
    panel.type("Bluer");
    await drawn();
    panel.press("textarea", "Enter");
    await drawn();
    expect(panel.text(".toast")).toContain("too long");
    expect(panel.field().value).toBe("Bluer");
  });
  test("Escape leaves it as it was", async () => {
    const panel = await open();
    await edit(panel);
    panel.press("textarea", "Escape");
    await drawn();
    expect(panel.field().value).toBe("");
    expect(panel.session.act).not.toHaveBeenCalled();
  });
});

describe("deleting", () => {
  test("asks first", async () => {
    const panel = await open();
    await openMenu(panel, 2);
    await choose(panel, "Delete");
    expect(panel.text(".menu")).toContain("Others see that one was deleted");
    await choose(panel, "Keep it");
    expect(panel.session.act).not.toHaveBeenCalled();
    await openMenu(panel, 2);
    await choose(panel, "Delete");
    await choose(panel, "Delete");
    expect(panel.session.act).toHaveBeenCalledWith("lobby", { type: "delete", seq: 2 });
  });
});

describe("somebody who is ignored", () => {
  test("is not drawn any more, and comes back by Undo", async () => {
    const panel = await open();
    await openMenu(panel, 1);
    await choose(panel, "Ignore");
    const person = { id: "v_b", name: "Name of v_b" };
    expect(panel.session.ignore).toHaveBeenCalledWith(person, true);
    panel.click(".toast button");
    expect(panel.session.ignore).toHaveBeenCalledWith(person, false);
    const without = await open({ ignored: [person] });
    expect(without.texts(".message .text")).toEqual(["Blue"]);
  });
});

describe("a report", () => {
  test("has a reason and a note for the team, and thanks", async () => {
    const panel = await open();
    await openMenu(panel, 1);
    await choose(panel, "Report");
    const [, abuse] = panel.root.querySelectorAll<HTMLInputElement>(".menu input");
    abuse?.click();
    await drawn();
    const note = panel.one<HTMLTextAreaElement>(".menu textarea");
    note.value = " Look ";
    note.dispatchEvent(new Event("input", { bubbles: true }));
    await drawn();
    panel.one(".menu form").dispatchEvent(new Event("submit", { cancelable: true }));
    await drawn();
    expect(panel.session.call).toHaveBeenCalledWith("POST", "rooms/lobby/messages/1/report", {
      reason: "abuse",
      note: "Look",
    });
    expect(panel.text(".toast")).toContain("Thank you");
  });
});

describe("a quote", () => {
  const answer = said(5, "v_b", AT, { reply_to: 1, body: "Yes" });
  test("leads to its message", async () => {
    const panel = await open({ room: roomState({ groups: inGroup(said(1, "v_a", AT), answer) }) });
    panel.click(".quote");
    expect(panel.root.activeElement).toBe(panel.one('[data-seq="1"]'));
    expect(panel.one('[data-seq="1"]').classList.contains("found")).toBe(true);
  });
  test("leads to one that is fetched from the history first", async () => {
    const panel = await open({
      room: roomState({ groups: inGroup(answer), older: true, floor: 5 }),
    });
    panel.click(".quote");
    expect(panel.session.older).toHaveBeenCalledWith("lobby");
    panel.draw({ room: roomState({ groups: inGroup(said(1, "v_a", AT), answer) }) });
    await drawn();
    expect(panel.root.activeElement).toBe(panel.one('[data-seq="1"]'));
  });
  test("says so where its message is gone", async () => {
    const panel = await open({ room: roomState({ groups: inGroup(answer) }) });
    panel.click(".quote");
    await drawn();
    expect(panel.text(".toast")).toContain("not here any more");
  });
});

test("a key that comes before the file is not lost", async () => {
  const panel = openPanel({ room: roomState({ groups }) });
  opened.push(panel);
  const here = vi.spyOn(messageTools.file, "here", "get").mockReturnValue(null);
  panel.press(".scroller", "ArrowUp");
  here.mockRestore();
  await drawn();
  expect(panel.root.activeElement).toBe(panel.one('[data-seq="2"]'));
});

test("a press that comes before the file is not lost", async () => {
  const some = inGroup(said(1, "v_b", AT, { reactions: { "👍": 2 } }));
  const panel = openPanel({ room: roomState({ groups: some }) });
  opened.push(panel);
  const here = vi.spyOn(messageTools.file, "here", "get").mockReturnValue(null);
  panel.click('[data-emoji="👍"]');
  here.mockRestore();
  await drawn();
  expect(panel.session.act).toHaveBeenCalledOnce();
});
