// @vitest-environment happy-dom

import { afterEach, describe, expect, test, vi } from "vitest";
import { drawer } from "../../../widget/src/features/drawer/drawer.ts";
import {
  drawn,
  fakeSession,
  inGroup,
  ME,
  openPanel,
  pendingMessage,
  roomState,
  type Scene,
  said,
} from "./support/drawn.tsx";

await drawer.file.fetch();
const opened: { end(): void }[] = [];
function open(scene: Scene = {}) {
  const panel = openPanel(scene);
  opened.push(panel);
  return panel;
}
afterEach(() => {
  for (const panel of opened.splice(0)) panel.end();
});

describe("the headline", () => {
  test("is the room's name, and the page's own words before it", () => {
    expect(open().text("h2")).toBe("Lobby");
    expect(open({ data: { title: "Ask us" } }).text("h2")).toBe("Ask us");
  });
  test("names the panel for screen readers", () => {
    expect(open().one(".panel").getAttribute("aria-label")).toBe("Lobby");
    expect(open().one(".panel").getAttribute("role")).toBe("dialog");
  });
  test("offers the other rooms, where there are some and the page has not fixed one", async () => {
    const rooms = ["lobby", "help"].map(
      (slug) =>
        ({
          slug,
          name: `The ${slug}`,
          kind: "public",
          topic: "",
          head: 0,
          unread: slug === "help" ? 2 : 0,
        }) as never,
    );
    const panel = open({ rooms });
    panel.click("h2 button");
    await drawn();
    expect(panel.texts(".drawer li")).toEqual(["Ask the team", "The lobby", "The help2 unread"]);
    expect(panel.texts(".tabs button")).toEqual(["Rooms", "Here now"]);
    panel.click(".drawer li:last-child button");
    expect(panel.onRoom).toHaveBeenCalledWith("help");
    expect(open({ rooms, panel: { canSwitch: false } }).has("h2 button")).toBe(false);
  });
  test("counts who is here and names those it knows", async () => {
    const here = [
      { id: "v_me", name: "Amber Otter" },
      { id: "v_b", name: "Brave Wren" },
    ];
    const panel = open({ room: roomState({ online: 5, people: here }) });
    panel.click('header button[aria-expanded="false"]');
    await drawn();
    expect(panel.texts(".drawer li > :not(.face), .drawer ul .soft")).toEqual([
      "Amber Otter",
      "you",
      "Brave Wren",
      "and 3 more",
    ]);
    expect(panel.has(".tabs")).toBe(false);
  });
  test("counts nobody while it can't know", () => {
    const panel = open({ room: roomState({ online: 5 }), connection: { status: "offline" } });
    expect(panel.text("header")).not.toContain("here");
  });
});

describe("a private line", () => {
  const PRIVATE = { slug: "p_me", name: "Amber Otter", kind: "private", topic: "", head: 3 };
  const rooms = [{ ...PRIVATE, slug: "lobby", name: "Lobby", kind: "public" }, PRIVATE].map(
    (room) => ({ ...room, unread: 2 }) as never,
  );
  const session = {
    ...fakeSession({ heeds: " p_me " }),
    room: () => roomState(),
    snapshot: () => ({ rooms }),
  } as never;

  test("stands first in the list, called so and not by the visitor's name, with its unread", async () => {
    const panel = open({ rooms, session });
    expect(panel.text("h2 .count")).toBe("2 unread");
    panel.click("h2 button");
    await drawn();
    expect(panel.texts(".drawer li")).toEqual(["Ask the team2 unread", "Lobby"]);
    panel.click(".drawer li button");
    expect(panel.onRoom).toHaveBeenCalledWith("private");
  });
  test("can be left from a site with one other room", () => {
    const shown = roomState({ room: "p_elsewhere" });
    expect(open({ rooms: rooms.slice(0, 1), room: shown }).has("h2 button")).toBe(true);
    expect(open({ rooms: rooms.slice(0, 1) }).has("h2 button")).toBe(false);
  });
});

