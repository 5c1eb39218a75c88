// @vitest-environment happy-dom
/** Calls that change an instance which is there: options, language, words, consent, who it is. */

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Entry, Registry } from "../../../widget/src/entry.ts";
import type { ChatView } from "../../../widget/src/ui/chat-view.ts";
import {
  addEntry,
  addInline,
  callOf,
  clearPage,
  createRegistry,
  createTalk,
  settled,
} from "./support/served.ts";

const talk = vi.hoisted(() => ({ open: (_: unknown): unknown => null }));
vi.mock("../../../widget/src/session/session.ts", () => ({
  openSession: (options: unknown) => talk.open(options),
}));
Object.assign(globalThis, {
  WIDGET_CSS: ".ing{}",
  ACCENT: "#a8431f",
  VERSION: "9.9.9",
  LANGUAGES: "ar de en",
  WORDS_FILE: "../strings/*.json",
});
const { mount } = await import("../../../widget/src/main.tsx");
const { bringEngine } = await import("../../../widget/src/ui/engine-loader.ts");
const { lookFile } = await import("../../../widget/src/ui/outside.ts");
await Promise.all([bringEngine(), lookFile.fetch()]);

let served: ReturnType<typeof createTalk>;
let registry: Registry;
let bubble: Entry;
const call: ReturnType<typeof callOf> = (...words) => callOf(registry)(...words);
const viewOf = (entry: Entry) => entry.view as ChatView;

beforeEach(async () => {
  served = createTalk();
  talk.open = served.open;
  registry = createRegistry();
  bubble = addEntry(registry, { position: "bottom-left", look: "3" });
  bubble.host.style.cssText = "--ing-left:20px;--y:20px;--z:9;--ing-accent:#a8431f";
  mount(registry, bubble);
  await settled();
});
afterEach(() => clearPage(registry));

describe("update", () => {
  test("moves and paints the launcher, also where the tag has a copy of the owner's look", async () => {
    await call("open");
    await call("update", { position: "bottom-right", offsetX: 44, accent: "#00ff00", zIndex: 5 });
    await settled();
    const { style } = bubble.host;
    expect(style.getPropertyValue("--ing-left")).toBe("");
    expect(style.getPropertyValue("--ing-right")).toBe("44px");
    expect(style.getPropertyValue("--z")).toBe("5");
    expect(style.getPropertyValue("--ing-accent")).toBe("#00ff00");
    const { panel } = viewOf(bubble);
    expect(panel.style.getPropertyValue("--ing-on-accent")).toBe("#000000");
    await call("update", { accent: "" });
    expect(style.getPropertyValue("--ing-accent")).toBe("#a8431f");
    expect(panel.style.getPropertyValue("--ing-on-accent")).toBe("");
  });

  test("goes before the owner's look", async () => {
    await call("open");
    const theme = { accent: "#123456", side: "left", title: "The owner's" };
    const { snapshot } = served.session;
    served.session.snapshot = () =>
      ({ ...snapshot(), site: { ...snapshot().site, theme } }) as never;
    served.changed();
    await settled();
    expect(bubble.host.style.getPropertyValue("--ing-accent")).toBe("#123456");
    await call("update", { accent: "#00ff00", title: "Ours" });
    await settled();
    expect(bubble.host.style.getPropertyValue("--ing-accent")).toBe("#00ff00");
    expect(viewOf(bubble).panel.querySelector("h2")?.textContent).toBe("Ours");
  });

  test("takes the launcher away and brings it back", async () => {
    await call("open");
    await call("update", { launcher: "none" });
    await settled();
    expect(bubble.button.isConnected).toBe(false);
    await call("update", { launcher: "bubble" });
    await settled();
    expect(bubble.button.isConnected).toBe(true);
  });

  test("names what it does not know or understand, and changes nothing then", async () => {
    await expect(call("update", { title: "A", colour: "red" })).rejects.toThrow(/"colour".*accent/);
    await expect(call("update", { title: "A", theme: "pink" })).rejects.toThrow(
      "auto, light, dark",
    );
    await expect(call("update", { title: "A", accent: "red" })).rejects.toThrow("not understood");
    await expect(call("update", { storage: "none" })).rejects.toThrow('no "storage"');
    await expect(call("update", "dark")).rejects.toThrow("must be an object");
    expect(bubble.data.title).toBe("");
  });

  test("means all instances, or the one that is named", async () => {
    const inline = addInline(registry, "help");
    await call("update", { theme: "dark" });
    await call("update", { theme: "light" }, "help");
    expect(viewOf(bubble).panel.dataset.theme).toBe("dark");
    expect(viewOf(inline).panel.dataset.theme).toBe("light");
  });
});

