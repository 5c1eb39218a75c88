import { afterEach, describe, expect, test, vi } from "vitest";
import { type Backing, openStore } from "../../widget/src/storage.ts";
import { closeBrowser, FakeStorage, openBrowser, pass } from "./support/browser.ts";
import { ROOM } from "./support/frames.ts";
import { pendingOf, talk } from "./support/talking.ts";

function refuse(): never {
  throw new DOMException("no", "SecurityError");
}

afterEach(() => vi.unstubAllGlobals());

describe("a store", () => {
  test("touches nothing before it is used", () => {
    const find = vi.fn(() => new FakeStorage());
    const store = openStore("local", "a:", find);
    expect(find).not.toHaveBeenCalled();
    store.get("x");
    store.get("y");
    expect(find).toHaveBeenCalledTimes(1);
  });

  test("keeps to its own keys", () => {
    const storage = new FakeStorage();
    storage.setItem("theirs", "1");
    const store = openStore("local", "a:", () => storage);
    store.set("out:1", "x");
    store.set("token", "t");
    expect(store.keys("out:")).toEqual(["out:1"]);
    store.remove("out:1");
    expect([...storage.items.keys()]).toEqual(["theirs", "a:token"]);
  });

  test.each([
    ["is missing", () => null],
    ["throws when it is looked at", refuse],
    [
      "throws at every use",
      (): Backing => ({
        getItem: refuse,
        setItem: refuse,
        removeItem: refuse,
        key: refuse,
        length: 3,
      }),
    ],
  ])("that %s works from memory", (_, find) => {
    const store = openStore("local", "a:", find);
    store.set("k", "v");
    expect(store.get("k")).toBe("v");
    expect(store.keys("")).toEqual(["k"]);
    store.remove("k");
    expect(store.get("k")).toBeNull();
  });

  test("puts a new value in the place of the old one, with no moment without either", () => {
    const storage = new FakeStorage();
    const store = openStore("local", "a:", () => storage);
    store.set("k", "old");
    storage.removeItem = refuse;
    store.set("k", "new");
    expect(storage.items.get("a:k")).toBe("new");
  });

  test("that is full keeps the new value and not the old one", () => {
    const storage = new FakeStorage();
    const store = openStore("local", "a:", () => storage);
    store.set("k", "old");
    storage.setItem = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
    store.set("k", "new");
    expect(store.get("k")).toBe("new");
    expect(storage.items.size).toBe(0);
  });

  test("of the kind none uses no storage of the browser", () => {
    const storage = new FakeStorage();
    vi.stubGlobal("localStorage", storage);
    vi.stubGlobal("sessionStorage", storage);
    openStore("none", "a:").set("k", "v");
    expect(storage.items.size).toBe(0);
  });

  test("finds the browser's storage by its kind, and lives with a getter that throws", () => {
    const [local, session] = [new FakeStorage(), new FakeStorage()];
    vi.stubGlobal("localStorage", local);
    vi.stubGlobal("sessionStorage", session);
    openStore("local", "a:").set("k", "1");
    openStore("session", "a:").set("k", "2");
    expect([local.getItem("a:k"), session.getItem("a:k")]).toEqual(["1", "2"]);
    const original = Object.getOwnPropertyDescriptor(globalThis, "localStorage");
    Object.defineProperty(globalThis, "localStorage", { configurable: true, get: refuse });
    expect(openStore("local", "a:").get("k")).toBeNull();
    if (original) Object.defineProperty(globalThis, "localStorage", original);
  });
});

test("a chat whose storage throws still talks", async () => {
  const storage = new FakeStorage();
  for (const name of ["getItem", "setItem", "removeItem", "key"] as const) storage[name] = refuse;
  openBrowser(storage);
  const { session, socket } = await talk();
  session.send(ROOM, "hello");
  expect(socket.of("send")).toHaveLength(1);
  expect(pendingOf(session)).toEqual([["hello", "sending"]]);
  await pass(1000);
  session.close();
  closeBrowser();
});
