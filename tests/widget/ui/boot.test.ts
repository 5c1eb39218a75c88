// @vitest-environment happy-dom
/** `boot(options)`: an instance by options, found again by the same ones. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { hosts, onCleanPages, registry, runEmbed, settled } from "./support/tag.ts";

const { files, start } = onCleanPages();
const boot = (options: unknown): unknown => registry().boot(options);
const rooms = () => registry().all.map(({ id }) => id.replace(/^.*pk_x+/, ""));
const tags = () => document.querySelectorAll('script[type="inglenook/script"]');
/** As in a browser, where the file runs. */
beforeEach(() => {
  const tag = () => document.querySelector("script[data-site]") as HTMLScriptElement;
  vi.spyOn(document, "currentScript", "get").mockImplementation(tag);
});
afterEach(() => {
  for (const tag of tags()) tag.remove();
});
const errors = () => vi.spyOn(console, "error").mockImplementation(() => {});

test("makes an instance of another room, over the options of the tag", async () => {
  start({ "data-accent": "#00ff00" });
  await boot({ room: "help", offsetX: 44 });
  expect(rooms()).toEqual(["", "help"]);
  expect(registry().all[1]?.data).toMatchObject({
    room: "help",
    offsetX: "44",
    accent: "#00ff00",
  });
  expect(files().mount).not.toHaveBeenCalled();
});

test("twice with the same is once", async () => {
  start();
  await boot({ room: "help" });
  const known = hosts();
  await boot({ room: "help" });
  await boot({ room: "help", theme: "dark" });
  expect(hosts()).toEqual(known);
  await boot({ room: "help" });
  expect(tags()).toHaveLength(2);
});

test("of what the tag already has is the tag's", async () => {
  start();
  await boot({});
  await boot({ theme: "dark" });
  expect(hosts()).toHaveLength(1);
});

test("is over those of the first tag where the browser does not know which one runs", async () => {
  vi.spyOn(document, "currentScript", "get").mockReturnValue(null);
  start({ "data-accent": "#00ff00" });
  await boot({ room: "help" });
  expect(registry().all[1]?.data.accent).toBe("#00ff00");
});

test("fills the elements that its target names, also those that come later", async () => {
  start({ "data-mode": "inline" });
  document.body.insertAdjacentHTML("beforeend", '<div id="help"></div>');
  await boot({ room: "help", target: "#help" });
  expect(registry().all.map(({ place }) => place?.id)).toEqual(["help"]);
  // As Turbo and htmx do.
  document.body.replaceChildren();
  await settled();
  expect(hosts()).toHaveLength(0);
  document.body.insertAdjacentHTML("beforeend", '<div id="help"></div>');
  await boot({ room: "help", target: "#help" });
  expect(registry().all.map(({ place }) => place?.id)).toEqual(["help"]);
  expect(tags()).toHaveLength(1);
});

test("after destroy() brings back what it means, and nothing else", async () => {
  start({ "data-mode": "inline" });
  await boot({ room: "help", mode: "bubble" });
  await registry()("destroy");
  expect(hosts()).toHaveLength(0);
  await boot({ room: "lobby", mode: "bubble" });
  expect(rooms()).toEqual(["lobby"]);
});

test("makes the first instance of a page whose tag names no site", async () => {
  errors();
  const tag = Object.assign(document.createElement("script"), { type: "none" });
  Object.defineProperty(tag, "src", { value: "https://chat.example/embed.js" });
  vi.spyOn(document, "currentScript", "get").mockReturnValue(tag);
  runEmbed(files());
  expect(hosts()).toHaveLength(0);
  await boot({ site: `pk_${"x".repeat(32)}`, room: "lobby" });
  expect(rooms()).toEqual(["lobby"]);
});

test.each([
  [{ rom: "help" }, 'there is no option "rom"'],
  [{ theme: "green" }, 'data-theme="green" is not understood'],
  [{ target: document.createElement("div") }, '"target" must be text'],
  [{ site: "help" }, 'it needs { site: "pk_…" }'],
  ["help", "it takes an object"],
  [["help"], "it takes an object"],
  [{ "offset-x": 3 }, 'there is no option "offset-x"'],
])("%j is named in the console, and throws nothing", async (options, sentence) => {
  const error = errors();
  start();
  await boot(options);
  expect(error.mock.calls.join()).toContain(sentence);
  expect(hosts()).toHaveLength(1);
});

test("as a word is the same, and waits for no chat", async () => {
  start();
  await registry()("boot", { room: "help" });
  expect(rooms()).toEqual(["", "help"]);
  expect(files().mount).not.toHaveBeenCalled();
});