describe("a drawer", () => {
  async function withDrawer() {
    const panel = open({ room: roomState({ online: 2 }) });
    panel.one('header button[aria-expanded="false"]').focus();
    panel.click('header button[aria-expanded="false"]');
    await drawn();
    expect(panel.has(".drawer")).toBe(true);
    return panel;
  }
  const press = (target: EventTarget) =>
    target.dispatchEvent(new MouseEvent("click", { bubbles: true, composed: true }));

  test.each([".scroller", "textarea", "h2"])("closes on a click outside, at %s", async (where) => {
    const panel = await withDrawer();
    press(panel.one(where));
    await drawn();
    expect(panel.has(".drawer")).toBe(false);
  });
  test("closes on a click in the page", async () => {
    const panel = await withDrawer();
    press(document.body);
    await drawn();
    expect(panel.has(".drawer")).toBe(false);
  });
  test("stays on a click inside", async () => {
    const panel = await withDrawer();
    press(panel.one(".drawer li"));
    await drawn();
    expect(panel.has(".drawer")).toBe(true);
  });
  test("closes by its own button, once", async () => {
    const panel = await withDrawer();
    press(panel.one('header button[aria-expanded="true"]'));
    await drawn();
    expect(panel.has(".drawer")).toBe(false);
  });
  test("closes as soon as somebody writes", async () => {
    const panel = await withDrawer();
    panel.type("h");
    await drawn();
    expect(panel.has(".drawer")).toBe(false);
  });
  test.each([
    "textarea",
    ".scroller",
    "header button",
  ])("alone is closed by Escape, wherever the focus is: %s", async (where) => {
    const panel = await withDrawer();
    panel.press(where, "Escape");
    await drawn();
    expect(panel.has(".drawer")).toBe(false);
    expect(panel.onClose).not.toHaveBeenCalled();
  });
});

describe("Escape", () => {
  test("closes a drawer first, then the chat", async () => {
    const panel = open({ room: roomState({ online: 2 }) });
    panel.click('header button[aria-expanded="false"]');
    await drawn();
    panel.press("header button", "Escape");
    await drawn();
    expect(panel.has(".drawer")).toBe(false);
    expect(panel.onClose).not.toHaveBeenCalled();
    panel.press("textarea", "Escape");
    expect(panel.onClose).toHaveBeenCalledOnce();
  });
  test("belongs to the input method while it composes", () => {
    const panel = open();
    panel.press("textarea", "Escape", { isComposing: true });
    expect(panel.onClose).not.toHaveBeenCalled();
  });
});

describe("messages", () => {
  test("are drawn as nodes, never as markup", () => {
    const body = "<img src=x onerror=alert(1)> *b*";
    const entities = [{ kind: "bold" as const, at: 29, len: 3 }];
    const panel = open({
      room: roomState({ groups: inGroup(said(1, "v_b", undefined, { body, entities })) }),
    });
    expect(panel.has("img")).toBe(false);
    expect(panel.text(".text")).toBe("<img src=x onerror=alert(1)> b");
    expect(panel.text(".text strong")).toBe("b");
  });
  test("have each run of text in an element of its own, for translating browsers", () => {
    const panel = open({ room: roomState({ groups: inGroup(said(1, "v_b")) }) });
    expect(
      [...panel.one(".text").childNodes].every(({ nodeType }) => nodeType === Node.ELEMENT_NODE),
    ).toBe(true);
    expect(panel.one(".text").getAttribute("dir")).toBe("auto");
  });
  test("of mine stand at the other side, those of the team have a badge", () => {
    const owner = said(2, "m_o", undefined, {
      author: { id: "m_o", name: "Olive", role: "owner", avatar: null },
    });
    const panel = open({ room: roomState({ groups: inGroup(said(1, "v_me"), owner) }) });
    expect(panel.one('[data-seq="1"]').classList.contains("mine")).toBe(true);
    expect(panel.text('[data-seq="2"] .badge')).toBe("Team");
  });
  test("that were deleted, edited or reacted to say so", () => {
    const panel = open({
      room: roomState({
        groups: inGroup(
          said(1, "v_b", undefined, { deleted: "moderator", body: "" }),
          said(2, "v_b", undefined, {
            edited_at: "2026-11-21T09:31:00Z",
            reactions: { "👍": 2 },
            mine: ["👍"],
          }),
        ),
      }),
    });
    expect(panel.text('[data-seq="1"] .bubble')).toBe("Message deleted");
    expect(panel.text('[data-seq="2"] .soft')).toBe("edited");
    expect(panel.text('[data-seq="2"] .reactions .mine')).toBe("👍 2");
  });
  test("of an erased person are somebody's", () => {
    const author = { id: null, name: "", role: "visitor" as const, avatar: null };
    expect(
      open({ room: roomState({ groups: inGroup(said(1, "v_b", undefined, { author })) }) }).text(
        "b",
      ),
    ).toBe("Somebody");
  });
  test("keep their nodes when another comes", () => {
    const panel = open({ room: roomState({ groups: inGroup(said(1, "v_b")) }) });
    const before = panel.one('[data-seq="1"]');
    panel.draw({ room: roomState({ groups: inGroup(said(1, "v_b"), said(2, "v_b")) }) });
    expect(panel.one('[data-seq="1"]')).toBe(before);
  });
  test("invite, where there are none yet", () => {
    expect(open().text(".invite")).toContain("Say hello");
  });
  test("that are older are announced by a line, as are those that expired", () => {
    const groups = inGroup(said(9, "v_b"));
    expect(open({ room: roomState({ groups, older: true }) }).text(".edge")).toContain("Loading");
    expect(open({ room: roomState({ groups, expired: true }) }).text(".edge")).toContain("expired");
    expect(open({ room: roomState({ groups }) }).text(".edge")).toContain("begins");
  });
});

