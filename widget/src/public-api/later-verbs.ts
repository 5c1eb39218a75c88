/**
 * Calls that few pages make, in a file of their own: what changes an instance that is already
 * there, what says or forgets who the visitor is, and what tells of it.
 *
 * What it needs of the panel's code it is handed: a file of its own may bring none of it.
 */

import type { Entry, Registry } from "../entry.ts";
import type * as Options from "../options.ts";
import { accentTokens } from "../parts/parts.ts";
import type { StorageKind, storeOfSite } from "../storage.ts";
import type { ChatView } from "../ui/chat-view.ts";
import type { lookFile } from "../ui/outside.ts";
import type { Attributes } from "./about-visitor.ts";
import type { ConversationEvents } from "./conversation-events.ts";
import { debugLine, describe } from "./describe.ts";
import type { Instances } from "./instances.ts";
import type { Listeners } from "./listeners.ts";

export interface Tools {
  readonly registry: Registry;
  readonly instances: Instances;
  readonly listeners: Listeners;
  readonly events: ConversationEvents;
  readonly lookFile: typeof lookFile;
  readonly storeOfSite: typeof storeOfSite;
  readonly meaningOf: typeof Options.meaningOf;
  readonly OPTIONS: typeof Options.OPTIONS;
}

type Verb = (tools: Tools, ...args: readonly unknown[]) => unknown;
type Changes = Readonly<Record<string, string>>;

/** What is decided once, when the tag runs. */
const FIXED = [
  "site",
  "room",
  "mode",
  "target",
  "look",
  "load",
  "storage",
  "transport",
  "userName",
];
/** What embed.js draws by. */
const PLACING = ["position", "offsetX", "offsetY", "zIndex", "accent", "launcher"];
/** In the store of the site (features/terms/asked.ts). */
const CONSENT = "consent";

function recordOf(
  value: unknown,
  what: string,
  example: string,
): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>;
  throw new TypeError(`${what} must be an object, such as ${example}.`);
}

/** Each as it counts; throws before anything is changed. */
function changesOf({ meaningOf, OPTIONS }: Tools, asked: unknown): Changes {
  const may = Object.keys(OPTIONS).filter((name) => !FIXED.includes(name));
  const read = Object.entries(recordOf(asked, "update()", '{ theme: "dark" }')).map(
    ([name, value]) => {
      if (!may.includes(name))
        throw new TypeError(`update() has no "${name}". It has: ${may.join(", ")}.`);
      const option = OPTIONS[name as keyof typeof OPTIONS];
      const text = `${value ?? ""}`.trim();
      const meaning = text === "" ? option.fallback : meaningOf(name, text);
      if (typeof meaning !== "string") {
        const allowed = "values" in option ? ` It is one of ${option.values.join(", ")}.` : "";
        throw new TypeError(`update(): ${name} "${text}" is not understood.${allowed}`);
      }
      return [name, meaning] as const;
    },
  );
  return Object.fromEntries(read);
}

/** As embed.js has put it there; the owner's look goes over it, but for what was changed here. */
function place(tools: Tools, view: ChatView): void {
  const { panel } = view;
  const { host, data } = view.entry;
  const side = data.position === "bottom-left" ? "left" : "right";
  for (const name of ["left", "right"]) host.style.removeProperty(`--ing-${name}`);
  host.style.setProperty(`--ing-${side}`, `${data.offsetX}px`);
  host.style.setProperty("--y", `${data.offsetY}px`);
  host.style.setProperty("--z", data.zIndex as string);
  host.style.setProperty("--ing-accent", data.accent || ACCENT);
  panel.classList.toggle("alone", data.launcher === "none");
  for (const [name] of accentTokens(ACCENT)) panel.style.removeProperty(name);
  for (const [name, value] of accentTokens(data.accent)) panel.style.setProperty(name, value);
  const theme = view.session()?.snapshot().site?.theme;
  if (theme) void tools.lookFile.fetch().then(({ applyLook }) => applyLook(view, theme), String);
}

function change(tools: Tools, view: ChatView, changes: Changes): void {
  const { entry } = view;
  entry.changed = { ...entry.changed, ...changes };
  Object.assign(entry.data, changes);
  if (changes.launcher === "none") entry.button.remove();
  if (PLACING.some((name) => name in changes)) place(tools, view);
  view.renew();
}

