// @vitest-environment happy-dom
/** Files that are pasted or dropped before their tray is here. */

import { afterEach, describe, expect, test, vi } from "vitest";
import { filesTray } from "../../../widget/src/features/files/tray.ts";
import { terms } from "../../../widget/src/features/terms/terms.ts";
import type { Session } from "../../../widget/src/session/types.ts";
import { drawn, fakeSession, openPanel, roomState } from "./support/drawn.tsx";

const PICTURES = { send: null, until: null, files: ["image/png", "image/jpeg"] };
const png = (name: string): File => new File([new Uint8Array(4)], name, { type: "image/png" });
const opened: { end(): void }[] = [];
afterEach(() => {
  for (const panel of opened.splice(0)) panel.end();
});

/** Its answers do not come: what is given stays in the tray. */
const listening = (): Session => ({
  ...fakeSession(),
  subscribe: () => () => {},
  room: () => roomState(),
  call: () => new Promise(() => {}),
});

const given = (kind: "paste" | "drop", files: readonly File[], types: readonly string[]) =>
  Object.assign(new Event(kind, { bubbles: true, cancelable: true }), {
    [kind === "paste" ? "clipboardData" : "dataTransfer"]: { files, types, items: [] },
  });

describe("what comes before the tray is here", () => {
  async function give(event: Event) {
    const { file } = filesTray;
    const here = await file.fetch();
    const known = vi.spyOn(file, "here", "get").mockReturnValue(null);
    const coming = vi.spyOn(file, "fetch").mockImplementation(async () => {
      known.mockReturnValue(here);
      return here;
    });
    const panel = openPanel({
      room: roomState({ may: PICTURES }),
      session: listening(),
    });
    opened.push(panel);
    await drawn();
    panel.one(event.type === "paste" ? "textarea" : ".list").dispatchEvent(event);
    await drawn();
    await drawn();
    const asked = coming.mock.calls.length;
    known.mockRestore();
    coming.mockRestore();
    return { panel, asked };
  }

  test.each(["paste", "drop"] as const)("by %s waits for it", async (kind) => {
    const { panel, asked } = await give(given(kind, [png("early.png")], ["Files"]));
    expect(asked).toBe(1);
    expect(panel.texts(".tray b")).toEqual(["early.png"]);
  });

  test("is a file where it is dropped with a text", async () => {
    const event = given("drop", [png("early.png")], ["text/plain", "Files"]);
    const { panel } = await give(event);
    expect(panel.texts(".tray b")).toEqual(["early.png"]);
  });

  test("is a text where an office program copied both", async () => {
    const event = given("paste", [png("early.png")], ["text/plain", "Files"]);
    const { panel, asked } = await give(event);
    expect(asked).toBe(0);
    expect(panel.has(".tray b")).toBe(false);
  });
});

describe.each(["paste", "drop"] as const)("by %s, where the site asks for consent", (kind) => {
  const site = { consent: { text: "We keep it for 90 days.", version: "2" } };

  async function give(types = ["Files"]) {
    await filesTray.file.fetch();
    await terms.file.fetch();
    const panel = openPanel({ room: roomState({ may: PICTURES }), session: listening(), site });
    opened.push(panel);
    await drawn();
    const event = given(kind, [png("mine.png")], types);
    panel.one(kind === "paste" ? "textarea" : ".list").dispatchEvent(event);
    await drawn();
    return panel;
  }

  test("it waits until the visitor has agreed", async () => {
    const panel = await give();
    const call = vi.spyOn(panel.session, "call").mockResolvedValue(null as never);
    expect(panel.has(".before-place")).toBe(true);
    expect(panel.has(".tray b")).toBe(false);
    panel.click(".before button:first-of-type");
    await drawn();
    await drawn();
    expect(call.mock.calls[0]).toEqual(["PATCH", "me", { consent: "2" }]);
    expect(panel.texts(".tray b")).toEqual(["mine.png"]);
  });

  test("a text beside it takes it along only where it is dropped", async () => {
    const panel = await give(["text/plain", "Files"]);
    expect(panel.has(".before-place")).toBe(kind === "drop");
    expect(panel.has(".tray b")).toBe(false);
  });

  test("nothing is taken before the file that asks is here", async () => {
    const here = vi.spyOn(terms.file, "here", "get").mockReturnValue(null);
    const tray = vi.spyOn(filesTray.file, "here", "get").mockReturnValue(null);
    const panel = await give();
    here.mockRestore();
    tray.mockRestore();
    panel.draw();
    await drawn();
    expect(panel.has(".tray b")).toBe(false);
  });
});
