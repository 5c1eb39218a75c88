// @vitest-environment happy-dom
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  addTag,
  buttonOf,
  hosts,
  onCleanPages,
  registry,
  runEmbed,
  settled,
} from "./support/tag.ts";

const { files, nextPage, start } = onCleanPages();
function addPlace(room: string, attributes: Record<string, string> = {}): HTMLElement {
  const place = document.createElement("div");
  place.setAttribute("data-inglenook-room", room);
  for (const [name, value] of Object.entries(attributes)) place.setAttribute(name, value);
  document.body.append(place);
  return place;
}

test("a page that is cleaned is looked at no more, though it had just changed", async () => {
  const timers = vi.useFakeTimers();
  start();
  document.body.append(document.createElement("p"));
  await vi.waitFor(() => expect(timers.getTimerCount()).toBe(1));
  nextPage();
  const left = timers.getTimerCount();
  vi.useRealTimers();
  expect(left).toBe(0);
});

describe("before anybody acts", () => {
  test("there is a launcher below <html>, no import and nothing stored", () => {
    const write = vi.spyOn(Storage.prototype, "setItem");
    start();
    expect(hosts()).toHaveLength(1);
    expect(hosts()[0]?.parentElement).toBe(document.documentElement);
    expect(buttonOf(hosts()[0]).ariaLabel).toBe("Chat");
    expect(files().asked).toEqual([]);
    expect(write).not.toHaveBeenCalled();
  });
  test("without data-site there is a sentence in the console", () => {
    const complain = vi.spyOn(console, "error").mockImplementation(() => {});
    runEmbed(files());
    expect(complain.mock.calls.join()).toContain("data-site");
    expect(hosts()).toHaveLength(0);
  });
  test("a key that is none is named there", () => {
    const complain = vi.spyOn(console, "error").mockImplementation(() => {});
    const tag = addTag({ "data-site": "sk_secret" });
    Object.defineProperty(document, "currentScript", { value: tag, configurable: true });
    runEmbed(files());
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
    runEmbed(files());
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
    runEmbed(files());
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
    expect(files().asked).toEqual(["https://chat.example/widget/widget.abc.js"]);
    await settled();
    expect(files().mount).not.toHaveBeenCalled();
  });
  test("a press starts it", async () => {
    start();
    buttonOf(hosts()[0]).click();
    await settled();
    expect(files().mount).toHaveBeenCalledWith(registry(), registry().all[0], "toggle");
  });
  test("an import that failed is asked for at another address, and the launcher says so in sight", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    start();
    files().fails = true;
    buttonOf(hosts()[0]).click();
    await settled();
    expect(buttonOf(hosts()[0]).textContent).toContain("Offline");
    expect(buttonOf(hosts()[0]).ariaLabel).toContain("Offline");
    files().fails = false;
    buttonOf(hosts()[0]).click();
    await settled();
    expect(files().asked).toEqual([
      "https://chat.example/widget/widget.abc.js",
      "https://chat.example/widget/widget.abc.js?",
    ]);
    expect(files().mount).toHaveBeenCalledOnce();
  });
  test.each<Record<string, string>>([
    { "data-open": "true" },
    { "data-load": "eager" },
  ])("the owner may ask for it at once: %o", async (how) => {
    start(how);
    await settled();
    expect(files().mount.mock.calls[0]?.[2]).toBe("start");
  });
  describe("what was left open", () => {
    const site = `pk_${"x".repeat(32)}`;
    function leaveOpen() {
      sessionStorage.setItem(`inglenook-chat${site}`, "1");
      localStorage.setItem(`inglenook:${site}:open`, "1");
    }
    afterEach(() => localStorage.clear());

    test("is opened again, unless the page says otherwise", async () => {
      addTag();
      leaveOpen();
      runEmbed(files());
      await settled();
      expect(files().mount.mock.calls[0]?.[2]).toBe("start");
      nextPage();
      leaveOpen();
      start({ "data-open": "false" });
      await settled();
      expect(files().mount).not.toHaveBeenCalled();
    });
    test("is not looked for where no chat was opened before", async () => {
      const looked = vi.spyOn(window, "sessionStorage", "get");
      start();
      await settled();
      expect(looked).not.toHaveBeenCalled();
      nextPage();
      leaveOpen();
      looked.mockClear();
      start();
      await settled();
      expect(looked).toHaveBeenCalled();
      looked.mockRestore();
    });
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
    expect(files().mount).toHaveBeenCalled();
  });
});

describe("a call before anybody opened the chat", () => {
  test.each(["open", "send", "reset"])("%s brings it", async (verb) => {
    start();
    void registry()(verb);
    await settled();
    expect(files().mount).toHaveBeenCalled();
    expect(registry().queue[0]?.[0]).toBe(verb);
  });
  test("a word that is no call brings nothing, and is refused", async () => {
    start();
    await expect(registry()("opne")).rejects.toThrow("opne");
    expect(files().mount).not.toHaveBeenCalled();
  });
  test.each(["setTheme", "update", "identify"])("%s waits for it", async (verb) => {
    start();
    void registry()(verb);
    await settled();
    expect(files().mount).not.toHaveBeenCalled();
    expect(registry().queue[0]?.[0]).toBe(verb);
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
  const heeds = `inglenook:pk_${"x".repeat(32)}:heeds`;
  const FILE = "https://chat.example/widget/returning.abc.js";
  afterEach(() => localStorage.clear());

  test("costs a small file, which is shown the launcher", async () => {
    localStorage.setItem(heeds, " lobby ");
    start();
    await settled();
    expect(files().asked).toEqual([FILE]);
    expect(files().tell).toHaveBeenCalledWith(registry().all[0]);
    expect(files().mount).not.toHaveBeenCalled();
  });
  test("may be without a network: then there is nothing to tell", async () => {
    localStorage.setItem(heeds, " lobby ");
    files().fails = true;
    start();
    await settled();
    expect(buttonOf(hosts()[0]).textContent).toBe("");
  });
  test.each<Record<string, string>>([
    { "data-storage": "none" },
    { "data-storage": "session" },
    { "data-open": "true" },
  ])("and is somebody else, or open already: %o", async (attributes) => {
    localStorage.setItem(heeds, " lobby ");
    start(attributes);
    await settled();
    expect(files().tell).not.toHaveBeenCalled();
  });
  test("and who only looked costs nothing", async () => {
    localStorage.setItem(heeds.replace("heeds", "token"), "token-one");
    start();
    await settled();
    expect(files().asked).toEqual([]);
  });
});

describe("inline rooms", () => {
  test("have a button each, named by the room, and no launcher in inline mode", () => {
    const places = [addPlace("lobby"), addPlace("help", { "data-launcher-label": "Ask" })];
    start({ "data-mode": "inline" });
    expect(hosts().map(({ parentElement }) => parentElement)).toEqual(places);
    expect(hosts().map((host) => buttonOf(host).textContent)).toEqual(["Chat lobby", "Ask"]);
  });
  test("of the page itself are named by what they are: nobody knows their name yet", () => {
    addPlace("auto");
    addPlace("autos");
    start({ "data-mode": "inline" });
    const labels = hosts().map((host) => buttonOf(host).textContent?.trim());
    expect(labels).toEqual(["Chat", "Chat autos"]);
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
