// @vitest-environment happy-dom
/** One bar above the messages, the most urgent first, and the way from a pin to its message. */

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { bar } from "../../../widget/src/features/bar/bar.ts";
import { messageTools } from "../../../widget/src/features/message-tools/message-tools.ts";
import type { RoomInfo } from "../../../widget/src/protocol/frames.ts";
import { roomInfo } from "../support/frames.ts";
import {
  drawn,
  fakeSession,
  inGroup,
  openPanel,
  roomState,
  type Scene,
  said,
} from "./support/drawn.tsx";

await bar.file.fetch();
await messageTools.file.fetch();

const NEWS = "The market moves inside";
const opened: { end(): void }[] = [];

function open(info: Partial<RoomInfo>, over: Scene = {}) {
  const groups = inGroup(said(1, "v_wren", undefined, { body: "first" }), said(2, "v_teal"));
  const call = vi.fn(async (_: string, path: string) => {
    const seq = Number(/before=(\d+)$/.exec(path)?.[1]) - 1;
    return { messages: [said(seq, "v_wren", undefined, { body: `old ${seq}` })] };
  });
  const session = { ...fakeSession(), call } as Scene["session"];
  const room = roomState({ groups, info: roomInfo(0, info) });
  const panel = openPanel({ session, room, ...over } as Scene);
  opened.push(panel);
  return {
    panel,
    call,
    text: () => (panel.has(".bar") ? panel.text(".bar > span:not(.hidden)") : null),
  };
}

beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(500);
  HTMLElement.prototype.scrollIntoView = vi.fn();
});
afterEach(() => {
  for (const panel of opened.splice(0)) panel.end();
});

describe("the most urgent is shown", () => {
  test("slow mode, then an announcement, then what is pinned", () => {
    const all = { slow_s: 30, announcement: NEWS, pinned: [1] };
    expect(open(all).text()).toBe("Slow mode: one message every 30 seconds");
    expect(open({ ...all, slow_s: 0 }).text()).toBe(NEWS);
    expect(open({ ...all, slow_s: 0, announcement: "" }).text()).toBe("first");
    expect(open({}).text()).toBeNull();
  });

  test("nothing at all stands in its place where there is nothing to show", () => {
    for (const kind of ["public", "private"] as const) {
      const { panel } = open({ kind, announcement: "" });
      const around = [...panel.one(".panel").querySelectorAll("*")].filter(
        ({ children }) => children[0],
      );
      const loose = around.flatMap(({ childNodes }) =>
        [...childNodes].filter((node) => node.nodeType === 3),
      );
      expect(loose.map(({ nodeValue }) => nodeValue?.trim()).filter(Boolean)).toEqual([]);
    }
  });

  test("slow mode only to those whom it slows down", () => {
    const visitor = { id: "m_olive", name: "Olive", role: "moderator" as const };
    expect(open({ slow_s: 30, announcement: NEWS }, { visitor }).text()).toBe(NEWS);
  });

  test("in a private line it says that the team is away, by the owner's words or its own", () => {
    const away = (words: string | null, kind: "private" | "public" = "private") =>
      open({ kind, pinned: [1] }, { site: { away: words } }).text();
    expect(away("Back on Monday.")).toBe("Back on Monday.");
    expect(away("")).toMatch(/^The team is away/);
    expect(away(null)).toBe("first");
    expect(away("Back on Monday.", "public")).toBe("first");
    expect(open({ kind: "private" }, { site: { away: "" } }).text()).toMatch(/^The team is away/);
  });

  test("it stands in the list, below the header", () => {
    const { panel } = open({ announcement: NEWS });
    expect(panel.one(".list > :first-child").className).toBe("bar news");
  });
});

describe("an announcement that is closed", () => {
  test("folds into the pins, and opens again by a press", async () => {
    const { panel, text } = open({ announcement: NEWS });
    panel.click('.bar [aria-label="Close"]');
    await drawn();
    expect(panel.has(".bar.news")).toBe(false);
    expect(text()).toBe(NEWS);
    expect(panel.session.store.get("news:lobby")).toBe(NEWS);
    panel.click("button.bar");
    await drawn();
    expect(panel.text(".bar.news > span")).toBe(NEWS);
  });

  test("stands again when it says something else", async () => {
    const { panel } = open({ announcement: NEWS });
    panel.click('.bar [aria-label="Close"]');
    await drawn();
    panel.draw({ room: roomState({ info: roomInfo(0, { announcement: "It opens at ten" }) }) });
    expect(panel.text(".bar.news > span")).toBe("It opens at ten");
  });
});

describe("what is pinned", () => {
  test("begins with the last pin; each press leads to its message and on to the next", async () => {
    const { panel, text } = open({ pinned: [1, 2] });
    expect(panel.text(".bar small")).toBe("1/2");
    panel.one(".list").dispatchEvent(new Event("pointerenter"));
    await drawn();
    panel.click("button.bar");
    await drawn();
    expect(panel.root.activeElement).toBe(panel.one('[data-seq="2"]'));
    expect(text()).toBe("first");
    panel.click("button.bar");
    await drawn();
    expect(panel.root.activeElement).toBe(panel.one('[data-seq="1"]'));
    expect(panel.text(".bar small")).toBe("1/2");
  });

  test("asks the server for the words of a message that is not here, once", async () => {
    const { panel, call, text } = open({ pinned: [40] });
    expect(text()).toBe("Pinned message");
    await vi.waitFor(() => expect(text()).toBe("old 40"));
    panel.draw();
    await drawn();
    expect(call.mock.calls).toEqual([["GET", "rooms/lobby/messages?limit=1&before=41"]]);
  });

  test("shows its words without the signs that mark a run, and no other sign is lost", () => {
    const body = "5 * 3 is *fifteen* and _`so`_ on";
    const entities = [
      { kind: "bold", at: 9, len: 9 },
      { kind: "italic", at: 23, len: 6 },
      { kind: "code", at: 24, len: 4 },
    ] as const;
    const room = roomState({
      groups: inGroup(said(1, "v_wren", undefined, { body, entities })),
      info: roomInfo(0, { pinned: [1] }),
    });
    expect(open({}, { room }).text()).toBe("5 * 3 is fifteen and so on");
  });

  test("passes over a message that is deleted", () => {
    const room = roomState({
      groups: inGroup(said(1, "v_wren", undefined, { deleted: "author", body: "" })),
      info: roomInfo(0, { pinned: [1] }),
    });
    expect(open({}, { room }).text()).toBeNull();
  });
});
