// @vitest-environment happy-dom
/** What is noticed on one page: whom a message is for, the card, the offer, one tab. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Entry } from "../../../widget/src/entry.ts";
import { isForVisitor } from "../../../widget/src/features/noticing/answers.ts";
import { notice } from "../../../widget/src/features/noticing/noticing-view.tsx";
import { offersAlert } from "../../../widget/src/features/noticing/offer.tsx";
import { isTheOne } from "../../../widget/src/features/noticing/one-tab.ts";
import type { NoticedView } from "../../../widget/src/features/noticing/types.ts";
import { isAllowed, isSoundOn } from "../../../widget/src/features/noticing/words.ts";
import type { PartProps } from "../../../widget/src/parts/props.ts";
import { createTexts } from "../../../widget/src/parts/texts.ts";
import type { Ui } from "../../../widget/src/parts/ui.ts";
import type { RoomState } from "../../../widget/src/rooms/reduce.ts";
import type { Message } from "../../../widget/src/rooms/timeline.ts";
import { roomInfo } from "../support/frames.ts";
import { fakeSession, inGroup, roomState, said } from "./support/drawn.tsx";

const MINUTE_MS = 60_000;
/** Longer than any tab waits for the others. */
const settle = () => vi.advanceTimersByTimeAsync(1_000);
const mention = { kind: "mention", at: 0, len: 5, id: "v_me" } as const;
const ownRoom = (...messages: Message[]) =>
  roomState({ groups: inGroup(...messages), info: roomInfo(0, { kind: "private" }) });

/** An instance that is closed, with one room that the visitor wrote in. */
function closedChat(data: Record<string, string> = {}) {
  const host = document.createElement("div");
  const button = document.createElement("button");
  const root = host.attachShadow({ mode: "open" });
  root.append(button);
  document.documentElement.append(host);
  const heard = new Set<(value: unknown) => void>();
  const now: { room: RoomState; isOpen: boolean } = { room: roomState(), isOpen: false };
  const session = {
    ...fakeSession(),
    heeds: () => true,
    room: () => now.room,
    snapshot: () => ({
      clockOffsetMs: 0,
      rooms: [{ slug: "lobby", kind: now.room.info?.kind, unread: now.room.unread }],
    }),
    on: (_: string, listener: (value: unknown) => void) => {
      heard.add(listener);
      return () => heard.delete(listener);
    },
  };
  const view = {
    entry: { host, button, data } as unknown as Entry,
    key: `chat ${Math.random()}`,
    root,
    panel: document.createElement("div"),
    isOpen: () => now.isOpen,
    room: () => "lobby",
    open: vi.fn(async () => {
      now.isOpen = true;
    }),
    choose: vi.fn(),
  } satisfies NoticedView;
  const ui = {
    session,
    room: "lobby",
    me: "v_me",
    ignored: [],
    t: createTexts("en"),
    data,
    root,
    team: null,
    addStyles: () => {},
    refresh: () => draw(),
  } as unknown as Ui;
  const draw = (): void => notice(view, ui);
  const end = (): void => {
    host.dispatchEvent(new CustomEvent("inglenook:destroy"));
    host.remove();
  };
  opened.push(end);
  return {
    view,
    ui,
    now,
    draw,
    end,
    heard,
    /** The room has these now, and the last of them has just come. */
    arrive(...messages: Message[]): void {
      const unread = messages.filter(({ author }) => author.id !== "v_me").length;
      now.room = { ...now.room, groups: inGroup(...messages), unread };
      draw();
      for (const listener of heard) listener({ room: "lobby", message: messages.at(-1) });
    },
    card: () => root.querySelector(".card"),
    badge: () => button.dataset.unread,
  };
}

