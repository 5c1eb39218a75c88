// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  addTag,
  buttonOf,
  cleanPage,
  hosts,
  type Imported,
  newImport,
  registry,
  runEmbed,
  settled,
} from "./support/tag.ts";

let imported: Imported;
beforeEach(() => {
  imported = newImport();
});
afterEach(() => {
  cleanPage();
  vi.restoreAllMocks();
});

function start(attributes: Record<string, string> = {}): Imported {
  addTag(attributes);
  return runEmbed(imported);
}
function addPlace(room: string, attributes: Record<string, string> = {}): HTMLElement {
  const place = document.createElement("div");
  place.setAttribute("data-inglenook-room", room);
  for (const [name, value] of Object.entries(attributes)) place.setAttribute(name, value);
  document.body.append(place);
  return place;
}

describe("before anybody acts", () => {
  test("there is a launcher below <html>, no import and nothing stored", () => {
    const write = vi.spyOn(Storage.prototype, "setItem");
    start();
    expect(hosts()).toHaveLength(1);
    expect(hosts()[0]?.parentElement).toBe(document.documentElement);
    expect(buttonOf(hosts()[0]).ariaLabel).toBe("Chat");
    expect(imported.asked).toEqual([]);
    expect(write).not.toHaveBeenCalled();
  });
  test("without data-site there is a sentence in the console", () => {
    const complain = vi.spyOn(console, "error").mockImplementation(() => {});
    runEmbed(imported);
    expect(complain.mock.calls.join()).toContain("data-site");
    expect(hosts()).toHaveLength(0);
  });
  test("a key that is none is named there", () => {
    const complain = vi.spyOn(console, "error").mockImplementation(() => {});
    const tag = addTag({ "data-site": "sk_secret" });
    Object.defineProperty(document, "currentScript", { value: tag, configurable: true });
    runEmbed(imported);
    Reflect.deleteProperty(document, "currentScript");
    expect(complain.mock.calls.join(" ")).toContain("sk_secret");
    expect(hosts()).toHaveLength(0);
  });
  test("a key may have blanks round it", () => {
    const complain = vi.spyOn(console, "error");
    start({ "data-site": " pk_one\n" });
    expect(registry().all[0]?.data.site).toBe("pk_one");
    expect(complain).not.toHaveBeenCalled();
  });
  test.each<Record<string, string>>([
    { "data-mode": "inline" },
    { "data-mode": "inline", "data-target": "#later" },
  ])("the places of %o may come later, without a word in the console", (attributes) => {
    const complain = vi.spyOn(console, "error");
    start(attributes);
    expect(hosts()).toHaveLength(0);
    expect(complain).not.toHaveBeenCalled();
  });
  test("a tag that its loader took out of the page at once still counts", () => {
    const tag = addTag();
    tag.remove();
    Object.defineProperty(document, "currentScript", { value: tag, configurable: true });
    runEmbed(imported);
    Reflect.deleteProperty(document, "currentScript");
    expect(hosts()).toHaveLength(1);
  });
  test.each([
    ["text/plain", "before"],
    ["text/plain", "behind"],
    ["javascript/blocked", "before"],
  ])("a copy that consent tools keep, of type %s, %s the tag, is left", (type, where) => {
    const copy = document.createElement("script");
    copy.type = type;
    copy.dataset.src = "https://chat.example/embed.js";
    copy.dataset.site = `pk_${"x".repeat(32)}`;
    const withAddress = copy.cloneNode() as HTMLScriptElement;
    Object.defineProperty(withAddress, "src", { value: "https://chat.example/embed.js" });
    const tag = addTag({ type: "text/javascript" });
    if (where === "before") tag.before(copy, withAddress);
    else tag.after(copy, withAddress);
    runEmbed(imported);
    expect(registry().all.map((entry) => entry.tag)).toEqual([tag]);
  });
  test("options are on the launcher already", () => {
    start({
      "data-position": "bottom-left",
      "data-offset-x": "7",
      "data-z-index": "3",
      "data-accent": "#123456",
      "data-launcher-label": "Talk",
    });
    const [host] = hosts();
    expect(host?.dir).toBe("");
    expect(host?.style.getPropertyValue("--ing-left")).toBe("7px");
    expect(host?.style.getPropertyValue("--ing-right")).toBe("");
    expect(host?.style.getPropertyValue("--z")).toBe("3");
    expect(host?.style.getPropertyValue("--ing-accent")).toBe("#123456");
    expect(buttonOf(host).ariaLabel).toBe("Talk");
  });
  test("data-launcher=none draws none", () => {
    start({ "data-launcher": "none" });
    expect(hosts()).toHaveLength(1);
    expect(buttonOf(hosts()[0])).toBeNull();
  });
});

