// @vitest-environment happy-dom
/** Files that are pasted or dropped before their tray is here. */

import { afterEach, describe, expect, test, vi } from "vitest";
import { filesTray } from "../../../widget/src/features/files/tray.ts";
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

describe("what comes before the tray is here", () => {
  const given = (kind: "paste" | "drop", files: readonly File[], types: readonly string[]) =>
    Object.assign(new Event(kind, { bubbles: true, cancelable: true }), {
      [kind === "paste" ? "clipboardData" : "dataTransfer"]: { files, types, items: [] },
    });

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

  test("is a text where an office program copied both", async () => {
    const event = given("paste", [png("early.png")], ["text/plain", "Files"]);
    const { panel, asked } = await give(event);
    expect(asked).toBe(0);
    expect(panel.has(".tray b")).toBe(false);
  });
});
