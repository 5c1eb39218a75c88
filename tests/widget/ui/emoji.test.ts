// @vitest-environment happy-dom
/** The picker of emoji, and emoji by their names while one writes. */

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { emoji } from "../../../widget/src/features/emoji/emoji.ts";
import { placeAfter } from "../../../widget/src/features/emoji/grid.tsx";
import table from "../../../widget/src/features/emoji/names.json";
import { findIn, readTable, toned } from "../../../widget/src/features/emoji/names.ts";
import { messageTools } from "../../../widget/src/features/message-tools/message-tools.ts";
import { completion } from "../../../widget/src/features/message-tools/message-tools-view.tsx";
import {
  drawn,
  fakeSession,
  inGroup,
  openPanel,
  roomState,
  type Scene,
  said,
} from "./support/drawn.tsx";

const file = await emoji.file.fetch();
await file.fetchNames();
await messageTools.file.fetch();
await completion.fetch();

const OPENER = '.field [aria-label="Emoji"]';
const groups = inGroup(said(1, "v_b"), said(2, "v_b"));
const opened: { end(): void }[] = [];
beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(500);
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(360);
});
afterEach(() => {
  for (const panel of opened.splice(0)) panel.end();
});

type Opened = ReturnType<typeof openPanel>;

function open(scene: Scene = {}): Opened {
  const panel = openPanel({ room: roomState({ groups }), ...scene });
  opened.push(panel);
  return panel;
}

async function openPicker(scene: Scene = {}): Promise<Opened> {
  const panel = open(scene);
  panel.click(OPENER);
  await drawn();
  return panel;
}

async function search(panel: Opened, text: string): Promise<void> {
  const field = panel.one<HTMLInputElement>(".picker input");
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  await drawn();
}

const signs = (panel: Opened) => panel.texts(".signs button");
const pressed = (panel: Opened) =>
  panel.one('.kinds [aria-pressed="true"]').getAttribute("aria-label");

describe("the table", () => {
  const all = readTable(table.rows);
  const first = (text: string) => findIn(all, text)[0]?.sign;

  test("has six categories, none of them small", () => {
    expect(all.categories.map(({ name }) => name)).toEqual([
      "smileys",
      "nature",
      "food",
      "activities",
      "objects",
      "symbols",
    ]);
    for (const { signs: found } of all.categories) expect(found.length).toBeGreaterThan(100);
  });

  test.each([
    ["tada", "🎉"],
    ["+1", "👍"],
    ["Party pop", "🎉"],
    ["thanks", "🤗"],
    ["germany", "🇩🇪"],
    ["heart", "❤️"],
    ["robot", "🤖"],
    ["woman shrug", "🤷‍♀️"],
  ])("%s finds %s", (text, sign) => {
    const found = findIn(all, text).map((one) => one.sign);
    expect(found).toContain(sign);
    if (!text.includes(" ") && text !== "thanks") expect(first(text)).toBe(sign);
  });

  test("nothing that is sought finds nothing", () => {
    expect(findIn(all, " ")).toEqual([]);
    expect(findIn(all, "xyzzy")).toEqual([]);
  });

  test("a tone takes the place of the variation selector, and goes before what is joined", () => {
    expect(toned({ sign: "☝️", hasTones: true }, "🏽")).toBe("☝🏽");
    expect(toned({ sign: "🧑‍🚀", hasTones: true }, "🏽")).toBe("🧑🏽‍🚀");
    expect(toned({ sign: "🔥", hasTones: false }, "🏽")).toBe("🔥");
  });
});

describe("the keys of the grid", () => {
  test.each([
    ["ArrowRight", 0, 1],
    ["ArrowLeft", 8, 7],
    ["ArrowDown", 0, 7],
    ["ArrowDown", 10, 16],
    ["ArrowDown", 15, 15],
    ["ArrowUp", 9, 2],
    ["ArrowUp", 2, -5],
    ["Home", 9, 7],
    ["End", 9, 13],
    ["End", 15, 16],
    ["ArrowRight", 16, undefined],
    ["a", 3, undefined],
  ])("%s from %i leads to %s", (key, at, place) => {
    expect(placeAfter(key, at, 17, 7, false)).toBe(place);
  });

  test("right is back where the text runs to the left", () => {
    expect(placeAfter("ArrowRight", 3, 17, 7, true)).toBe(2);
  });
});