describe("intent", () => {
  test("pointing at the launcher imports the code and starts nothing", async () => {
    start();
    buttonOf(hosts()[0]).dispatchEvent(new Event("pointerenter"));
    expect(imported.asked).toEqual(["https://chat.example/widget/widget.abc.js"]);
    await settled();
    expect(imported.mount).not.toHaveBeenCalled();
  });
  test("a press starts it", async () => {
    start();
    buttonOf(hosts()[0]).click();
    await settled();
    expect(imported.mount).toHaveBeenCalledWith(registry(), registry().all[0], "toggle");
  });
  test("an import that failed is asked for at another address, and the launcher says so in sight", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    start();
    imported.fails = true;
    buttonOf(hosts()[0]).click();
    await settled();
    expect(buttonOf(hosts()[0]).textContent).toContain("Offline");
    expect(buttonOf(hosts()[0]).ariaLabel).toContain("Offline");
    imported.fails = false;
    buttonOf(hosts()[0]).click();
    await settled();
    expect(imported.asked).toEqual([
      "https://chat.example/widget/widget.abc.js",
      "https://chat.example/widget/widget.abc.js?",
    ]);
    expect(imported.mount).toHaveBeenCalledOnce();
    expect(buttonOf(hosts()[0]).textContent).toBe("");
  });
  test.each<Record<string, string>>([
    { "data-open": "true" },
    { "data-load": "eager" },
  ])("the owner may ask for it at once: %o", async (how) => {
    start(how);
    await settled();
    expect(imported.mount.mock.calls[0]?.[2]).toBe("start");
  });
  test("what was left open is opened again, unless the page says otherwise", async () => {
    addTag();
    sessionStorage.setItem(`inglenook-chatpk_${"x".repeat(32)}`, "1");
    runEmbed(imported);
    await settled();
    expect(imported.mount.mock.calls[0]?.[2]).toBe("start");
    cleanPage();
    imported = newImport();
    sessionStorage.setItem(`inglenook-chatpk_${"x".repeat(32)}`, "1");
    start({ "data-open": "false" });
    await settled();
    expect(imported.mount).not.toHaveBeenCalled();
  });
  test("an element of the page with data-inglenook-open opens it", async () => {
    start({ "data-launcher": "none" });
    const link = Object.assign(document.createElement("a"), { href: "/elsewhere" });
    link.setAttribute("data-inglenook-open", "help");
    document.body.append(link);
    const press = new MouseEvent("click", { bubbles: true, cancelable: true });
    link.dispatchEvent(press);
    await settled();
    expect(press.defaultPrevented).toBe(true);
    expect(registry().queue[0]?.slice(0, 2)).toEqual(["open", [link]]);
    expect(imported.mount).toHaveBeenCalled();
  });
});

describe("a click", () => {
  const press = (target: EventTarget) =>
    target.dispatchEvent(new MouseEvent("click", { bubbles: true, composed: true }));
  test("on what is no element is nobody's fault", () => {
    const failed = vi.fn();
    addEventListener("error", failed);
    start();
    const text = document.body.appendChild(document.createTextNode("words"));
    for (const target of [document, document.documentElement, text, window]) press(target);
    removeEventListener("error", failed);
    expect(failed).not.toHaveBeenCalled();
    expect(registry().queue).toEqual([]);
  });
  test("within a shadow root of the page opens the chat", async () => {
    start();
    const root = document.body.appendChild(document.createElement("p")).attachShadow({
      mode: "open",
    });
    const opener = root.appendChild(document.createElement("button"));
    opener.dataset.inglenookOpen = "";
    press(opener.appendChild(document.createElement("b")));
    await settled();
    expect(registry().queue[0]?.slice(0, 2)).toEqual(["open", [opener]]);
  });
});

