// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Entry } from "../../../widget/src/entry.ts";
import { noticing } from "../../../widget/src/features/noticing/noticing.ts";
import { createTexts } from "../../../widget/src/parts/texts.ts";
import type { Ui } from "../../../widget/src/parts/ui.ts";
import type { Pending } from "../../../widget/src/rooms/reduce.ts";
import type { ChatView } from "../../../widget/src/ui/chat-view.ts";
import { drawOutside, lookFile } from "../../../widget/src/ui/outside.ts";
import { fakeSession, pendingMessage, roomState } from "./support/drawn.tsx";

// The look of an owner is in a file of its own.
await lookFile.fetch();
// So is what draws the badge.
await noticing.file.fetch();
const t = createTexts("en");
let isOpen: boolean;
let fills: boolean;
let unread: number;
let pending: Pending[];
let theme: Record<string, unknown>;
let rooms: { slug: string; unread: number }[];
let view: ChatView;
let ui: Ui;

function make(data: Record<string, string> = {}, place?: HTMLElement): void {
  const button = document.createElement("button");
  const host = document.createElement("div");
  const tag = { dataset: data, nonce: "" };
  document.body.append(host);
  const entry = { button, host, place, data, tag } as unknown as Entry;
  view = {
    entry,
    panel: document.createElement("div"),
    root: host.attachShadow({ mode: "open" }),
    refresh: () => drawOutside(view, ui),
    isOpen: () => isOpen,
    fills: () => fills,
  } as unknown as ChatView;
  const session = {
    ...fakeSession(),
    room: () => roomState({ unread, pending }),
    snapshot: () => ({ site: { theme }, rooms }),
    on: () => () => {},
    heeds: (slug: string) => ["lobby", "p_mine"].includes(slug),
  };
  const drawing = { addStyles: () => {}, refresh: () => drawOutside(view, ui) };
  ui = { session, room: "lobby", me: "v_me", ignored: [], t, data, ...drawing } as unknown as Ui;
}
beforeEach(() => {
  isOpen = false;
  fills = false;
  unread = 0;
  pending = [];
  theme = {};
  rooms = [];
  make();
});
afterEach(() => vi.restoreAllMocks());
const badge = () => view.entry.button.dataset.unread;

describe("the launcher", () => {
  test("is called by what it does", () => {
    drawOutside(view, ui);
    expect(view.entry.button.getAttribute("aria-label")).toBe("Open chat");
    isOpen = true;
    drawOutside(view, ui);
    expect(view.entry.button.getAttribute("aria-label")).toBe("Close chat");
    isOpen = false;
    make({ launcherLabel: "Talk to us" });
    drawOutside(view, ui);
    expect(view.entry.button.getAttribute("aria-label")).toBe("Talk to us");
  });
  test("shows and says how much is unread, while the chat is closed", () => {
    unread = 3;
    drawOutside(view, ui);
    expect(badge()).toBe("3");
    expect(view.entry.button.getAttribute("aria-label")).toBe("Open chat, 3 unread messages");
    isOpen = true;
    drawOutside(view, ui);
    expect(badge()).toBeUndefined();
  });
  test("counts what waits in other rooms that the visitor wrote in, and no others", () => {
    unread = 1;
    rooms = [
      { slug: "lobby", unread: 1 },
      { slug: "p_mine", unread: 2 },
      { slug: "p_mine_not", unread: 30 },
    ];
    drawOutside(view, ui);
    expect(badge()).toBe("3");
  });
  test("asks for the file that notices once something waits or was written, and not before", async () => {
    vi.useFakeTimers();
    const { file } = noticing;
    vi.spyOn(file, "here", "get").mockReturnValue(null);
    const fetch = vi.spyOn(file, "fetch");
    isOpen = true;
    unread = 3;
    drawOutside(view, ui);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(fetch).not.toHaveBeenCalled();
    pending = [pendingMessage("c1")];
    drawOutside(view, ui);
    await vi.advanceTimersByTimeAsync(5_000);
    // What an open chat loads in its first seconds is counted.
    expect(fetch).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(fetch).toHaveBeenCalledOnce();
    make();
    isOpen = false;
    pending = [];
    drawOutside(view, ui);
    await vi.advanceTimersByTimeAsync(1);
    expect(fetch).toHaveBeenCalledTimes(2);
    vi.useRealTimers();
  });
  test("is only where the owner shows it, but stays while the chat is open", () => {
    theme = { show: { paths: ["/elsewhere"] } };
    drawOutside(view, ui);
    expect(view.entry.button.style.display).toBe("none");
    isOpen = true;
    drawOutside(view, ui);
    expect(view.entry.button.style.display).toBe("");
    isOpen = false;
    theme = {};
    drawOutside(view, ui);
    expect(view.entry.button.style.display).toBe("");
  });
  test("comes where embed.js has left it out, unless the page has one of its own", () => {
    drawOutside(view, ui);
    expect(view.entry.button.isConnected).toBe(true);
    make({ launcher: "none" });
    drawOutside(view, ui);
    expect(view.entry.button.isConnected).toBe(false);
  });
  test("obeys the tag before the look is here, and after it where the tag is no copy", () => {
    make({ show: "/elsewhere" });
    theme = { show: { paths: ["/*"] } };
    drawOutside(view, ui);
    expect(view.entry.button.style.display).toBe("none");
    make({ show: "/elsewhere", look: "1a2b3c4d" });
    drawOutside(view, ui);
    expect(view.entry.button.style.display).toBe("");
  });
  test("does not count beyond 99", () => {
    unread = 250;
    drawOutside(view, ui);
    expect(badge()).toBe("99+");
  });
  test("is not in the way of a chat that fills the window, and the page behind holds still", () => {
    isOpen = true;
    fills = true;
    drawOutside(view, ui);
    expect(view.entry.button.style.display).toBe("none");
    expect(document.body.inert).toBe(true);
    isOpen = false;
    drawOutside(view, ui);
    expect(view.entry.button.style.display).toBe("");
    expect(document.body.inert).toBe(false);
  });
});

describe("the dashboard's colour", () => {
  test("is taken where the tag has none", () => {
    theme = { accent: "#ffd400" };
    drawOutside(view, ui);
    expect(view.panel.style.getPropertyValue("--ing-on-accent")).toBe("#000000");
    expect(view.entry.host.style.getPropertyValue("--ing-accent")).toBe("#ffd400");
  });
  test("gives way to the tag's", () => {
    make({ accent: "#123456" });
    theme = { accent: "#ffd400" };
    drawOutside(view, ui);
    expect(view.panel.style.getPropertyValue("--ing-accent")).toBe("");
  });
  test.each(["red", "#fff;}", 7, null])("that is none is left: %s", (accent) => {
    theme = { accent };
    drawOutside(view, ui);
    expect(view.panel.style.getPropertyValue("--ing-accent")).toBe("");
  });
});