describe("the picker", () => {
  test("opens on what many use, with the caret in its search field", async () => {
    const panel = await openPicker();
    expect(panel.one(OPENER).getAttribute("aria-expanded")).toBe("true");
    expect(pressed(panel)).toBe("Recently used");
    expect(signs(panel).slice(0, 3)).toEqual(["👍", "🙏", "😄"]);
    expect(panel.one(".signs button").getAttribute("aria-label")).toBe("thumbs up");
    expect(panel.root.activeElement).toBe(panel.one(".picker input"));
  });

  test("is not offered where nobody can write", () => {
    const may = { send: "muted" as const, until: null };
    expect(open({ room: roomState({ groups, may }) }).has(OPENER)).toBe(false);
  });

  test("puts a sign where the caret is, closes, and gives the focus back to the text", async () => {
    const panel = open();
    panel.type("ab");
    panel.field().setSelectionRange(1, 1);
    panel.click(OPENER);
    await drawn();
    panel.one(".signs button").click();
    await drawn();
    expect(panel.field().value).toBe("a👍b");
    expect(panel.field().selectionStart).toBe(3);
    expect(panel.has(".picker")).toBe(false);
    expect(panel.root.activeElement).toBe(panel.field());
  });

  test("stays for another one while the Shift key is down", async () => {
    const panel = await openPicker();
    panel
      .one(".signs button")
      .dispatchEvent(new MouseEvent("click", { bubbles: true, shiftKey: true }));
    await drawn();
    expect(panel.has(".picker")).toBe(true);
    expect(panel.field().value).toBe("👍");
  });

  test("keeps what was used, where the site lets it", async () => {
    const session = fakeSession();
    const panel = await openPicker({ session });
    expect(session.store.keys("")).toEqual([]);
    await search(panel, "robot");
    panel.press(".picker input", "Enter");
    await drawn();
    expect(panel.field().value).toBe("🤖");
    panel.click(OPENER);
    await drawn();
    expect(signs(panel).slice(0, 2)).toEqual(["🤖", "👍"]);
    expect(session.store.get("emoji")).toBe("🤖");
  });

  test("says how many it found, and that it found none", async () => {
    const panel = await openPicker();
    await search(panel, "unicorn");
    expect(signs(panel)).toEqual(["🦄"]);
    expect(panel.text('.picker [role="status"]')).toBe("1 emoji found");
    await search(panel, "xyzzy");
    expect(panel.text(".none")).toBe("No emoji has that name.");
  });

  test("shows a category whole, and ends a search for it", async () => {
    const panel = await openPicker();
    await search(panel, "unicorn");
    panel.click('.kinds [aria-label="Food and drink"]');
    await drawn();
    expect(signs(panel)[0]).toBe("🍇");
    expect(pressed(panel)).toBe("Food and drink");
    expect(panel.one<HTMLInputElement>(".picker input").value).toBe("");
  });

  test("keeps a skin tone, and draws by it what can have one", async () => {
    const session = fakeSession();
    const panel = await openPicker({ session });
    panel.click('[aria-label="Skin tone"]');
    await drawn();
    panel.click('[aria-label="Medium dark"]');
    await drawn();
    await search(panel, "thumbsup");
    expect(signs(panel)).toEqual(["👍🏾"]);
    expect(session.store.get("emoji-tone")).toBe("🏾");
    await search(panel, "unicorn");
    expect(signs(panel)).toEqual(["🦄"]);
  });

  test("arrows lead from the search into the rows and back, one sign is in the order of Tab", async () => {
    const panel = await openPicker();
    panel.press(".picker input", "ArrowDown");
    expect(panel.root.activeElement?.textContent).toBe("👍");
    panel.press(".signs button", "ArrowRight");
    await drawn();
    expect(panel.root.activeElement?.textContent).toBe("🙏");
    expect(panel.texts('.signs [tabindex="0"]')).toEqual(["🙏"]);
    panel.press('.signs [tabindex="0"]', "ArrowUp");
    expect(panel.root.activeElement).toBe(panel.one(".picker input"));
  });

  test("Escape closes it alone, and leads back to its button", async () => {
    const panel = await openPicker();
    panel.press(".picker input", "Escape");
    await drawn();
    expect(panel.has(".picker")).toBe(false);
    expect(panel.onClose).not.toHaveBeenCalled();
    expect(panel.root.activeElement).toBe(panel.one(OPENER));
  });

  test("a click elsewhere closes it", async () => {
    const panel = await openPicker();
    panel.one(".list").dispatchEvent(new MouseEvent("click", { bubbles: true, composed: true }));
    await drawn();
    expect(panel.has(".picker")).toBe(false);
  });
});