describe("a message of mine on its way", () => {
  test("stands alone where nothing else is known yet, and is not called the beginning", () => {
    const panel = open({ room: roomState({ epoch: null, pending: [pendingMessage("a")] }) });
    expect(panel.text(".content")).toBe("text of aSending…");
  });
  test("does not claim to be on its way without a network", () => {
    const scene: Scene = { room: roomState({ pending: [pendingMessage("a")] }) };
    const panel = open({ ...scene, connection: { status: "offline" } });
    expect(panel.text(".message .state")).toBe("Sends when you are back");
    panel.draw(scene);
    expect(panel.text(".message .state")).toBe("Sending…");
  });
  const states: readonly [string, string][] = [
    ["sending", "Sending…"],
    ["sent", "Sent"],
    ["held", "Waiting for the team. Only you see it."],
  ];
  test.each(states)("%s says so and offers nothing", (status, words) => {
    const panel = open({
      room: roomState({ pending: [pendingMessage("c1", { status: status as "sent" })] }),
    });
    expect(panel.text(".message .state")).toBe(words);
    expect(panel.has(".message button")).toBe(false);
  });
  test("that failed says why, and can be sent again or removed", () => {
    const problem = { code: "blocked_link" as const, message: "no links" };
    const panel = open({
      room: roomState({ pending: [pendingMessage("c1", { status: "failed", problem })] }),
    });
    expect(panel.text(".failed .state")).toContain("Not sentLinks are not wanted here.");
    panel.click(".failed button");
    expect(panel.session.retry).toHaveBeenCalledWith("lobby", "c1");
    panel.click(".failed button:last-child");
    expect(panel.session.discard).toHaveBeenCalledWith("lobby", "c1");
  });
  test("that was refused can be removed only", () => {
    const panel = open({
      room: roomState({ pending: [pendingMessage("c1", { status: "refused" })] }),
    });
    expect(panel.texts(".refused button")).toEqual(["Remove"]);
  });
});

