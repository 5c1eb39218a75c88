// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Entry, Registry } from "../../../widget/src/entry.ts";
import { roomState, said } from "./support/drawn.tsx";
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
});
const { mount } = await import("../../../widget/src/main.tsx");
const { bringEngine } = await import("../../../widget/src/ui/engine-loader.ts");
await bringEngine();

let served: ReturnType<typeof createTalk>;
let registry: Registry;
let bubble: Entry;
const call: ReturnType<typeof callOf> = (...words) => callOf(registry)(...words);

beforeEach(async () => {
  served = createTalk();
  talk.open = served.open;
  registry = createRegistry();
  bubble = addEntry(registry);
  mount(registry, bubble);
  await settled();
});
afterEach(() => clearPage(registry));

describe("verbs", () => {
  test("open, close and toggle", async () => {
    const isOpen = async () => ((await call("instances")) as { isOpen: boolean }[])[0]?.isOpen;
    await call("open");
    expect(await isOpen()).toBe(true);
    await call("close");
    expect(await isOpen()).toBe(false);
    await call("toggle");
    expect(await isOpen()).toBe(true);
  });
  test("that are none are refused with those that are", async () => {
    await expect(call("dance")).rejects.toThrow(/"dance".*open, close/);
    await expect(call("constructor")).rejects.toThrow(TypeError);
  });
  test("mean the bubble, or the instance that is named by room or id", async () => {
    const inline = addInline(registry, "help");
    await call("open");
    expect(bubble.view).toBeDefined();
    expect(inline.view).toBeUndefined();
    await call("open", "help");
    expect(inline.view).toBeDefined();
    await call("open", inline.id);
    await expect(call("open", "nowhere")).rejects.toThrow("instances()");
  });
  test("of an element that opens bring its room", async () => {
    const link = document.createElement("a");
    link.setAttribute("data-inglenook-open", "coffee");
    await call("open", link);
    expect(served.session.join).toHaveBeenLastCalledWith("coffee");
  });
  test("send answers with the cid, and wants text", async () => {
    await expect(call("send", "hello")).resolves.toBe("cid-1");
    expect(served.session.send).toHaveBeenCalledWith("", "hello");
    await expect(call("send", 7)).rejects.toThrow("must be text");
  });
  test("setTheme takes one of three", async () => {
    await call("setTheme", "dark");
    expect((bubble.view as unknown as { panel: HTMLElement }).panel.dataset.theme).toBe("dark");
    await expect(call("setTheme", "pink")).rejects.toThrow("auto, light, dark");
  });
  test("hide and show tell the page", async () => {
    const notified: string[] = [];
    for (const name of ["hide", "show"])
      bubble.host.addEventListener(`inglenook:${name}`, () => notified.push(name));
    await call("hide");
    await call("hide");
    expect(bubble.host.hidden).toBe(true);
    await call("show");
    expect(notified).toEqual(["hide", "show"]);
  });
  test("unread is of the room that is shown, and nothing before anybody opened", async () => {
    await expect(call("unread")).resolves.toBe(0);
  });
  test("debug tells the version and the place in the room", async () => {
    await call("open");
    const notified = (await call("debug")) as { version: string; instances: { at: unknown }[] };
    expect(notified.version).toBe("9.9.9");
    expect(notified.instances[0]?.at).toMatchObject({ room: "lobby", epoch: "epochone1" });
  });
});

describe("identify", () => {
  const named = (name: string) => call("identify", { name, hash: "ignored" });
  test("gives the name at once, or as soon as there is somebody", async () => {
    served.state.visitor = null;
    await call("open");
    await named("Zora");
    expect(served.session.rename).not.toHaveBeenCalled();
    served.state.visitor = { id: "v_me", name: "Amber Otter", role: "visitor" };
    served.emit("ready", {
      visitor: served.state.visitor,
      site: served.session.snapshot().site as never,
    });
    await settled();
    expect(served.session.rename).toHaveBeenCalledWith("Zora");
  });
  test("gives a name once: what the visitor changed it to stays", async () => {
    await call("open");
    await named("Zora");
    await named("Zora");
    expect(served.session.rename).toHaveBeenCalledTimes(1);
    await named("Zora Quill");
    expect(served.session.rename).toHaveBeenCalledTimes(2);
  });
  test("without a name is refused", async () => {
    await expect(call("identify", {})).rejects.toThrow("identify() needs { name }");
  });
});

