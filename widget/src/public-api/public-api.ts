/**
 * The documented object, `window.Inglenook`: what the page may ask of the chat, and what the chat
 * announces to the page. embed.js has made the object and kept the calls; this answers them.
 */

import type { Entry, Registry } from "../entry.ts";
import { OPTIONS } from "../options.ts";
import { announce, type ChatView } from "../ui/chat-view.ts";
import { text } from "./arguments.ts";
import { ConversationEvents } from "./conversation-events.ts";
import { debugLine, describe } from "./describe.ts";
import { Instances } from "./instances.ts";
import { Listeners } from "./listeners.ts";
import { watchPolicy } from "./policy.ts";

type Verb = (...args: readonly unknown[]) => unknown;
type Verbs = Readonly<Record<string, Verb>>;

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
    ...conversationVerbs(instances, events),
    on: (event, listener) => listeners.add(event, listener, false),
    once: (event, listener) => listeners.add(event, listener, true),
    off: (event, listener) => listeners.remove(event, listener),
    instances: () => instances.entries().map(describe),
    debug: () => ({ version: VERSION, instances: instances.views().map(debugLine) }),
    destroy: (which) => instances.destroy(which),
    boot: () => instances.boot(),
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
    setTheme: (theme, which) => instances.each(which, (view) => setTheme(view, theme)),
  };
}

/** Rooms, words and names. */
function conversationVerbs(instances: Instances, events: ConversationEvents): Verbs {
  return {
    setRoom: (room, which) => instances.one(which).setRoom(text(room, "The room")),
    identify: (person) =>
      events.identify(
        text(
          (person as { readonly name?: unknown } | undefined)?.name,
          "identify() needs { name }, which",
        ),
      ),
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

function setHidden(view: ChatView, isHidden: boolean): void {
  const { host } = view.entry;
  if (host.hidden === isHidden) return;
  if (isHidden) view.close();
  host.hidden = isHidden;
  announce(view, isHidden ? "hide" : "show");
}

function setTheme(view: ChatView, theme: unknown): void {
  const { values } = OPTIONS.theme;
  if (!values.includes(theme as "auto"))
    throw new TypeError(`A theme is one of ${values.join(", ")}, not "${theme}".`);
  view.panel.dataset.theme = theme as string;
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
