// @vitest-environment happy-dom
import { afterEach, describe, expect, test, vi } from "vitest";
import type { RoomInfo } from "../../../widget/src/protocol/frames.ts";
import { drawn, fakeSession, ME, openPanel, roomState, type Scene } from "./support/drawn.tsx";

const opened: { end(): void }[] = [];
function open(scene: Scene = {}) {
  const panel = openPanel(scene);
  opened.push(panel);
  return panel;
}
const roomWith = (info: Partial<RoomInfo>) => {
  const room = roomState();
  return { ...room, info: { ...(room.info as RoomInfo), ...info } };
};
afterEach(() => {
  vi.useRealTimers();
  for (const panel of opened.splice(0)) panel.end();
});

describe("Enter", () => {
  test("sends what is written, without the blanks around it, and empties the field", async () => {
    const panel = open();
    panel.type("  hello \n");
    await drawn();
    panel.press("textarea", "Enter");
    await drawn();
    expect(panel.session.send).toHaveBeenCalledWith("lobby", "hello", undefined);
    expect(panel.field().value).toBe("");
  });
  test("with Shift begins a line", async () => {
    const panel = open();
    panel.type("hello");
    await drawn();
    panel.press("textarea", "Enter", { shiftKey: true });
    expect(panel.session.send).not.toHaveBeenCalled();
  });
  test.each([
    { isComposing: true },
    { keyCode: 229 },
  ])("of an input method chooses a word: %o", async (how) => {
    const panel = open();
    panel.type("こ");
    await drawn();
    panel.press("textarea", "Enter", how as KeyboardEventInit);
    expect(panel.session.send).not.toHaveBeenCalled();
  });
  test("sends nothing where there is nothing", async () => {
    const panel = open();
    panel.type("  \n ");
    await drawn();
    panel.press("textarea", "Enter");
    expect(panel.session.send).not.toHaveBeenCalled();
  });
});

describe("the length", () => {
  test("is counted in characters, when little is left", async () => {
    const panel = open();
    panel.type("😀".repeat(85));
    await drawn();
    expect(panel.text("#note")).toBe("15 characters left");
  });
  test("that is too much is said, and nothing is sent", async () => {
    const panel = open();
    panel.type("x".repeat(101));
    await drawn();
    expect(panel.text(".note.bad")).toBe("1 character too many");
    panel.press("textarea", "Enter");
    expect(panel.session.send).not.toHaveBeenCalled();
    expect(panel.field().value).toHaveLength(101);
  });
  test("is not spoken of before that", async () => {
    const panel = open();
    panel.type("x".repeat(70));
    await drawn();
    expect(panel.text("#note")).toBe("");
  });
});

describe("waiting", () => {
  test("keeps the text and says how long", async () => {
    const panel = open({ room: roomState({ notBefore: Date.now() + 2500 }) });
    panel.type("in a hurry");
    await drawn();
    expect(panel.text("#note")).toBe("You can write again in 3 seconds");
    panel.press("textarea", "Enter");
    expect(panel.session.send).not.toHaveBeenCalled();
    expect(panel.field().value).toBe("in a hurry");
    panel.draw({ room: roomState() });
    panel.press("textarea", "Enter");
    expect(panel.session.send).toHaveBeenCalledOnce();
  });
});

describe("a room that takes nothing", () => {
  test.each([
    ["locked", "closed for new messages"],
    ["archived", "archived"],
  ])("%s says so", (how, words) => {
    const panel = open({ room: roomWith({ [how]: true }) });
    expect(panel.field().disabled).toBe(true);
    expect(panel.text("#note")).toContain(words);
  });
  test.each([
    ["room_locked", "closed for new messages"],
    ["muted", "You can't write"],
  ] as const)("from me says so: %s", (send, words) => {
    const panel = open({ room: roomState({ may: { send, until: null } }) });
    expect(panel.field().disabled).toBe(true);
    expect(panel.text("#note")).toContain(words);
  });
  test.each([
    ["muted", "You can read, but not write here until tomorrow, "],
    ["room_locked", "The room is closed for new messages until tomorrow, "],
  ] as const)("says until when, where the server does: %s", (send, words) => {
    const tomorrow = new Date();
    tomorrow.setDate(tomorrow.getDate() + 1);
    const panel = open({ room: roomState({ may: { send, until: tomorrow.toISOString() } }) });
    expect(panel.text("#note")).toContain(words);
  });
  test("takes what I may write although its lock is told", () => {
    const room = { ...roomWith({ locked: true }), may: { send: null, until: null } };
    expect(open({ room }).field().disabled).toBe(false);
  });
  test("takes the team's words while it is locked", () => {
    const visitor = { ...ME, role: "moderator" as const };
    expect(open({ room: roomWith({ locked: true }), visitor }).field().disabled).toBe(false);
  });
});

test("typing is reported for words only", async () => {
  const panel = open();
  panel.type(" ");
  expect(panel.session.typing).not.toHaveBeenCalled();
  panel.type("h");
  expect(panel.session.typing).toHaveBeenCalledWith("lobby");
});

test("a draft is there again, and gone when it was sent", async () => {
  const session = fakeSession({ "draft:lobby": "half a sentence" });
  const panel = open({ session });
  expect(panel.field().value).toBe("half a sentence");
  panel.press("textarea", "Enter");
  expect(session.store.get("draft:lobby")).toBeNull();
  panel.type("another");
  expect(session.store.get("draft:lobby")).toBe("another");
});

test("every control has a name", () => {
  const panel = open();
  expect(panel.field().getAttribute("aria-label")).toBe("Your message");
  expect(panel.one(".send").getAttribute("aria-label")).toBe("Send");
  expect(panel.field().getAttribute("aria-describedby")).toBe("note");
});

describe("the own face", () => {
  const fields = (panel: ReturnType<typeof open>) =>
    [...panel.one(".field").children].map(
      ({ localName, className }) => `${localName}.${className}`,
    );

  test("is what the composer begins with, and says who one is", () => {
    const panel = open();
    const face = panel.one(".field > :first-child");
    expect(face.getAttribute("aria-label")).toBe("You are Amber Otter");
    expect(face.textContent).toBe("AO");
  });

  test("has its place before one is known, so that no text moves", () => {
    const panel = open({ visitor: null });
    expect(fields(panel).slice(0, 2)).toEqual(["span.plain", "textarea."]);
    panel.draw({ visitor: ME });
    expect(fields(panel).slice(0, 2)).toEqual(["button.plain", "textarea."]);
  });
});

describe("a narrow field", () => {
  const may = { send: null, until: null, files: ["image/png"] };
  const taking = (): Scene => ({ room: roomState({ may }) });

  test("keeps pictures and emoji behind a plus, which gives its focus on", async () => {
    const panel = open(taking());
    panel.click('[aria-label="More"]');
    await drawn();
    expect(panel.one(".field").className).toBe("field");
    expect(panel.root.activeElement?.getAttribute("aria-label")).toBe("Add files");
  });

  test("folds them again while one writes", async () => {
    const panel = open(taking());
    panel.click('[aria-label="More"]');
    await drawn();
    panel.type("a");
    await drawn();
    expect(panel.one(".field").className).toBe("field packed");
  });

  test("has no plus for emoji alone", () => {
    expect(open().has('[aria-label="More"]')).toBe(false);
  });
});