describe("setLocale", () => {
  const label = () => viewOf(bubble).panel.querySelector("textarea")?.getAttribute("aria-label");

  test("speaks the language from now on", async () => {
    await call("open");
    await settled();
    const english = label();
    await call("setLocale", "de-AT");
    await vi.waitFor(() => expect(viewOf(bubble).panel.lang).toBe("de-AT"));
    await settled();
    expect(label()).not.toBe(english);
    await call("setLocale", "en");
    await vi.waitFor(() => expect(label()).toBe(english));
  });

  test("of two languages the later one stays", async () => {
    await call("open");
    await settled();
    await Promise.all([call("setLocale", "de"), call("setLocale", "en")]);
    await settled();
    expect(viewOf(bubble).panel.lang).toBe("en");
  });

  test("refuses what is no language", async () => {
    await expect(call("setLocale", "no language")).rejects.toThrow("not understood");
  });
});

describe("setText", () => {
  test("puts words of the page over all others, and the next ones beside them", async () => {
    await call("open");
    await call("setText", { "composer.placeholder": "Ask the shop" });
    await call("setText", { "composer.send": "Off it goes" });
    await settled();
    const field = viewOf(bubble).panel.querySelector("textarea");
    expect(field?.placeholder).toBe("Ask the shop");
  });

  test("wants text", async () => {
    await expect(call("setText", { "composer.send": 7 })).rejects.toThrow('"composer.send"');
    await expect(call("setText")).rejects.toThrow("must be an object");
  });
});

describe("setConsent", () => {
  test("says that somebody agreed on the page, and takes it back", async () => {
    const heard: unknown[] = [];
    call("on", "consent", (detail: { granted: boolean }) => heard.push(detail.granted));
    const key = "inglenook:pk_x:consent";
    localStorage.setItem(key, "2");
    await call("setConsent", true);
    await call("setConsent", true);
    expect([bubble.data.consent, localStorage.getItem(key)]).toEqual(["granted", "2"]);
    await call("setConsent", false);
    expect([bubble.data.consent, localStorage.getItem(key)]).toEqual(["ask", null]);
    expect(heard).toEqual([true, false]);
    await expect(call("setConsent", "yes")).rejects.toThrow("true or false");
  });
});

describe("reset", () => {
  test("closes the chat and forgets who was here, on this device", async () => {
    await call("identify", { name: "Zora" });
    await call("open");
    localStorage.setItem("inglenook:pk_x:token", "secret");
    localStorage.setItem("inglenook:pk_x:draft:lobby", "half a word");
    localStorage.setItem("other", "stays");
    await call("reset");
    expect(viewOf(bubble).isOpen()).toBe(false);
    expect(served.session.reset).toHaveBeenCalledOnce();
    expect(served.session.close).toHaveBeenCalledOnce();
    expect(Object.keys(localStorage)).toEqual(["other"]);
    vi.mocked(served.session.rename).mockClear();
    await call("open");
    expect(talk.open).toHaveBeenCalledTimes(2);
    served.emit("ready", { visitor: served.state.visitor, site: {} } as never);
    await settled();
    expect(served.session.rename).not.toHaveBeenCalled();
  });

  test("forgets what an earlier page left, where nobody opened the chat on this one", async () => {
    localStorage.setItem("inglenook:pk_x:token", "secret");
    await call("reset");
    expect(localStorage.getItem("inglenook:pk_x:token")).toBeNull();
    expect(talk.open).not.toHaveBeenCalled();
  });

  test("an inline room goes on with somebody new", async () => {
    const inline = addInline(registry, "help");
    await call("open", "help");
    await call("reset", "help");
    expect(viewOf(inline).isOpen()).toBe(true);
    expect(talk.open).toHaveBeenCalledTimes(2);
  });
});
