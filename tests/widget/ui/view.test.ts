// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Entry, Registry } from "../../../widget/src/entry.ts";
import type { RoomState } from "../../../widget/src/rooms/reduce.ts";
import type { ChatView } from "../../../widget/src/ui/chat-view.ts";
import { roomInfo } from "../support/frames.ts";
import { inGroup, ME, roomState, said } from "./support/drawn.tsx";
import { addEntry, createRegistry, createTalk, settled } from "./support/served.ts";

const talk = vi.hoisted(() => ({ open: (_: unknown): unknown => null }));
vi.mock("../../../widget/src/session/session.ts", () => ({
  openSession: (options: unknown) => talk.open(options),
}));
const { createView } = await import("../../../widget/src/ui/view.tsx");
const { bringEngine } = await import("../../../widget/src/ui/engine-loader.ts");
await bringEngine();
Object.assign(globalThis, { WIDGET_CSS: ".ing{}", ACCENT: "#a8431f" });

let served: ReturnType<typeof createTalk>;
let registry: Registry;
beforeEach(() => {
  served = createTalk();
  talk.open = served.open;
  registry = createRegistry();
  document.documentElement.lang = "en";
});
afterEach(() => {
  for (const entry of [...registry.all]) registry.drop(entry);
  document.body.replaceChildren();
  sessionStorage.clear();
  localStorage.clear();
});

function make(
  data: Record<string, string> = {},
  place?: HTMLElement,
): { view: ChatView; entry: Entry; opened: ReturnType<typeof vi.fn> } {
  const entry = addEntry(registry, data, place);
  const opened = vi.fn();
  const view = createView(entry, opened);
  entry.view = view;
  return { view, entry, opened };
}
const inside = (view: ChatView, selector: string) => view.root.querySelector<HTMLElement>(selector);

test("the direction is written when it changes, not at each drawing", async () => {
  const { view } = make();
  await view.open();
  const written: string[] = [];
  let dir = view.panel.dir;
  Object.defineProperty(view.panel, "dir", {
    get: () => dir,
    set: (next: string) => {
      dir = next;
      written.push(next);
    },
  });
  view.refresh();
  await settled();
  expect(written).toEqual([]);
  document.documentElement.dir = "rtl";
  view.refresh();
  await settled();
  document.documentElement.dir = "";
  expect(written).toEqual(["rtl"]);
});

test("the language is written when it changes, not with each new name", async () => {
  const { view } = make();
  await view.open();
  const written = vi.spyOn(view.panel, "setAttribute");
  const lang = vi.spyOn(view.panel, "lang", "set");
  served.state.visitor = { ...ME, id: "v_another" };
  view.refresh();
  await settled();
  expect(view.panel.lang).toBe("en");
  expect(lang).not.toHaveBeenCalled();
  expect(written).not.toHaveBeenCalledWith("lang", expect.anything());
});

describe("opening", () => {
  test("takes away what the launcher said while this could not be loaded", () => {
    const entry = addEntry(registry);
    entry.button.textContent = "Offline ↻";
    createView(entry, () => {});
    expect(entry.button.textContent).toBe("");
  });
  test("goes online, draws the panel and puts the cursor in it", async () => {
    const { view, opened } = make();
    expect(served.open).not.toHaveBeenCalled();
    await view.open();
    expect(served.open).toHaveBeenCalledWith({
      base: "https://chat.example",
      site: "pk_x",
      store: expect.objectContaining({ get: expect.any(Function) }),
      isTeam: false,
      transport: "auto",
      look: "",
    });
    expect(served.session.start).toHaveBeenCalledOnce();
    expect(served.session.join).toHaveBeenCalledWith("");
    expect(opened).toHaveBeenCalledWith(view);
    expect(view.root.activeElement).toBe(inside(view, "textarea"));
  });
  test("by itself does not take the focus from the page", async () => {
    const { view } = make({ open: "true" });
    view.start();
    await settled();
    expect(view.isOpen()).toBe(true);
    expect(view.root.activeElement).toBeNull();
  });
  test("can be forbidden by the page", async () => {
    const { view, entry } = make();
    entry.host.addEventListener("inglenook:open", (event) => event.preventDefault());
    await view.open();
    expect(view.isOpen()).toBe(false);
    expect(served.open).not.toHaveBeenCalled();
  });
  test("in the place of an inline room takes its button away", async () => {
    const place = document.createElement("div");
    document.body.append(place);
    const { view, entry } = make({ inglenookRoom: "lobby" }, place);
    await view.open();
    expect(entry.button.isConnected).toBe(false);
    expect(inside(view, ".panel")?.getAttribute("role")).toBe("region");
    expect(inside(view, 'button[aria-label="Close"]')).toBeNull();
  });
});