describe("for reactions", () => {
  test("the menu leads to every emoji, and the one that is chosen is sent", async () => {
    const panel = open();
    panel.one(".list").dispatchEvent(new Event("pointerenter"));
    await drawn();
    panel
      .one('[data-seq="1"] .text')
      .dispatchEvent(new PointerEvent("pointermove", { bubbles: true, pointerType: "mouse" }));
    await drawn();
    panel.click('[aria-label="React"]');
    await drawn();
    panel.click('.menu [aria-label="Another emoji"]');
    await drawn();
    expect(panel.root.activeElement).toBe(panel.one(".menu .picker input"));
    await search(panel, "unicorn");
    panel.one(".signs button").click();
    await drawn();
    const react = { type: "react", seq: 1, emoji: "🦄", on: true };
    expect(panel.session.act).toHaveBeenCalledWith("lobby", react);
    expect(panel.has(".menu")).toBe(false);
    expect(panel.field().value).toBe("");
  });
});

describe("after a colon", () => {
  async function writing(text: string): Promise<Opened> {
    const panel = open();
    panel.one(".list").dispatchEvent(new Event("pointerenter"));
    await drawn();
    panel.field().focus();
    panel.type(text);
    await drawn();
    return panel;
  }
  const offered = (panel: Opened) => panel.texts('[role="option"]');

  test.each([
    ["Well done :tad", "🎉:tada:"],
    ["(:+1", "👍:+1:"],
    [":rofl", "🤣:rofl:"],
    [":hea", "❤️:heart:"],
  ])("%s offers %s first", async (text, offer) => {
    expect(offered(await writing(text))[0]).toBe(offer);
  });

  test.each([":t", "10:30", "http://x", ": ta", ":xyzzy"])("%s offers nothing", async (text) => {
    expect(offered(await writing(text))).toEqual([]);
  });

  test("Enter takes the chosen one and sends nothing", async () => {
    const panel = await writing("Well done :tad");
    panel.press("textarea", "Enter");
    await drawn();
    expect(panel.field().value).toBe("Well done 🎉 ");
    expect(panel.session.send).not.toHaveBeenCalled();
  });

  test("Tab takes it, too, and with Shift it leaves the field", async () => {
    const panel = await writing(":tad");
    panel.press("textarea", "Tab", { shiftKey: true });
    await drawn();
    expect(panel.field().value).toBe(":tad");
    panel.press("textarea", "Tab");
    await drawn();
    expect(panel.field().value).toBe("🎉 ");
  });

  test("a name typed whole becomes its sign", async () => {
    const panel = await writing("Hello :smile:");
    expect(panel.field().value).toBe("Hello 😄");
    expect(offered(panel)).toEqual([]);
  });

  test.each([":xyzzy:", "a:smile:", "10:30:20"])("%s stays as it is", async (text) => {
    expect((await writing(text)).field().value).toBe(text);
  });
});
