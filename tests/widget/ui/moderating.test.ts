// @vitest-environment happy-dom
/** The bar, the menu of a message and the toast of a member of the team. */

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { messageTools } from "../../../widget/src/features/message-tools/message-tools.ts";
import { moderating } from "../../../widget/src/features/moderating/moderating.ts";
import {
  drawn,
  fakeSession,
  inGroup,
  openPanel,
  roomState,
  type Scene,
  said,
} from "./support/drawn.tsx";

await moderating.file.fetch();
await messageTools.file.fetch();

const OLIVE = { id: "m_olive", name: "Olive", role: "owner" as const };
const MENU = {
  author: "Name of v_wren",
  acts: [
    { name: "delete", label: "Löschen" },
    { name: "mute", label: "Einen Tag stummschalten" },
  ],
};
const DONE = { said: "Gelöscht.", undo: "signed", undo_label: "Rückgängig" };
const opened: { end(): void }[] = [];

function open(answers: Record<string, unknown> = {}) {
  const all: Record<string, unknown> = {
    "GET rooms/lobby/messages/1/acts": MENU,
    "POST rooms/lobby/messages/1/acts": DONE,
    "POST undo": { said: "Zurückgenommen.", undo: null, undo_label: "" },
    ...answers,
  };
  const call = vi.fn(async (method: string, path: string, _body?: unknown) => {
    const answer = all[`${method} ${path}`];
    if (answer instanceof Error || !answer) throw answer ?? new Error("no answer");
    return answer;
  });
  const team = { leave: vi.fn() };
  const scene: Scene = {
    team,
    visitor: OLIVE,
    session: { ...fakeSession(), call },
    room: roomState({ groups: inGroup(said(1, "v_wren")) }),
  };
  const panel = openPanel(scene);
  opened.push(panel);
  /** By the time of the message, as a pointer does. */
  const look = async (): Promise<void> => {
    panel.one(".list").dispatchEvent(new Event("pointerenter"));
    await drawn();
    panel.click('[data-seq="1"] time');
    await drawn();
    await drawn();
  };
  const choose = async (label: string): Promise<void> => {
    for (const button of panel.root.querySelectorAll<HTMLElement>(".menu .item"))
      if (button.textContent === label) button.click();
    await drawn();
    await drawn();
  };
  return { panel, call, team, look, choose };
}

beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(500);
});
afterEach(() => {
  for (const panel of opened.splice(0)) panel.end();
  vi.useRealTimers();
});

test("a visitor has no bar and no menus", () => {
  const panel = openPanel({ room: roomState({ groups: inGroup(said(1, "v_wren")) }) });
  opened.push(panel);
  expect(panel.has(".moderating")).toBe(false);
  expect(panel.has(".field .face")).toBe(true);
});

test("the bar says who one is here, and whose name is not changed here", () => {
  const { panel } = open();
  expect(panel.text(".moderating span")).toBe("You moderate here as Olive");
  expect(panel.has(".field .face")).toBe(false);
});

describe("the menu of a message", () => {
  test("has what the server allows, in its words, and nobody is ignored or reported", async () => {
    const { panel, look } = open();
    await look();
    expect(panel.texts(".menu .item span")).toEqual([
      "Reply",
      "Copy text",
      "Copy link",
      "Löschen",
      "Einen Tag stummschalten",
    ]);
  });

  test("says why, where the server refuses it", async () => {
    const { panel, look } = open({
      "GET rooms/lobby/messages/1/acts": Object.assign(new Error("Gone."), { code: "not_found" }),
    });
    await look();
    expect(panel.has(".toast")).toBe(true);
  });
});

describe("an act", () => {
  test("is done, said, and can be taken back", async () => {
    const { panel, call, look, choose } = open();
    await look();
    await choose("Löschen");
    expect(call).toHaveBeenCalledWith("POST", "rooms/lobby/messages/1/acts", { act: "delete" });
    expect(panel.text(".toast span")).toBe("Gelöscht.");
    expect(panel.text(".toast button")).toBe("Rückgängig");
    panel.click(".toast button");
    await drawn();
    await drawn();
    expect(call).toHaveBeenCalledWith("POST", "undo", { undo: "signed" });
    expect(panel.text(".toast span")).toBe("Zurückgenommen.");
    expect(panel.has(".toast button")).toBe(false);
  });

  test("is said for ten seconds, and longer under a pointer", async () => {
    const { panel, look, choose } = open();
    await look();
    await choose("Löschen");
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    panel.one(".toast").dispatchEvent(new Event("pointerleave"));
    panel.one(".toast").dispatchEvent(new Event("pointerenter"));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(panel.has(".toast")).toBe(true);
    panel.one(".toast").dispatchEvent(new Event("pointerleave"));
    await vi.advanceTimersByTimeAsync(9_900);
    expect(panel.has(".toast")).toBe(true);
    await vi.advanceTimersByTimeAsync(200);
    expect(panel.has(".toast")).toBe(false);
  });
});

test("whoever stops ends the token, and goes also where nobody answers", async () => {
  const { panel, call, team } = open();
  panel.click(".moderating button");
  await drawn();
  await drawn();
  expect(call).toHaveBeenCalledWith("DELETE", "session");
  expect(team.leave).toHaveBeenCalledOnce();
});
