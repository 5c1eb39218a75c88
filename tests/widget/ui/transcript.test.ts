// @vitest-environment happy-dom
/** The conversation as a text file. */

import { afterEach, describe, expect, test, vi } from "vitest";
import { drawer } from "../../../widget/src/features/drawer/drawer.ts";
import { transcript } from "../../../widget/src/features/drawer/transcript.ts";
import { createTexts } from "../../../widget/src/parts/texts.ts";
import type { Ui } from "../../../widget/src/parts/ui.ts";
import { drawn, fakeSession, inGroup, openPanel, roomState, said } from "./support/drawn.tsx";

await drawer.file.fetch();
const AT = "2026-11-21T09:30:00.000Z";
const opened: { end(): void }[] = [];
afterEach(() => {
  for (const panel of opened.splice(0)) panel.end();
});

describe("the text", () => {
  const ui = { t: createTexts("en-GB"), ignored: [{ id: "v_bad", name: "Bad" }] } as unknown as Ui;

  test("has a line for each day and each message, and further lines of it set in", () => {
    const file = { name: "jar.png", alt: "A blue jar" } as never;
    const text = transcript(ui, "Lobby", [
      said(1, "v_a", AT, { body: "Is it blue?\nOr green?" }),
      said(2, "v_bad", AT, { body: "Buy wax" }),
      said(3, "v_b", "2026-11-23T09:30:00.000Z", { body: "See", attachments: [file] }),
      said(4, "v_b", "2026-11-23T09:31:00.000Z", { body: "", deleted: "author" }),
    ]);
    const lines = text.split("\n").map((line) => line.replace(/^\d+:\d\d/, "TIME"));
    expect(lines).toEqual([
      "Lobby",
      "",
      "Saturday, 21 November 2026",
      "",
      "TIME  Name of v_a: Is it blue?",
      "    Or green?",
      "",
      "Monday, 23 November 2026",
      "",
      "TIME  Name of v_b: See",
      "    [A blue jar]",
      "TIME  Name of v_b: Message deleted",
      "",
    ]);
  });
});

describe("the button in the drawer", () => {
  async function open(call: (method: string, path: string) => Promise<unknown>) {
    const session = Object.assign(fakeSession(), { call: vi.fn(call) });
    const room = roomState({ online: 2, groups: inGroup(said(101, "v_b", AT)) });
    const panel = openPanel({ session, room });
    opened.push(panel);
    panel.click("header .plain[aria-expanded]");
    await drawn();
    const saved: { name: string; text: Promise<string> }[] = [];
    let blob = new Blob();
    vi.spyOn(URL, "createObjectURL").mockImplementation((made) => {
      blob = made as Blob;
      return "blob:made";
    });
    vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (
      this: HTMLAnchorElement,
    ) {
      saved.push({ name: this.download, text: blob.text() });
    });
    return { panel, session, saved };
  }

  test("fetches all pages, says how far it is, and saves one file", async () => {
    let answer = (_: unknown): void => {};
    const { panel, session, saved } = await open(() => new Promise((give) => (answer = give)));
    panel.click(".foot button");
    await drawn();
    expect(session.call).toHaveBeenCalledWith("GET", "rooms/lobby/messages?limit=100");
    answer({ messages: [said(101, "v_b", AT, { body: "newest" })], more: true });
    await drawn();
    expect(panel.text('.foot [role="status"]')).toBe("1 message so far…");
    expect(session.call).toHaveBeenLastCalledWith(
      "GET",
      "rooms/lobby/messages?limit=100&before=101",
    );
    expect(saved).toEqual([]);
    answer({ messages: [said(1, "v_b", AT, { body: "oldest" })], more: false });
    await drawn();
    expect(saved).toHaveLength(1);
    expect(saved[0]?.name).toMatch(/^lobby-\d{4}-\d\d-\d\d\.txt$/);
    expect(await saved[0]?.text).toMatch(/oldest\n.*newest\n$/);
    expect(panel.text('.foot [role="status"]')).toBe("");
  });

  test("says what went wrong, and can be pressed again", async () => {
    const { panel, session, saved } = await open(async () => {
      throw { code: "unavailable", message: "Try again later." };
    });
    panel.click(".foot button");
    await drawn();
    expect(panel.text('.foot [role="status"]')).not.toBe("");
    expect(saved).toEqual([]);
    panel.click(".foot button");
    await drawn();
    expect(session.call).toHaveBeenCalledTimes(2);
  });

  test("stops when the drawer is closed", async () => {
    let answer = (_: unknown): void => {};
    const { panel, session, saved } = await open(() => new Promise((give) => (answer = give)));
    panel.click(".foot button");
    await drawn();
    panel.press("header .plain", "Escape");
    await drawn();
    answer({ messages: [said(101, "v_b", AT)], more: true });
    await drawn();
    expect(session.call).toHaveBeenCalledTimes(1);
    expect(saved).toEqual([]);
  });

  test("is not there where nothing was said", async () => {
    const panel = openPanel({ room: roomState({ online: 2 }) });
    opened.push(panel);
    panel.click("header .plain[aria-expanded]");
    await drawn();
    expect(panel.has(".drawer")).toBe(true);
    expect(panel.texts(".foot span")).not.toContain("Save this conversation");
  });
});
