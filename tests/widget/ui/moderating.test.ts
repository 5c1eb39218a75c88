// @vitest-environment happy-dom
/** The bar, the menu of a message and the toast of a member of the team. */

import { afterEach, describe, expect, test, vi } from "vitest";
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
  const asTeam = vi.fn(async (method: string, path: string, _body?: unknown) => {
    const answer = all[`${method} ${path}`];
    if (answer instanceof Error || !answer) throw answer ?? new Error("no answer");
    return answer;
  });
  const team = { acts: vi.fn(), leave: vi.fn() };
  const scene: Scene = {
    team,
    visitor: OLIVE,
    session: { ...fakeSession(), asTeam },
    room: roomState({ groups: inGroup(said(1, "v_wren")) }),
  };
  const panel = openPanel(scene);
  opened.push(panel);
  const look = async (acting: number | undefined): Promise<void> => {
    panel.draw(acting === undefined ? scene : { ...scene, acting });
    await drawn();
    await drawn();
  };
  return { panel, asTeam, team, look };
}

afterEach(() => {
  for (const panel of opened.splice(0)) panel.end();
  vi.useRealTimers();
});

test("a visitor has no bar and no menus", () => {
  const panel = openPanel({ room: roomState({ groups: inGroup(said(1, "v_wren")) }) });
  opened.push(panel);
  expect(panel.has(".moderating")).toBe(false);
  expect(panel.has(".acts")).toBe(false);
  expect(panel.has('[aria-label="Change your name"]')).toBe(true);
});

test("the bar says who one is here, and whose name is not changed here", () => {
  const { panel } = open();
  expect(panel.text(".moderating .notice span")).toBe("You moderate here as Olive");
  expect(panel.has('[aria-label="Change your name"]')).toBe(false);
});

test("each message has a button for its menu", () => {
  const { panel, team } = open();
  expect(panel.one(".acts").getAttribute("aria-label")).toBe(
    "Moderate the message of Name of v_wren",
  );
  panel.click(".acts");
  expect(team.acts).toHaveBeenCalledWith(1);
});

describe("the menu", () => {
  test("has the words that the server gives, and the focus", async () => {
    const { panel, look } = open();
    await look(1);
    expect(panel.texts(".drawer button")).toEqual(["Löschen", "Einen Tag stummschalten"]);
    expect(panel.root.activeElement).toBe(panel.one(".drawer button"));
  });

  test("gives the focus back to its message", async () => {
    const { panel, look } = open();
    await look(1);
    await look(undefined);
    expect(panel.has(".drawer")).toBe(false);
    expect(panel.root.activeElement).toBe(panel.one('[data-seq="1"] .acts'));
  });

  test("is closed where the server refuses it, and the sentence says why", async () => {
    const { panel, look } = open({
      "GET rooms/lobby/messages/1/acts": Object.assign(new Error("Gone."), { code: "not_found" }),
    });
    await look(1);
    expect(panel.has(".drawer")).toBe(false);
    expect(panel.has(".toast")).toBe(true);
  });
});

describe("an act", () => {
  test("is done, said, and can be taken back", async () => {
    const { panel, asTeam, look } = open();
    await look(1);
    panel.click(".drawer button");
    await look(undefined);
    expect(asTeam).toHaveBeenCalledWith("POST", "rooms/lobby/messages/1/acts", { act: "delete" });
    expect(panel.text(".toast span")).toBe("Gelöscht.");
    panel.click(".toast button");
    await look(undefined);
    expect(asTeam).toHaveBeenCalledWith("POST", "undo", { undo: "signed" });
    expect(panel.text(".toast span")).toBe("Zurückgenommen.");
    expect(panel.has(".toast button")).toBe(false);
  });

  test("is said for ten seconds, and longer under a pointer", async () => {
    const { panel, look } = open();
    await look(1);
    panel.click(".drawer button");
    await look(undefined);
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
  const { panel, asTeam, team, look } = open();
  panel.click(".moderating .notice button");
  await look(undefined);
  expect(asTeam).toHaveBeenCalledWith("DELETE", "session");
  expect(team.leave).toHaveBeenCalledOnce();
});