describe("what is seen", () => {
  const unseen = () => roomState({ since: 3, seen: 1, groups: inGroup(said(3, "v_b")) });
  test("is reported while somebody looks, once it is on the screen", async () => {
    vi.spyOn(document, "hasFocus").mockReturnValue(true);
    const panel = open({ room: unseen() });
    expect(panel.session.seen).not.toHaveBeenCalled();
    await vi.waitFor(() => expect(panel.session.seen).toHaveBeenCalledWith("lobby"));
  });
  test("is reported where the visitor closes the chat at once", () => {
    const panel = open({ room: unseen() });
    panel.end();
    expect(panel.session.seen).toHaveBeenCalledOnce();
  });
  test("has no line where nothing was seen before", () => {
    expect(
      open({ room: roomState({ seen: 0, groups: inGroup(said(3, "v_b")) }) }).has(".new"),
    ).toBe(false);
  });
  test("ends at a line over what is new", async () => {
    const panel = open({
      room: roomState({ seen: 1, since: 2, groups: inGroup(said(1, "v_b"), said(2, "v_b")) }),
    });
    await drawn();
    expect(panel.text(".new")).toBe("New");
    expect(panel.texts(".day.new ~ .message")[0]).toContain("message 2");
  });
});

describe("the connection in words", () => {
  test("is silent while all is well, and at the first attempt", () => {
    expect(open().has(".notice")).toBe(false);
    expect(open({ room: null, connection: { status: "connecting" } }).has(".bones")).toBe(true);
  });
  test("counts down, and can be tried at once", () => {
    const panel = open({ connection: { status: "reconnecting", retryAt: Date.now() + 4500 } });
    expect(panel.text(".notice")).toContain("Next try in 5 seconds.");
    panel.click(".notice button");
    expect(panel.session.reconnect).toHaveBeenCalledOnce();
  });
  test("says that one is offline", () => {
    expect(open({ connection: { status: "offline" } }).text(".notice")).toContain(
      "You are offline",
    );
  });
  const stops: readonly [string, string, string][] = [
    ["origin_not_allowed", "none", "does not know this page"],
    ["banned", "none", "no longer write"],
    ["stopped", "reload", "Load the page again"],
    ["rate", "none", "comes back by itself"],
    ["invalid_token", "none", "has ended"],
  ];
  test.each(stops)("says why it ended: %s, %s", (code, remedy, words) => {
    const stop = { code, remedy, message: "the owner's words" } as never;
    const panel = open({ connection: { status: "stopped", stop } });
    expect(panel.text(".notice")).toContain(words);
    expect(panel.field().disabled).toBe(true);
  });
  test("says until when, where that is known", () => {
    const stop = {
      code: "banned",
      remedy: "none",
      message: "",
      until: "2026-12-24T18:00:00Z",
    } as never;
    expect(open({ connection: { status: "stopped", stop } }).text(".notice")).toContain("2026");
  });
  test("offers to go on in this tab", () => {
    const stop = { code: "limit", remedy: "focus", message: "" } as never;
    const panel = open({ connection: { status: "stopped", stop } });
    panel.click(".notice button");
    expect(panel.session.reconnect).toHaveBeenCalledOnce();
  });
});

test("a room that isn't there says so instead of waiting", () => {
  const problem = { code: "not_found" as const, message: "not found" };
  const panel = open({ room: roomState({ epoch: null, info: null, problem }) });
  expect(panel.text(".notice.bad")).toContain("does not exist");
  expect(panel.has(".bones")).toBe(false);
});

test("who is writing: one, two, several, and never oneself", () => {
  const who = ["A", "B", "C"].map((name) => ({ id: `v_${name}`, name }));
  const typing = (...some: typeof who) =>
    open({ room: roomState({ typing: some }) }).text(".typing");
  expect(typing({ id: ME.id, name: ME.name })).toBe("");
  expect(typing(...who.slice(0, 1))).toBe("A is writing…");
  expect(typing(...who.slice(0, 2))).toBe("A and B are writing…");
  expect(typing(...who)).toBe("Several people are writing…");
});

test("a long list draws its newest messages first, and the others right after", async () => {
  const messages = Array.from({ length: 60 }, (_, at) => said(at + 1, `number ${at + 1}`));
  const panel = open({ room: roomState({ groups: inGroup(...messages) }) });
  expect(panel.texts("[data-seq] .text")).toEqual(messages.slice(-24).map(({ body }) => body));
  await vi.waitFor(() => expect(panel.texts("[data-seq] .text")).toHaveLength(60));
  expect(panel.texts("[data-seq] .text")).toEqual(messages.map(({ body }) => body));
});