describe("closing", () => {
  test("gives the focus back to the launcher, and keeps the conversation", async () => {
    const { view, entry } = make();
    await view.open();
    view.close();
    expect(view.isOpen()).toBe(false);
    expect(view.root.activeElement).toBe(entry.button);
    expect(served.session.setActive).toHaveBeenLastCalledWith(false);
    expect(served.session.close).not.toHaveBeenCalled();
    expect(entry.button.getAttribute("aria-expanded")).toBe("false");
  });
  test("does not steal the focus from elsewhere", async () => {
    const { view, entry } = make();
    await view.open();
    const elsewhere = document.createElement("input");
    document.body.append(elsewhere);
    elsewhere.focus();
    view.close();
    expect(view.root.activeElement).not.toBe(entry.button);
  });
  test("by Escape", async () => {
    const { view } = make();
    await view.open();
    inside(view, "textarea")?.dispatchEvent(
      new KeyboardEvent("keydown", { key: "Escape", bubbles: true, composed: true }),
    );
    expect(view.isOpen()).toBe(false);
  });
});

describe("what was left open", () => {
  test("is remembered for the tab, and forgotten when it is closed", async () => {
    const { view, entry } = make();
    await view.open();
    await settled();
    expect(sessionStorage.getItem(entry.id)).toBe("1");
    // embed.js looks for this first.
    expect(localStorage.getItem("inglenook:pk_x:open")).toBe("1");
    view.close();
    expect(sessionStorage.getItem(entry.id)).toBeNull();
  });
  test("opens again", async () => {
    const { view, entry } = make();
    sessionStorage.setItem(entry.id, "1");
    view.start();
    await settled();
    expect(view.isOpen()).toBe(true);
  });
  test.each<Record<string, string>>([
    { open: "false" },
    { storage: "none" },
  ])("is not remembered with %o", async (data) => {
    const { view, entry } = make(data);
    await view.open();
    await settled();
    expect(sessionStorage.getItem(entry.id)).toBeNull();
  });
  test("is nobody's loss where storage is forbidden", async () => {
    const { view } = make();
    vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
      throw new DOMException("no", "SecurityError");
    });
    await view.open();
    expect(view.isOpen()).toBe(true);
  });
});

test("load=eager connects without opening", () => {
  const { view } = make({ load: "eager" });
  view.start();
  expect(view.isOpen()).toBe(false);
  expect(served.session.start).toHaveBeenCalledOnce();
});

test("keys that are pressed inside do not reach the page", async () => {
  const { view } = make();
  await view.open();
  const heard = vi.fn();
  document.addEventListener("keydown", heard);
  inside(view, "textarea")?.dispatchEvent(
    new KeyboardEvent("keydown", { key: "/", bubbles: true, composed: true }),
  );
  document.removeEventListener("keydown", heard);
  expect(heard).not.toHaveBeenCalled();
});

test("another room is joined before the old one is left", async () => {
  const { view, entry } = make();
  const notified = vi.fn();
  entry.host.addEventListener("inglenook:room:change", notified);
  await view.open();
  const leave = served.session.join.mock.results[0]?.value as ReturnType<typeof vi.fn>;
  view.setRoom("help");
  expect(served.session.join).toHaveBeenLastCalledWith("help");
  expect(leave).toHaveBeenCalledOnce();
  expect(notified).toHaveBeenCalledOnce();
});

describe("changes", () => {
  /** How often the panel was drawn anew since. */
  async function drawn() {
    const { view } = make();
    await view.open();
    await settled();
    // The frame of the opening itself is over, however busy the machine is.
    await new Promise(requestAnimationFrame);
    const frames: FrameRequestCallback[] = [];
    vi.spyOn(window, "requestAnimationFrame").mockImplementation((draw) => frames.push(draw));
    const snapshots = vi.spyOn(served.session, "snapshot");
    return {
      frames,
      count: async () => {
        await Promise.resolve();
        // Each drawing asks for two: one for the panel, one for what lies outside.
        return snapshots.mock.calls.length / 2;
      },
    };
  }
  afterEach(() => void vi.restoreAllMocks());

  test("that come together are drawn once, and at once", async () => {
    const { frames, count } = await drawn();
    served.changed();
    served.changed();
    served.changed();
    expect(await count()).toBe(1);
    frames.shift()?.(0);
    expect(await count()).toBe(1);
  });
  test("that come before the next frame wait for it", async () => {
    const { frames, count } = await drawn();
    served.changed();
    await count();
    served.changed();
    served.changed();
    expect(await count()).toBe(1);
    frames.shift()?.(0);
    expect(await count()).toBe(2);
    expect(frames).toEqual([]);
  });
});