const opened: (() => void)[] = [];
/** Each test is later than the last, as the page remembers when somebody left. */
let clock = Date.parse("2026-11-21T09:30:00Z");
beforeEach(() => {
  clock += 60 * MINUTE_MS;
  vi.useFakeTimers({ now: clock });
  document.title = "Wick & Ember";
});
afterEach(() => {
  for (const end of opened.splice(0)) end();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const mine = said(1, "v_me");
const answer = said(2, "v_other", undefined, { reply_to: 1, body: "Yes\nand no" });

describe("a message is for the visitor", () => {
  const { ui } = closedChat();
  test.each([
    ["that answers one of theirs", roomState({ groups: inGroup(mine) }), answer, true],
    ["that names them", roomState(), said(2, "v_other", undefined, { entities: [mention] }), true],
    ["in their own line to the team", ownRoom(mine), said(2, "m_1"), true],
    ["not by chatter", roomState({ groups: inGroup(mine) }), said(2, "v_other"), false],
    [
      "not as an answer to somebody else",
      roomState({ groups: inGroup(said(1, "v_third")) }),
      answer,
      false,
    ],
    ["not as one of their own", ownRoom(), said(2, "v_me"), false],
    ["not once it is deleted", ownRoom(), said(2, "m_1", undefined, { deleted: "author" }), false],
  ])("%s", (_, room, message, expected) => {
    expect(isForVisitor(ui, room, message)).toBe(expected);
    const ignoring = { ...ui, ignored: [{ id: message.author.id as string, name: "" }] };
    expect(isForVisitor(ignoring, room, message)).toBe(false);
  });
});

describe("beside a closed chat", () => {
  test("the card of a member says that it is the team", async () => {
    const chat = closedChat();
    chat.draw();
    const author = { ...answer.author, id: "m_1", role: "owner" as const };
    chat.arrive(mine, { ...answer, author });
    await settle();
    expect(chat.card()?.querySelector(".tag")?.textContent).toBe("Team");
  });

  test("an answer shows a card with who and the first line; chatter shows none", async () => {
    const chat = closedChat();
    chat.draw();
    chat.arrive(mine, said(2, "v_other"));
    await settle();
    expect(chat.card()).toBeNull();
    expect(chat.badge()).toBe("1");
    chat.arrive(mine, said(2, "v_other"), { ...answer, seq: 3 });
    await settle();
    expect(chat.card()?.textContent).toContain("Name of v_other");
    expect(chat.card()?.textContent).toContain("Yes");
    expect(chat.card()?.textContent).not.toContain("and no");
    expect(chat.card()?.querySelector(".tag")).toBeNull();
    expect(chat.view.root.querySelector("[role=status]")?.contains(chat.card())).toBe(true);
  });

  test("a second answer takes the place of the first, and its press opens the chat", async () => {
    const chat = closedChat();
    chat.draw();
    chat.arrive(mine, answer);
    await settle();
    chat.arrive(mine, answer, { ...answer, seq: 3, body: "Or maybe" });
    await settle();
    expect(chat.view.root.querySelectorAll(".card")).toHaveLength(1);
    expect(chat.card()?.textContent).toContain("Or maybe");
    chat.view.root.querySelector<HTMLElement>(".answer")?.click();
    await settle();
    expect(chat.view.open).toHaveBeenCalledOnce();
    expect(chat.view.choose).not.toHaveBeenCalled();
    chat.draw();
    expect(chat.card()).toBeNull();
  });

  test.each([
    ["is read elsewhere", (room: RoomState) => ({ ...room, seen: 2, unread: 0 })],
    [
      "is deleted",
      (room: RoomState) => ({
        ...room,
        groups: inGroup(mine, { ...answer, deleted: "author" as const }),
      }),
    ],
  ])("a card goes when its message %s", async (_, change) => {
    const chat = closedChat();
    chat.draw();
    chat.arrive(mine, answer);
    await settle();
    expect(chat.card()).not.toBeNull();
    chat.now.room = change(chat.now.room);
    chat.draw();
    expect(chat.card()).toBeNull();
  });

  test("the same message is told once, however many instances and pages hear it", async () => {
    const chat = closedChat();
    chat.draw();
    chat.arrive(mine, answer);
    await settle();
    chat.view.root.querySelector<HTMLElement>(".card .plain")?.click();
    expect(chat.card()).toBeNull();
    chat.arrive(mine, answer);
    await settle();
    expect(chat.card()).toBeNull();
    expect(chat.ui.session.store.get("noticed:lobby")).toMatch(/^epochone1 0*2$/);
  });

  test("what came before the file was here is shown, unless another tab has it", async () => {
    const late = closedChat();
    late.now.room = roomState({ groups: inGroup(mine, answer), unread: 1 });
    late.draw();
    await settle();
    expect(late.card()).not.toBeNull();
    late.end();
    vi.stubGlobal("navigator", {
      locks: { request: async (_: string, __: object, run: (lock: null) => unknown) => run(null) },
    });
    const other = closedChat();
    other.draw();
    other.arrive(mine, answer);
    await settle();
    expect(other.card()).toBeNull();
    expect(other.badge()).toBe("1");
  });

  test("the badge is an @ where somebody has named the visitor, and 99+ at most", () => {
    const chat = closedChat();
    chat.now.room = roomState({ unread: 250 });
    chat.draw();
    expect(chat.badge()).toBe("99+");
    const naming = said(2, "v_other", undefined, { entities: [mention] });
    chat.now.room = roomState({ unread: 1, groups: inGroup(naming) });
    chat.draw();
    expect(chat.badge()).toBe("@");
    chat.now.isOpen = true;
    chat.draw();
    expect(chat.badge()).toBeUndefined();
  });

  test("data-notify takes away what it does not name, and destroy everything", async () => {
    const chat = closedChat({ notify: "icon" });
    chat.draw();
    chat.arrive(mine, answer);
    await settle();
    expect([chat.card(), document.title, chat.badge()]).toEqual([null, "Wick & Ember", "1"]);
    const all = closedChat();
    all.draw();
    all.arrive(mine, answer);
    await settle();
    expect(document.title).toBe("(1) Wick & Ember");
    all.end();
    all.draw();
    expect(all.heard.size).toBe(0);
    expect([...all.view.root.children]).toEqual([all.view.entry.button]);
    chat.end();
    expect(document.title).toBe("Wick & Ember");
  });
});

test("data-notify names ways; the sound is off until somebody chooses it", () => {
  const { ui } = closedChat();
  expect(["title", "card", "alert"].every((way) => isAllowed({}, way as "card"))).toBe(true);
  expect(isAllowed({ notify: "none" }, "card")).toBe(false);
  expect(isAllowed({ notify: "title card" }, "card")).toBe(true);
  expect(isSoundOn(ui)).toBe(false);
  expect(isSoundOn({ ...ui, data: { notify: "card sound" } })).toBe(true);
  ui.session.store.set("sound", "0");
  expect(isSoundOn({ ...ui, data: { notify: "card sound" } })).toBe(false);
  ui.session.store.set("sound", "1");
  expect(isSoundOn(ui)).toBe(true);
});

test("of tabs that hear the same the one with the lock speaks; without locks each", async () => {
  const held = new Set<string>();
  const request = async (name: string, _: object, run: (lock: unknown) => unknown) => {
    const isFree = !held.has(name);
    held.add(name);
    return run(isFree ? {} : null);
  };
  vi.stubGlobal("navigator", { locks: { request } });
  const both = Promise.all([isTheOne("a", false), isTheOne("a", true), isTheOne("b", false)]);
  await settle();
  // Where it is being read there is no wait.
  expect(await both).toEqual([false, true, true]);
  vi.stubGlobal("navigator", {});
  const alone = isTheOne("a", false);
  await settle();
  expect(await alone).toBe(true);
});

describe("the offer to be told", () => {
  const requestPermission = vi.fn(async () => "granted");
  const Asked = Object.assign(function Asked() {}, { permission: "default", requestPermission });
  const propsOf = (chat: ReturnType<typeof closedChat>) =>
    ({
      ui: chat.ui,
      snapshot: { clockOffsetMs: 0 },
      room: chat.now.room,
    }) as unknown as PartProps;
  const justNow = () => said(1, "v_me", new Date().toISOString());
  beforeEach(() => {
    vi.stubGlobal("Notification", Asked);
    vi.stubGlobal("isSecureContext", true);
  });

  test("comes a minute after a question to the team that nobody has answered", () => {
    const chat = closedChat();
    chat.now.isOpen = true;
    chat.now.room = ownRoom(justNow());
    const refresh = vi.spyOn(chat.ui, "refresh");
    expect(offersAlert(propsOf(chat))).toBe(false);
    vi.advanceTimersByTime(MINUTE_MS);
    expect(refresh).toHaveBeenCalledOnce();
    expect(offersAlert(propsOf(chat))).toBe(true);
    chat.now.room = ownRoom(justNow(), said(2, "m_1"));
    expect(offersAlert(propsOf(chat))).toBe(false);
    expect(requestPermission).not.toHaveBeenCalled();
  });

  test("is remembered for the next page while nobody has answered who wants to be told", () => {
    const chat = closedChat();
    const { store } = chat.ui.session;
    chat.now.room = ownRoom(justNow());
    chat.draw();
    expect(store.get("awaits")).toBeNull();
    store.set("tell", "1");
    chat.draw();
    expect(store.get("awaits")).toBe("1");
    chat.now.room = ownRoom(justNow(), said(2, "m_1"));
    chat.draw();
    expect(store.get("awaits")).toBeNull();
  });

  test("comes sooner to who has closed the chat meanwhile", () => {
    const chat = closedChat();
    chat.now.isOpen = true;
    chat.now.room = ownRoom(justNow());
    chat.draw();
    expect(offersAlert(propsOf(chat))).toBe(false);
    vi.advanceTimersByTime(10);
    chat.now.isOpen = false;
    chat.draw();
    chat.now.isOpen = true;
    expect(offersAlert(propsOf(chat))).toBe(true);
  });

  test("is not made in public rooms, twice, to the team, or where the browser has said no", () => {
    const chat = closedChat();
    chat.now.room = ownRoom(justNow());
    vi.advanceTimersByTime(MINUTE_MS);
    const props = propsOf(chat);
    expect(offersAlert(props)).toBe(true);
    expect(offersAlert({ ...props, room: roomState({ groups: inGroup(mine) }) })).toBe(false);
    expect(offersAlert({ ...props, ui: { ...props.ui, team: { leave() {} } } })).toBe(false);
    expect(offersAlert({ ...props, ui: { ...props.ui, data: { notify: "card" } } })).toBe(false);
    vi.stubGlobal("Notification", { permission: "denied" });
    expect(offersAlert(props)).toBe(false);
    vi.stubGlobal("Notification", Asked);
    chat.ui.session.store.set("tell", "0");
    expect(offersAlert(props)).toBe(false);
  });
});