function update(tools: Tools, asked: unknown, which?: unknown): void {
  const changes = changesOf(tools, asked);
  tools.instances.each(which, (view) => change(tools, view, changes));
}

function setConsent(tools: Tools, granted: unknown, which?: unknown): void {
  if (typeof granted !== "boolean")
    throw new TypeError(`setConsent() takes true or false, not ${typeof granted}.`);
  tools.instances.each(which, (view) => {
    const { data } = view.entry;
    const was = data.consent;
    change(tools, view, { consent: granted ? "granted" : "ask" });
    if (!granted)
      tools.storeOfSite(data.storage as StorageKind, data.site as string).remove(CONSENT);
    if (data.consent !== was || !granted) {
      const { host, id } = view.entry;
      tools.listeners.emit(host, "consent", { granted, instance: id });
    }
  });
}

function setText(tools: Tools, asked: unknown, which?: unknown): void {
  const words = Object.entries(
    recordOf(asked, "setText()", '{ "composer.placeholder": "Ask us" }'),
  );
  for (const [key, value] of words)
    if (typeof value !== "string")
      throw new TypeError(`setText(): the text of "${key}" must be text, not ${typeof value}.`);
  tools.instances.each(which, (view) => {
    view.entry.words = { ...view.entry.words, ...(Object.fromEntries(words) as Changes) };
    view.renew();
  });
}

function identify({ events }: Tools, person: unknown): Promise<unknown> {
  const { name } = recordOf(person, "identify()", '{ name: "Amber" }');
  if (typeof name === "string") return events.say({ name });
  throw new TypeError(`identify() needs { name }, which must be text, not ${typeof name}.`);
}

/** Facts about the visitor that the team reads beside the conversation; null takes one away. */
function track({ events }: Tools, attributes: unknown): Promise<unknown> {
  const facts = recordOf(attributes, "track()", '{ plan: "Gold" }');
  for (const [key, value] of Object.entries(facts))
    if (value !== null && !["string", "number", "boolean"].includes(typeof value))
      throw new TypeError(`track(): "${key}" must be text, a number, true, false or null.`);
  const known = events.said.attributes;
  return events.say({ attributes: { ...known, ...facts } as Attributes });
}

/** A place that `destroy` has cleared: embed.js must not fill it again until `boot`. */
function tombstone(entry: Entry): Entry {
  const host = { isConnected: true, remove() {} } as unknown as HTMLElement;
  const { view: _, ...rest } = entry;
  return { ...rest, host };
}

function destroy({ registry, instances }: Tools, which: unknown): void {
  const { entry } = instances.one(which);
  if (instances.entries().length === 1) return registry.end();
  // What was destroyed before stays marked as long as something lives; after the last, `boot`
  // begins anew.
  registry.all.push(tombstone(entry));
  registry.drop(entry);
}

/** What was destroyed one by one may come back now; with options, what they mean. */
function boot({ registry, instances }: Tools, options: unknown): unknown {
  const { all } = registry;
  const { room } = (options ?? {}) as { readonly room?: unknown };
  const living = instances.entries();
  for (const entry of all.filter((one) => !living.includes(one)))
    if (!options || instances.roomOf(entry) === room) all.splice(all.indexOf(entry), 1);
  return registry.boot(options);
}

/** The visitor is nobody here any more; who writes next is somebody new. */
function reset(tools: Tools, which?: unknown): void {
  // What the page said is of nobody any more.
  void tools.events.say({ name: "", attributes: undefined });
  tools.instances.each(which, (view) => {
    view.close();
    view.forget();
  });
}

export const VERBS: Readonly<Record<string, Verb>> = {
  identify,
  update,
  setTheme: (tools, theme, which) => update(tools, { theme }, which),
  setLocale: (tools, lang, which) => update(tools, { lang }, which),
  setText,
  setConsent,
  track,
  reset,
  destroy,
  boot,
  instances: ({ instances }) => instances.entries().map((entry) => describe(instances, entry)),
  debug: ({ instances }) => ({
    version: VERSION,
    instances: instances.views().map((view) => debugLine(instances, view)),
  }),
};