describe("a message more", () => {
  const info = roomInfo(0, { name: "Library" });
  async function arrives(over: Partial<RoomState> = {}) {
    const { view } = make({ room: "lobby" });
    await view.open();
    await settled();
    served.state.rooms.set("lobby", roomState({ groups: inGroup(said(1, "v_bo")), info, ...over }));
    served.changed();
    await Promise.resolve();
    return view;
  }

  test("is drawn first, and what stands around the messages after it", async () => {
    const view = await arrives();
    expect(inside(view, "[data-seq]")?.dataset.seq).toBe("1");
    expect(inside(view, "h2")?.textContent).toBe("Lobby");
    await vi.waitFor(() => expect(inside(view, "h2")?.textContent).toBe("Library"));
  });
  test("that comes right after another does not put that off", async () => {
    const view = await arrives();
    for (let seq = 2; inside(view, "h2")?.textContent !== "Library"; seq += 1) {
      expect(seq).toBeLessThan(100);
      const groups = inGroup(said(seq, "v_bo"));
      served.state.rooms.set("lobby", roomState({ groups, info }));
      served.changed();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  });
  test("the first of a room is drawn with all that stands around it", async () => {
    const view = await arrives({ epoch: "epochtwo2" });
    expect(inside(view, "[data-seq]")?.dataset.seq).toBe("1");
    expect(inside(view, "h2")?.textContent).toBe("Library");
  });
});

describe("the language", () => {
  test("is the page's, or the one of the option", async () => {
    document.documentElement.lang = "fr-CA";
    const french = make();
    await french.view.open();
    expect(inside(french.view, "textarea")?.getAttribute("aria-label")).toBe("Votre message");
    const german = make({ lang: "de", room: "lobby" });
    await german.view.open();
    expect(inside(german.view, "textarea")?.getAttribute("aria-label")).toBe("Deine Nachricht");
  });
  test.each([
    // The tag's own language brings its direction; else the page's attribute goes before that of
    // the words.
    [{ lang: "ar_EG" }, "en", "", "ar-EG", "rtl"],
    [{ lang: "ar" }, "en", "ltr", "ar", "rtl"],
    [{ lang: "de_DE" }, "ar", "rtl", "de-DE", "ltr"],
    [{ lang: "he" }, "en", "", "he", "rtl"],
    [{ lang: "fa" }, "en", "", "en", "ltr"],
    [{ lang: "zh_CN" }, "ar", "rtl", "zh-CN", "ltr"],
    [{ lang: "??" }, "fr", "", "fr", "ltr"],
    [{}, "ar_EG", "", "ar-EG", "rtl"],
    [{}, "de", "rtl", "de", "rtl"],
    [{ dir: "ltr" }, "ar", "rtl", "ar", "ltr"],
    [{ dir: "rtl", lang: "de" }, "en", "", "de", "rtl"],
  ])("%o on a page in %o with direction %o is %s, %s", async (data, lang, dir, spoken, written) => {
    Object.assign(document.documentElement, { lang, dir });
    const { view } = make(data as Record<string, string>);
    await view.open();
    document.documentElement.dir = "";
    expect([view.panel.lang, view.panel.dir]).toEqual([spoken, written]);
  });
  test("brings its direction", async () => {
    const { view } = make({ lang: "ar" });
    await view.open();
    expect(view.panel.dir).toBe("rtl");
    const forced = make({ lang: "ar", dir: "ltr", room: "lobby" });
    await forced.view.open();
    expect(forced.view.panel.dir).toBe("ltr");
  });
});

test("an accent is on the panel with its shades; one that is none is not", () => {
  const good = make({ accent: "#ffd400" });
  expect(good.view.panel.style.getPropertyValue("--ing-on-accent")).toBe("#000000");
  const bad = make({ accent: "red;}" });
  expect(bad.view.panel.style.getPropertyValue("--ing-accent")).toBe("");
});

test("options are put right for all who look at them later", () => {
  const { entry, view } = make({ accent: "red", theme: "pink", mode: "bubble", title: " Us " });
  expect(entry.data).toMatchObject({ accent: "", theme: "auto", title: "Us" });
  expect(view.panel.className).toBe("ing dialog");
  expect(make({ mode: "page" }).view.panel.className).toBe("ing dialog page");
});

test("text of the page is put where one writes", async () => {
  const { view } = make();
  await view.open();
  view.prefill("about order 7");
  await settled();
  expect(view.root.querySelector("textarea")?.value).toBe("about order 7");
});

test("unmounting ends everything, and says so", async () => {
  const { view, entry } = make();
  const notified = vi.fn();
  entry.host.addEventListener("inglenook:destroy", notified);
  await view.open();
  view.unmount();
  expect(served.session.close).toHaveBeenCalledOnce();
  expect(view.panel.childElementCount).toBe(0);
  expect(notified).toHaveBeenCalledOnce();
  expect(entry.view).toBeUndefined();
});
