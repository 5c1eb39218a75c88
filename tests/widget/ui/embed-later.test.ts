// @vitest-environment happy-dom
import { describe, expect, test, vi } from "vitest";
import {
  addTag,
  buttonOf,
  hosts,
  onCleanPages,
  registry,
  runEmbed,
  settled,
} from "./support/tag.ts";

const { files, start } = onCleanPages();
describe("a page that changes", () => {
  test("may run the file again, and add the same tag again", () => {
    start();
    runEmbed(files());
    start();
    expect(hosts()).toHaveLength(1);
  });
  test("gets a second bubble for a second room", () => {
    start({ "data-room": "a" });
    start({ "data-room": "b" });
    expect(hosts()).toHaveLength(2);
  });
  test("may throw its body away", async () => {
    start();
    const [host] = hosts();
    document.body.replaceWith(document.createElement("body"));
    await settled();
    expect(hosts()).toEqual([host]);
  });
  test("and takes the listeners with it, as document.open does, gets a new chat", async () => {
    start();
    const [host] = hosts();
    if (host) host.onabort = null;
    host?.remove();
    await vi.waitFor(() => expect(hosts()).toHaveLength(1));
    expect(hosts()[0]).not.toBe(host);
    buttonOf(hosts()[0]).click();
    await settled();
    expect(files().mount).toHaveBeenCalled();
  });
  test("gets the host back that a router threw away", async () => {
    start();
    const [host] = hosts();
    host?.remove();
    await vi.waitFor(() => expect(hosts()).toEqual([host]));
  });
});

describe("calls before the chat is here", () => {
  test("are kept with their promises", async () => {
    start();
    const answer = registry()("setTheme", "dark");
    const [verb, args, resolve] = registry().queue[0] as never as [
      string,
      unknown[],
      (answer: unknown) => void,
    ];
    expect([verb, args]).toEqual(["setTheme", ["dark"]]);
    resolve("done");
    await expect(answer).resolves.toBe("done");
    expect(files().asked).toEqual([]);
  });
  test("that need the chat bring it", async () => {
    start();
    void (registry().open as () => unknown)();
    await settled();
    expect(files().mount).toHaveBeenCalled();
  });
  test("with a word that is none are refused with those that are", async () => {
    start();
    await expect(registry()("dance")).rejects.toThrow(/dance.*toggle,open/);
  });
  test("of on answer with the way to stop", () => {
    start();
    const listener = () => {};
    const stop = registry()("on", "open", listener) as () => void;
    stop();
    expect(registry().queue.map(([verb, args]) => [verb, args])).toEqual([
      ["on", ["open", listener]],
      ["off", ["open", listener]],
    ]);
  });
  test("of the page's own stub are answered too", () => {
    addTag();
    const calls = (function (..._: unknown[]) {
      // biome-ignore lint/complexity/noArguments: as the documented stub does.
      return [arguments];
    })("setTheme", "dark");
    window.Inglenook = Object.assign(() => {}, { q: calls }) as never;
    runEmbed(files());
    expect(registry().queue.map(([verb]) => verb)).toEqual(["setTheme"]);
  });
  test("hide and show work on the launcher", async () => {
    start();
    await registry()("hide");
    expect(hosts()).toHaveLength(0);
    await registry()("show");
    expect(hosts()).toHaveLength(1);
  });
  test("destroy takes it away, also when the page changes, until boot", async () => {
    start();
    await registry()("destroy");
    document.body.append(document.createElement("p"));
    await settled();
    expect(hosts()).toHaveLength(0);
    registry().boot();
    expect(hosts()).toHaveLength(1);
  });
  test("go to the widget once it has taken over", () => {
    start();
    registry().run = vi.fn(() => 42);
    expect((registry().unread as () => unknown)()).toBe(42);
    expect(registry().run).toHaveBeenCalledWith("unread", []);
  });
});
