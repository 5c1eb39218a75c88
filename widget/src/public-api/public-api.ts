/**
 * The documented object, `window.Inglenook`: what the page may ask of the chat, and what the chat
 * announces to the page. embed.js has made the object and kept the calls; this answers them.
 */

import type { Entry, Registry } from "../entry.ts";
import { meaningOf, OPTIONS } from "../options.ts";
import { storeOfSite } from "../storage.ts";
import { announce, type ChatView } from "../ui/chat-view.ts";
import { lookFile } from "../ui/outside.ts";
import { text } from "./arguments.ts";
import { ConversationEvents } from "./conversation-events.ts";
import { Instances } from "./instances.ts";
import type { Tools } from "./later-verbs.ts";
import { Listeners } from "./listeners.ts";
import { watchPolicy } from "./policy.ts";

type Verb = (...args: readonly unknown[]) => unknown;
type Verbs = Readonly<Record<string, Verb>>;

const LATER =
  "identify track update setTheme setLocale setText setConsent reset destroy boot instances debug".split(
    " ",
  );

export interface PublicApi {
  /** Tells the page what happens in the conversation of this view, from now on. */
  wire(view: ChatView): void;
  run(verb: string, args: readonly unknown[]): unknown;
}

export function createPublicApi(registry: Registry, mount: (entry: Entry) => ChatView): PublicApi {
  const instances = new Instances(registry, mount);
  const listeners = new Listeners();
  const events = new ConversationEvents(instances, listeners);
  const verbs: Verbs = {
    ...viewVerbs(instances),
    ...conversationVerbs(instances),
    ...laterVerbs({
      registry,
      instances,
      listeners,
      events,
      lookFile,
      storeOfSite,
      meaningOf,
      OPTIONS,
    }),
    on: (event, listener) => listeners.add(event, listener, false),
    once: (event, listener) => listeners.add(event, listener, true),
    off: (event, listener) => listeners.remove(event, listener),
  };
  watchPolicy(() => instances.entries());
  return { wire: events.wire, run: (verb, args) => run(verbs, verb, args) };
}

/** Opens, hides and paints. */
function viewVerbs(instances: Instances): Verbs {
  return {
    open(which) {
      const view = instances.one(which);
      if (!(which instanceof Element)) return view.open();
      const room = which.getAttribute("data-inglenook-open");
      if (room && !view.entry.place) view.choose(room);
      return view.open(true, which);
    },
    close: (which) => instances.one(which).close(),
    toggle: (which) => instances.one(which).toggle(),
    focus: (which) => instances.one(which).open(),
    show: (which) => instances.each(which, (view) => setHidden(view, false)),
    hide: (which) => instances.each(which, (view) => setHidden(view, true)),
  };
}

/** Rooms and words. */
function conversationVerbs(instances: Instances): Verbs {
  return {
    setRoom: (room, which) => instances.one(which).setRoom(text(room, "The room")),
    async prefill(words, which) {
      instances.one(which).prefill(text(words, "The text"));
    },
    send(words, which) {
      const view = instances.one(which);
      return view.hold().send(view.room(), text(words, "The text"));
    },
    unread(which) {
      const view = instances.one(which);
      return view.session()?.room(view.room())?.unread ?? 0;
    },
  };
}

/** Those of later-verbs.ts; each waits for the file. */
function laterVerbs(tools: Tools): Verbs {
  const later =
    (verb: string) =>
    async (...args: readonly unknown[]) =>
      // All of it goes at once.
      verb === "destroy" && args[0] === undefined
        ? tools.registry.end()
        : (await import("./later-verbs.ts")).VERBS[verb]?.(tools, ...args);
  return Object.fromEntries(LATER.map((verb) => [verb, later(verb)]));
}

function setHidden(view: ChatView, isHidden: boolean): void {
  const { host } = view.entry;
  if (host.hidden === isHidden) return;
  if (isHidden) view.close();
  host.hidden = isHidden;
  announce(view, isHidden ? "hide" : "show");
}

function run(verbs: Verbs, verb: string, args: readonly unknown[]): unknown {
  const act = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
  if (!act)
    return Promise.reject(
      new TypeError(`Inglenook has no "${verb}". It has: ${Object.keys(verbs).join(", ")}.`),
    );
  // These answer at once, with the way to stop; all others with a promise.
  if (verb === "on" || verb === "once") return act(...args);
  return new Promise((resolve) => resolve(act(...args)));
}
