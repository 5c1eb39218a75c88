// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Entry } from "../../../widget/src/entry.ts";
import en from "../../../widget/src/strings/en.json";
import { settle } from "../../../widget/src/ui/settle.ts";
import { createTexts } from "../../../widget/src/ui/texts.ts";
import type { Ui } from "../../../widget/src/ui/ui.ts";
import type { ChatView } from "../../../widget/src/ui/view.tsx";
import { fakeSession, roomState } from "./support/drawn.tsx";

const t = createTexts("en", () => [en.first, en.later]);
let isOpen: boolean;
let fills: boolean;
let unread: number;
let theme: Record<string, unknown>;
let rooms: { slug: string; unread: number }[];
let view: ChatView;
let ui: Ui;

function make(data: Record<string, string> = {}, place?: HTMLElement): void {
  const button = document.createElement("button");
  const host = document.createElement("div");
  const entry = { button, host, place, data } as unknown as Entry;
  view = {
    entry,
    panel: document.createElement("div"),
    isOpen: () => isOpen,
    fills: () => fills,
  } as unknown as ChatView;
  const session = {
    ...fakeSession(),
    room: () => roomState({ unread }),
    snapshot: () => ({ site: { theme }, rooms }),
    store: { get: () => " lobby p_mine " },
  };
  ui = { session, room: "lobby", me: "v_me", t, data, more: en.later } as unknown as Ui;
}
beforeEach(() => {
  isOpen = false;
  fills = false;
  unread = 0;
  theme = {};
  rooms = [];
  make();
});
afterEach(() => vi.restoreAllMocks());
const badge = () => view.entry.button.dataset.unread;

describe("the launcher", () => {
  test("is called by what it does", () => {
    settle(view, ui);
    expect(view.entry.button.getAttribute("aria-label")).toBe("Open chat");
    isOpen = true;
    settle(view, ui);
    expect(view.entry.button.getAttribute("aria-label")).toBe("Close chat");
    isOpen = false;
    make({ launcherLabel: "Talk to us" });
    settle(view, ui);
    expect(view.entry.button.getAttribute("aria-label")).toBe("Talk to us");
  });
  test("shows and says how much is unread, while the chat is closed", () => {
    unread = 3;
    settle(view, ui);
    expect(badge()).toBe("3");
    expect(view.entry.button.getAttribute("aria-label")).toBe("Open chat, 3 unread messages");
    isOpen = true;
    settle(view, ui);
    expect(badge()).toBeUndefined();
  });
  test("counts what waits in other rooms that the visitor wrote in, and no others", () => {
    unread = 1;
    rooms = [
      { slug: "lobby", unread: 1 },
      { slug: "p_mine", unread: 2 },
      { slug: "p_mine_not", unread: 30 },
    ];
    settle(view, ui);
    expect(badge()).toBe("3");
  });
  test("does not count beyond 99", () => {
    unread = 250;
    settle(view, ui);
    expect(badge()).toBe("99+");
  });
  test("is not in the way of a chat that fills the window, and the page behind holds still", () => {
    isOpen = true;
    fills = true;
    settle(view, ui);
    expect(view.entry.button.style.display).toBe("none");
    expect(document.body.inert).toBe(true);
    isOpen = false;
    settle(view, ui);
    expect(view.entry.button.style.display).toBe("");
    expect(document.body.inert).toBe(false);
  });
});

describe("the dashboard's colour", () => {
  test("is taken where the tag has none", () => {
    theme = { accent: "#ffd400" };
    settle(view, ui);
    expect(view.panel.style.getPropertyValue("--ing-on-accent")).toBe("#000000");
    expect(view.entry.host.style.getPropertyValue("--ing-accent")).toBe("#ffd400");
  });
  test("gives way to the tag's", () => {
    make({ accent: "#123456" });
    theme = { accent: "#ffd400" };
    settle(view, ui);
    expect(view.panel.style.getPropertyValue("--ing-accent")).toBe("");
  });
  test.each(["red", "#fff;}", 7, null])("that is none is left: %s", (accent) => {
    theme = { accent };
    settle(view, ui);
    expect(view.panel.style.getPropertyValue("--ing-accent")).toBe("");
  });
});
