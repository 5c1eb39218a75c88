// @vitest-environment happy-dom
/** The chat in a window of its own: when it is offered, what the window gets, and what is said. */

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { drawer } from "../../../widget/src/features/drawer/drawer.ts";
import { pageOf } from "../../../widget/src/features/drawer/popout.ts";
import { roomInfo } from "../support/frames.ts";
import { drawn, fakeSession, openPanel, roomState, type Scene } from "./support/drawn.tsx";

await drawer.file.fetch();
const TAG = { src: "https://chat.example/embed.js", nonce: "n0nce" };
const DATA = {
  site: "pk_x",
  accent: "#aa0000",
  position: "bottom-left",
  room: "lobby",
  storage: "local",
};
const opened: { end(): void }[] = [];
let pages: Blob[] = [];
const focus = vi.fn();
const calls = vi.fn();
const openWindow = vi.fn<(address: string, name: string, size: string) => object | null>();

beforeEach(() => {
  pages = [];
  calls.mockReset();
  openWindow.mockReset().mockReturnValue({ focus });
  vi.stubGlobal("open", openWindow);
  vi.spyOn(URL, "createObjectURL").mockImplementation((page) => {
    pages.push(page as Blob);
    return "blob:made";
  });
});
afterEach(() => {
  for (const panel of opened.splice(0)) panel.end();
  vi.unstubAllGlobals();
});

async function open(scene: Scene = {}) {
  const room = roomState({ online: 2 });
  const panel = openPanel({ room, data: DATA, ...scene });
  opened.push(panel);
  const entry = { id: "chat-1", host: panel.root.host, tag: TAG };
  vi.stubGlobal("Inglenook", Object.assign(calls, { all: [entry] }));
  panel.click("header .plain[aria-expanded]");
  await drawn();
  const buttons = () => [...panel.root.querySelectorAll<HTMLElement>(".foot button")];
  const button = () => buttons().find(({ textContent }) => /window/.test(textContent));
  return {
    panel,
    button,
    press: async () => {
      button()?.click();
      await drawn();
    },
  };
}

const tagIn = async () => {
  const parsed = new DOMParser().parseFromString((await pages[0]?.text()) ?? "", "text/html");
  return parsed.querySelector("script") as HTMLScriptElement;
};

describe("a press", () => {
  test("opens a page of this origin with the same tag, and closes the panel", async () => {
    const { panel, press } = await open({ panel: { canSwitch: false } });
    await press();
    const [address, name] = openWindow.mock.calls[0] ?? [];
    expect(address).toBe("blob:made");
    expect(name).toBe("inglenook-pk_x");
    const { src, dataset } = await tagIn();
    expect(src).toBe(TAG.src);
    expect({ ...dataset }).toEqual({
      ...{ site: "pk_x", consent: "ask", accent: "#aa0000", storage: "local", room: "lobby" },
      ...{ mode: "page", open: "true", launcher: "none", load: "hover" },
    });
    expect(calls.mock.calls).toEqual([["close", "chat-1"]]);
    expect(panel.has(".drawer")).toBe(false);
  });

  test("says nothing of who one is", async () => {
    const session = fakeSession({ token: "v1_secret" });
    const { press } = await open({ session });
    await press();
    const page = await pages[0]?.text();
    expect(page).toContain("data-site");
    expect(page).not.toContain("v1_secret");
    expect(openWindow.mock.calls.flat().join()).not.toContain("v1_secret");
  });

  test("leaves the choice of rooms to the window, which begins with this one", async () => {
    const { panel, press } = await open({ panel: { canSwitch: true } });
    await press();
    expect(panel.onRoom).toHaveBeenCalledWith("lobby");
    expect((await tagIn()).dataset.room).toBeUndefined();
  });

  test("takes the draft along where the room has another name there", async () => {
    const session = fakeSession({ "draft:lobby": "half a thought" });
    const info = roomInfo(0, { kind: "private" });
    const room = roomState({ online: 1, info });
    const { press } = await open({ session, room, panel: { canSwitch: true } });
    await press();
    expect(session.store.get("draft:private")).toBe("half a thought");
    expect(session.store.get("draft:lobby")).toBeNull();
  });

  test("that the browser blocks is said, and the chat stays", async () => {
    openWindow.mockReturnValue(null);
    const { panel, press } = await open();
    await press();
    expect(panel.text('.foot [role="alert"]')).toContain("Your browser has blocked the window.");
    expect(calls).not.toHaveBeenCalled();
  });
});

describe("it is not offered", () => {
  test.each([
    ["where nothing is stored", { data: { ...DATA, storage: "none" } }],
    ["to the team", { team: { leave: vi.fn() } }],
  ] as const)("%s", async (_, scene) => {
    const { panel, button } = await open(scene);
    expect(panel.has(".drawer")).toBe(true);
    expect(button()).toBeUndefined();
  });

  test("where the chat fills the window", async () => {
    const real = getComputedStyle;
    vi.stubGlobal("getComputedStyle", (element: Element) => ({
      ...real(element),
      getPropertyValue: (name: string) => (name === "--ing-full" ? "1" : ""),
    }));
    const { panel, button } = await open();
    expect(panel.has(".drawer")).toBe(true);
    expect(button()).toBeUndefined();
  });
});

test("no word of an option becomes markup", () => {
  const page = pageOf(TAG, { title: `"><script>alert(1)</script>` }, "</title><b>");
  const parsed = new DOMParser().parseFromString(page, "text/html");
  expect(parsed.querySelectorAll("script")).toHaveLength(1);
  expect(parsed.querySelector("script")?.dataset.title).toBe(`"><script>alert(1)</script>`);
  expect(parsed.title).toBe("</title><b>");
});