describe("events", () => {
  test("come by on, once and off", async () => {
    const heard: string[] = [];
    const again = () => heard.push("on");
    const stop = call("on", "open", again) as unknown as () => void;
    call("once", "open", () => heard.push("once"));
    for (let time = 0; time < 2; time += 1) {
      await call("open");
      await call("close");
    }
    expect(heard).toEqual(["on", "once", "on"]);
    stop();
    call("on", "open", again);
    await call("off", "open", again);
    await call("open");
    expect(heard).toHaveLength(3);
  });
  test("of messages have the text for those who asked by on, and not for the window", async () => {
    await call("open");
    const details: Record<string, unknown>[] = [];
    call("on", "message", (detail: never) => details.push(detail));
    const onWindow = (event: Event) => details.push((event as CustomEvent).detail);
    addEventListener("inglenook:message", onWindow);
    served.emit("message", { room: "lobby", message: said(4, "v_me", undefined, { body: "hi" }) });
    removeEventListener("inglenook:message", onWindow);
    expect(details[0]).toMatchObject({ body: "hi", own: true, room: "lobby", instance: bubble.id });
    expect(details[1]).not.toHaveProperty("body");
  });
  test("come once, from the instance that shows the room", async () => {
    const inline = addInline(registry, "help");
    served.state.rooms.set("help", {
      ...(served.state.rooms.get("lobby") ?? roomState()),
      room: "help",
    });
    await call("open");
    await call("open", "help");
    const from: unknown[] = [];
    call("on", "presence", (detail: never) => from.push((detail as { instance: string }).instance));
    served.emit("presence", { room: "help", count: 2 });
    expect(from).toEqual([inline.id]);
  });
  test("include ready for those who came late", async () => {
    const heard: unknown[] = [];
    call("on", "ready", (detail: never) => heard.push(detail));
    await call("open");
    expect(heard).toHaveLength(1);
    expect(heard[0]).toMatchObject({ name: "Amber Otter", site: "Demo site" });
  });
  test("let the page forbid an opening by returning false", async () => {
    const stop = call("on", "open", () => false) as unknown as () => void;
    await call("open");
    expect(((await call("instances")) as { isOpen: boolean }[])[0]?.isOpen).toBe(false);
    stop();
  });
});

describe("destroy", () => {
  test("takes all off the page", async () => {
    await call("open");
    await call("destroy");
    expect(document.querySelector("inglenook-chat")).toBeNull();
    expect(served.session.close).toHaveBeenCalled();
    await expect(call("instances")).resolves.toEqual([]);
    await expect(call("open")).rejects.toThrow("no chat on this page");
  });
  test("of one leaves the others, and its place stays empty until boot", async () => {
    const inline = addInline(registry, "help");
    await call("destroy", "help");
    expect(inline.host.isConnected).toBe(false);
    expect(bubble.host.isConnected).toBe(true);
    expect(registry.all.map(({ id }) => id)).toContain(inline.id);
    await call("boot");
    expect(registry.all.map(({ id }) => id)).not.toContain(inline.id);
    expect(registry.boot).toHaveBeenCalled();
  });
});

test("calls that were kept are answered", async () => {
  const later = createRegistry();
  const entry = addEntry(later);
  const answers: unknown[] = [];
  later.queue.push(["instances", [], (answer: unknown) => answers.push(answer), () => {}] as never);
  mount(later, entry);
  await settled();
  expect(later.queue).toHaveLength(0);
  await expect(answers[0]).resolves.toHaveLength(1);
});

test("options that are wrong are named once in the console", async () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  addEntry(registry, { room: "b", theme: "lihgt" });
  await call("open", "b");
  await call("close", "b");
  await call("open", "b");
  await vi.dynamicImportSettled();
  expect(warn.mock.calls.map(([sentence]) => sentence)).toEqual([
    expect.stringContaining('data-theme="lihgt"'),
  ]);
});