describe("who has written and comes back", () => {
  const KEY = `inglenook:pk_${"x".repeat(32)}:`;
  const rooms = [
    { slug: "lobby", unread: 2 },
    { slug: "lobby-2", unread: 50 },
    { slug: "p_mine", unread: 1 },
  ];
  let asked: ReturnType<typeof vi.fn>;
  beforeEach(() => {
    asked = vi.fn(async () => new Response(JSON.stringify({ rooms })));
    vi.stubGlobal("fetch", asked);
    localStorage.setItem(`${KEY}token`, "token-one");
    localStorage.setItem(`${KEY}heeds`, " lobby p_mine ");
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    localStorage.clear();
  });

  test("is told how much is unread, by one call", async () => {
    start();
    await settled();
    const button = buttonOf(hosts()[0]);
    expect(button.dataset.unread).toBe("3");
    expect(button.ariaLabel).toBe("Chat 3");
    expect(asked.mock.calls.map(([url, init]) => [String(url), init.headers])).toEqual([
      [
        `https://chat.example/api/v1/pk_${"x".repeat(32)}/rooms`,
        { Authorization: "Bearer token-one" },
      ],
    ]);
    expect(imported.asked).toEqual([]);
  });
  test("hears nothing where nothing is unread, or the call fails", async () => {
    asked.mockResolvedValue(new Response(JSON.stringify({ rooms: [] })));
    start();
    await settled();
    cleanPage();
    asked.mockRejectedValue(new TypeError("Failed to fetch"));
    start();
    await settled();
    expect(asked).toHaveBeenCalledTimes(2);
    expect(buttonOf(hosts()[0]).dataset.unread).toBeUndefined();
    expect(buttonOf(hosts()[0]).ariaLabel).toBe("Chat");
  });
  test.each<Record<string, string>>([
    { "data-storage": "none" },
    { "data-storage": "session" },
  ])("is somebody new to a page that does not look there: %o", async (attributes) => {
    start(attributes);
    await settled();
    expect(asked).not.toHaveBeenCalled();
  });
  test("and who only looked costs no call", async () => {
    localStorage.removeItem(`${KEY}heeds`);
    start();
    await settled();
    expect(asked).not.toHaveBeenCalled();
  });
});

describe("inline rooms", () => {
  test("have a button each, named by the room, and no launcher in inline mode", () => {
    const places = [addPlace("lobby"), addPlace("help", { "data-launcher-label": "Ask" })];
    start({ "data-mode": "inline" });
    expect(hosts().map(({ parentElement }) => parentElement)).toEqual(places);
    expect(hosts().map((host) => buttonOf(host).textContent)).toEqual(["Chat lobby", "Ask"]);
  });
  test("that come later are found, and those that go are left", async () => {
    start({ "data-mode": "inline" });
    const place = addPlace("lobby");
    await vi.waitFor(() => expect(registry().all).toHaveLength(1));
    buttonOf(hosts()[0]).click();
    await settled();
    const { view } = registry().all[0] as { view: { unmount(): void } };
    place.remove();
    await vi.waitFor(() => expect(registry().all).toHaveLength(0));
    expect(view.unmount).toHaveBeenCalledOnce();
  });
  test("are found again after the last one left the page", async () => {
    start({ "data-mode": "inline" });
    for (const room of ["lobby", "help", "lobby"]) {
      const place = addPlace(room);
      await vi.waitFor(() => expect(hosts()[0]?.parentElement).toBe(place));
      place.remove();
      await vi.waitFor(() => expect(registry().all).toEqual([]));
    }
  });
  test("follow a place that the page reuses for another room", async () => {
    start({ "data-mode": "inline" });
    const place = addPlace("lobby");
    const labels = () => hosts().map((host) => buttonOf(host).textContent);
    await vi.waitFor(() => expect(labels()).toEqual(["Chat lobby"]));
    place.setAttribute("data-inglenook-room", "help");
    await vi.waitFor(() => expect(labels()).toEqual(["Chat help"]));
  });
  test("are found within shadow roots of the page, also in those that come later", async () => {
    const openRoot = (parent: Node) =>
      parent.appendChild(document.createElement("div")).attachShadow({ mode: "open" });
    const outer = openRoot(document.body);
    const inner = openRoot(outer);
    const place = inner.appendChild(document.createElement("div"));
    place.dataset.inglenookRoom = "lobby";
    start({ "data-mode": "inline" });
    expect(place.querySelector("inglenook-chat")).not.toBeNull();
    place.remove();
    await vi.waitFor(() => expect(registry().all).toEqual([]));

    const later = openRoot(inner).appendChild(document.createElement("div"));
    later.dataset.inglenookRoom = "help";
    await vi.waitFor(() => expect(later.querySelector("inglenook-chat")).not.toBeNull());
  });
  test("are those of the default where the selector is none", () => {
    const place = addPlace("lobby");
    start({ "data-mode": "inline", "data-target": "##" });
    expect(hosts()[0]?.parentElement).toBe(place);
  });
  test("are found by a selector of the page's own", () => {
    const place = Object.assign(document.createElement("section"), { id: "talk" });
    document.body.append(place);
    start({ "data-mode": "inline", "data-target": "#talk", "data-room": "lobby" });
    expect(hosts()[0]?.parentElement).toBe(place);
    expect(buttonOf(hosts()[0]).textContent).toBe("Chat lobby");
  });
});

describe("a page that changes", () => {
  test("may run the file again, and add the same tag again", () => {
    start();
    runEmbed(imported);
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
    expect(imported.mount).toHaveBeenCalled();
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
    expect(imported.asked).toEqual([]);
  });
  test("that need the chat bring it", async () => {
    start();
    void (registry().open as () => unknown)();
    await settled();
    expect(imported.mount).toHaveBeenCalled();
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
    runEmbed(imported);
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
