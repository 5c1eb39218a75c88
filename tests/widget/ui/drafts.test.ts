// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Entry, Registry } from "../../../widget/src/entry.ts";
import { addEntry, createRegistry, createTalk, settled } from "./support/served.ts";

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

beforeEach(async () => {
  served = createTalk();
  talk.open = served.open;
  registry = createRegistry();
  bubble = addEntry(registry);
  await mount(registry, bubble).open(false);
  await settled();
});
afterEach(() => {
  for (const entry of [...registry.all]) registry.drop(entry);
  document.body.replaceChildren();
  localStorage.clear();
  vi.restoreAllMocks();
});

const field = () => bubble.host.shadowRoot?.querySelector("textarea") as HTMLTextAreaElement;

/** What another tab did, without a word of it. */
function leave(text: string | null, room = ""): void {
  const { store } = served.session;
  if (text === null) store.remove(`draft:${room}`);
  else store.set(`draft:${room}`, text);
}

/** The same, as the browser tells it. */
async function type(text: string | null, room = ""): Promise<void> {
  leave(text, room);
  const key = `inglenook:pk_x:draft:${room}`;
  dispatchEvent(Object.assign(new Event("storage"), { key, newValue: text }));
  await settled();
}

test("a draft typed in another tab appears here, and is gone when it is sent there", async () => {
  await type("Is it still");
  expect(field().value).toBe("Is it still");
  await type("Is it still there?");
  expect(field().value).toBe("Is it still there?");
  await type(null);
  expect(field().value).toBe("");
});

test("what is being written here stays", async () => {
  field().focus();
  vi.spyOn(document, "hasFocus").mockReturnValue(true);
  field().value = "Just a mo";
  field().dispatchEvent(new Event("input", { bubbles: true }));
  await settled();
  await type("From elsewhere");
  expect(field().value).toBe("Just a mo");
});

test("a field that has the focus of a window in the back is not being written in", async () => {
  field().focus();
  vi.spyOn(document, "hasFocus").mockReturnValue(false);
  await type("From the window in front");
  expect(field().value).toBe("From the window in front");
});

test("drafts of other rooms and other keys of the page change nothing", async () => {
  await type("Elsewhere", "help");
  dispatchEvent(Object.assign(new Event("storage"), { key: null }));
  await settled();
  expect(field().value).toBe("");
});

test.each([
  ["out of the browser's cache", () => dispatchEvent(new Event("pageshow"))],
  ["into sight", () => document.dispatchEvent(new Event("visibilitychange"))],
])("a page that comes %s shows what was typed or sent meanwhile", async (_, come) => {
  await type("Hello");
  field().focus();
  vi.spyOn(document, "hasFocus").mockReturnValue(true);
  leave(null);
  come();
  await settled();
  expect(field().value).toBe("");
});

test("nothing is stored again, so that two tabs do not go on for ever", async () => {
  const set = vi.spyOn(served.session.store, "set");
  const remove = vi.spyOn(served.session.store, "remove");
  await type("Hello");
  await type(null);
  expect(set).toHaveBeenCalledTimes(1);
  expect(remove).toHaveBeenCalledTimes(1);
});
