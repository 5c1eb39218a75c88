// @vitest-environment happy-dom
/** Links to messages: how one looks, and where it leads. */

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { linkTo } from "../../../widget/src/features/message-tools/link.ts";
import { messageTools } from "../../../widget/src/features/message-tools/message-tools.ts";
import type { Ui } from "../../../widget/src/parts/ui.ts";
import { isLinked } from "../../../widget/src/ui/list.tsx";
import { drawn, inGroup, openPanel, roomState, type Scene, said } from "./support/drawn.tsx";

await messageTools.file.fetch();
const groups = inGroup(said(1, "v_b"), said(2, "v_b"));
const opened: { end(): void }[] = [];
beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(500);
  Element.prototype.scrollIntoView ??= () => {};
});
afterEach(() => {
  for (const panel of opened.splice(0)) panel.end();
  history.replaceState(null, "", location.pathname);
});

async function open(scene: Scene = {}) {
  const panel = openPanel({ room: roomState({ groups }), ...scene });
  opened.push(panel);
  panel.one(".list").dispatchEvent(new Event("pointerenter"));
  await drawn();
  return panel;
}

/** As when somebody pastes it into the address of a page that is open. */
async function follow(fragment: string): Promise<void> {
  history.replaceState(null, "", fragment);
  dispatchEvent(new Event("hashchange"));
  await drawn();
}

describe("a link", () => {
  const files = "https://chat.example/widget/tools.ABC.js";
  const ui = { room: "", data: { site: "pk_1" } } as unknown as Ui;
  const on = (address: string, room = "") =>
    linkTo({ ui: { ...ui, room } }, roomState(), 41, new URL(address) as never, files);

  test("is the page's own address, with the room and the message", () => {
    expect(on("https://shop.example/jars?colour=blue")).toBe(
      "https://shop.example/jars?colour=blue#ing-m41-lobby",
    );
  });
  test("takes the place of an older one", () => {
    expect(on("https://shop.example/#ing-m3-lobby")).toBe("https://shop.example/#ing-m41-lobby");
  });
  test("names the room of the page, which has another slug elsewhere", () => {
    expect(on("https://shop.example/jars", "auto")).toBe("https://shop.example/jars#ing-m41-auto");
  });
  test.each([
    "https://shop.example/#/jars/blue",
    "about:srcdoc",
    "blob:https://shop.example/0a1b2c3d",
  ])("leads from %s to the room's page on the chat's server", (address) => {
    expect(on(address)).toBe("https://chat.example/s/pk_1/r/lobby/?before=42#m-41");
  });
});

describe("following a link", () => {
  test("leads to the message and marks it, once", async () => {
    const panel = await open();
    await follow("#ing-m1-lobby");
    expect(isLinked()).toBe(true);
    const message = panel.one('[data-seq="1"]');
    expect(message.classList).toContain("found");
    expect(panel.root.activeElement).toBe(message);
    panel.field().focus();
    panel.draw();
    expect(panel.root.activeElement).toBe(panel.field());
  });

  test("fetches what is not here yet", async () => {
    const later = inGroup(said(60, "v_b"), said(61, "v_b"));
    const panel = await open({ room: roomState({ groups: later, older: true }) });
    await follow("#ing-m2-lobby");
    expect(panel.session.older).toHaveBeenCalledWith("lobby");
    panel.draw({ room: roomState({ groups: [...groups, ...later], older: false }) });
    await drawn();
    expect(panel.one('[data-seq="2"]').classList).toContain("found");
  });

  test("says that a message is gone", async () => {
    const panel = await open();
    await follow("#ing-m9-lobby");
    expect(panel.text(".toast")).toContain("not here any more");
  });

  test("waits for the room", async () => {
    const panel = await open({ room: roomState({ epoch: null, groups: [] }) });
    await follow("#ing-m1-lobby");
    expect(panel.has(".toast")).toBe(false);
    panel.draw({ room: roomState({ groups }) });
    await drawn();
    expect(panel.one('[data-seq="1"]').classList).toContain("found");
  });

  test("changes to the room that is meant, where there is such a room", async () => {
    const kiln = { slug: "kiln", name: "Kiln", kind: "public", topic: "", head: 0, unread: 0 };
    const panel = await open({ rooms: [kiln] as never });
    await follow("#ing-m1-kiln");
    expect(panel.onRoom).toHaveBeenCalledWith("kiln");
    await follow("#ing-m1-cellar");
    expect(panel.onRoom.mock.calls).toEqual([["kiln"]]);
  });
});

test("a private line has no links", async () => {
  const info = { ...roomState().info, kind: "private" } as never;
  const panel = await open({ room: roomState({ groups, info }) });
  panel
    .one('[data-seq="1"] .text')
    .dispatchEvent(new PointerEvent("pointermove", { bubbles: true, pointerType: "mouse" }));
  await drawn();
  panel.click('[aria-label="More"]');
  await drawn();
  expect(panel.texts(".menu .item span")).toContain("Copy text");
  expect(panel.texts(".menu .item span")).not.toContain("Copy link");
});
