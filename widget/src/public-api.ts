/**
 * The documented object, `window.Inglenook`: what the page may ask of the chat, and what it is told.
 * embed.js has made the object and kept the calls; from here on they are answered.
 */

import { complaintsAbout } from "./complaints.ts";
import type { Entry, Registry } from "./entry.ts";
import type { EventName, SessionEvents } from "./events.ts";
import { type Detail, detailOf, EVENT_NAMES } from "./events-out.ts";
import { announce, OPTIONS } from "./kit.ts";
import type { ChatView } from "./ui/view.tsx";

type Listener = (detail: unknown) => void;
type Verb = (...args: readonly unknown[]) => unknown;

export interface PublicApi {
  /** Tells the page what happens in the conversation of this view, from now on. */
  wire(view: ChatView): void;
  run(verb: string, args: readonly unknown[]): unknown;
}

const warned = new Set<string>();

/** For the owner, who pasted the tag: each sentence once. */
function warn(sentence: string): void {
  if (!warned.has(sentence)) console.warn(`[inglenook] ${sentence}`);
  warned.add(sentence);
}

/** A place that `destroy` has cleared: embed.js must not fill it again until `boot`. */
function tombstone(entry: Entry): Entry {
  const host = { isConnected: true, remove() {} } as unknown as HTMLElement;
  const { view: _, ...rest } = entry;
  return { ...rest, host };
}
const isGone = (entry: Entry): boolean => !(entry.host instanceof HTMLElement);
const roomOf = ({ data }: Entry): string => data.inglenookRoom || data.room || "";

export function createPublicApi(registry: Registry, mount: (entry: Entry) => ChatView): PublicApi {
  const stops = new Map<string, Set<readonly [listener: unknown, stop: () => void]>>();
  const wired = new WeakSet<ChatView>();
  /** Details as those see them who asked by `on`; DOM events go without the text, because any script may listen. */
  const whole = new WeakMap<object, Detail>();
  /** The name that the page gave, until there is somebody to give it to. */
  let wantedName: string | undefined;

  const entries = () => registry.all.filter((entry) => !isGone(entry));
  const views = () => entries().flatMap(({ view }) => (view ? [view as ChatView] : []));

  function wire(view: ChatView): void {
    const session = view.session();
    if (!session || wired.has(view)) return;
    wired.add(view);
    const { tag, place } = view.entry;
    for (const sentence of complaintsAbout({ ...tag.dataset, ...place?.dataset })) warn(sentence);
    for (const name of EVENT_NAMES)
      session.on(name, (value: SessionEvents[typeof name]) => relay(view, name, value));
    const { visitor, site } = session.snapshot();
    if (visitor && site) relay(view, "ready", { visitor, site });
  }

  function relay<K extends EventName>(view: ChatView, name: K, value: SessionEvents[K]): void {
    // Several views may share one conversation; the page hears of each thing once, from the view that shows the room.
    const room = "room" in value ? value.room : undefined;
    const peers = views().filter(({ key }) => key === view.key);
    const speaker =
      peers.find((peer) => room && peer.session()?.room(peer.room())?.room === room) ?? peers[0];
    if (speaker !== view) return;
    if (name === "ready") void applyName(view);
    const detail = { ...detailOf(view, name, value), instance: view.entry.id };
    const { body: _, ...shown } = detail as Detail & { readonly body?: unknown };
    whole.set(shown, detail);
    view.entry.host.dispatchEvent(
      new CustomEvent(`inglenook:${name}`, { bubbles: true, composed: true, detail: shown }),
    );
  }

  async function applyName(view: ChatView): Promise<void> {
    const session = view.session();
    const visitor = session?.snapshot().visitor;
    const wanted = wantedName ?? view.entry.data.userName;
    // Once told, a name is the visitor's: what they changed it to stays until the page knows a new one.
    if (!session || !visitor || !wanted || session.store.get("named") === wanted) return;
    session.store.set("named", wanted);
    if (visitor.name === wanted) return;
    try {
      await session.rename(wanted);
    } catch (error) {
      session.store.remove("named");
      warn(`The name "${wanted}" was refused: ${(error as Error).message}`);
    }
  }

  /** The instance that is meant: by its id or room, by an element of the page that opens it, or the first bubble. */
  function target(which: unknown): ChatView {
    const all = entries();
    const wanted = which instanceof Element ? which.getAttribute("data-inglenook-open") : which;
    const found = wanted
      ? all.find((entry) => entry.id === wanted || roomOf(entry) === wanted)
      : undefined;
    if (!found && typeof which === "string")
      throw new TypeError(
        `There is no instance "${which}". Inglenook.instances() tells their ids.`,
      );
    const entry = found ?? all.find(({ place }) => !place) ?? all[0];
    if (!entry) throw new Error("There is no chat on this page. Is the tag there, with data-site?");
    return mount(entry);
  }

  const targets = (which: unknown) =>
    which === undefined ? entries().map(mount) : [target(which)];

  function each(some: readonly ChatView[], act: (view: ChatView) => void): void {
    for (const view of some) act(view);
  }

  function text(value: unknown, what: string): string {
    if (typeof value === "string") return value;
    throw new TypeError(`${what} must be text, not ${typeof value}.`);
  }

  function listen(event: unknown, listener: unknown, once: boolean): () => void {
    const name = text(event, "The event");
    if (typeof listener !== "function") throw new TypeError("The listener must be a function.");
    const heard = (happening: Event) => {
      const { detail } = happening as CustomEvent<object>;
      if (once) stop();
      // An open or close may be forbidden from here, too.
      if ((listener as Listener)(whole.get(detail) ?? detail) === (false as unknown))
        happening.preventDefault();
    };
    const stop = () => {
      removeEventListener(`inglenook:${name}`, heard);
      stops.get(name)?.delete(both);
    };
    const both = [listener, stop] as const;
    stops.set(name, (stops.get(name) ?? new Set()).add(both));
    addEventListener(`inglenook:${name}`, heard);
    return stop;
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

  function destroy(which: unknown): void {
    const doomed = which === undefined ? entries() : [target(which).entry];
    const isAll = doomed.length === entries().length;
    if (isAll) return registry.end();
    // What was destroyed before stays marked as long as something lives; after the last, `boot` begins anew.
    for (const entry of doomed) {
      registry.all.push(tombstone(entry));
      registry.drop(entry);
    }
  }

  function describe(entry: Entry): Detail {
    const view = entry.view as ChatView | undefined;
    const { id, data, host } = entry;
    return {
      id,
      site: data.site,
      room: view?.room() ?? roomOf(entry),
      isOpen: view?.isOpen() ?? false,
      element: host,
    };
  }

  function debugLine(view: ChatView): Detail {
    const snapshot = view.session()?.snapshot();
    const state = view.session()?.room(view.room());
    return {
      ...describe(view.entry),
      options: { ...view.entry.data },
      connection: snapshot?.connection,
      visitor: snapshot?.visitor?.id,
      at: state && {
        room: state.room,
        epoch: state.epoch,
        since: state.since,
        pending: state.pending.length,
      },
    };
  }

  const verbs: Readonly<Record<string, Verb>> = {
    open(which) {
      const view = target(which);
      if (!(which instanceof Element)) return view.open();
      const room = which.getAttribute("data-inglenook-open");
      if (room && !view.entry.place) view.choose(room);
      return view.open(true, which);
    },
    close: (which) => target(which).close(),
    toggle: (which) => target(which).toggle(),
    show: (which) => each(targets(which), (view) => setHidden(view, false)),
    hide: (which) => each(targets(which), (view) => setHidden(view, true)),
    setRoom: (room, which) => target(which).setRoom(text(room, "The room")),
    identify(person) {
      wantedName = text(
        (person as { readonly name?: unknown } | undefined)?.name,
        "identify() needs { name }, which",
      );
      return Promise.all(views().map(applyName));
    },
    setTheme: (theme, which) => each(targets(which), (view) => setTheme(view, theme)),
    async prefill(words, which) {
      const view = target(which);
      view.prefill(text(words, "The text"));
    },
    send(words, which) {
      const view = target(which);
      return view.hold().send(view.room(), text(words, "The text"));
    },
    focus: (which) => target(which).open(),
    unread(which) {
      const view = target(which);
      return view.session()?.room(view.room())?.unread ?? 0;
    },
    on: (event, listener) => listen(event, listener, false),
    once: (event, listener) => listen(event, listener, true),
    off(event, listener) {
      for (const [known, stop] of [...(stops.get(text(event, "The event")) ?? [])])
        if (!listener || known === listener) stop();
    },
    instances: () => entries().map(describe),
    debug: () => ({ version: VERSION, instances: views().map(debugLine) }),
    destroy,
    boot() {
      // What was destroyed one by one may come back now.
      for (const entry of registry.all.filter(isGone))
        registry.all.splice(registry.all.indexOf(entry), 1);
      registry.boot();
    },
  };

  document.addEventListener("securitypolicyviolation", ({ blockedURI, effectiveDirective }) => {
    const origin = entries()
      .map(({ tag }) => new URL(tag.src).origin)
      .find(
        (one) => blockedURI.startsWith(one) || blockedURI.startsWith(one.replace("http", "ws")),
      );
    if (origin)
      warn(
        `The page's Content-Security-Policy blocks the chat (${effectiveDirective}). It needs: script-src ${origin}; connect-src ${origin} ${origin.replace("http", "ws")}`,
      );
  });

  return {
    wire,
    run(verb, args) {
      const act = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
      if (!act)
        return Promise.reject(
          new TypeError(`Inglenook has no "${verb}". It has: ${Object.keys(verbs).join(", ")}.`),
        );
      // These answer at once, with the way to stop; all others with a promise.
      if (verb === "on" || verb === "once") return act(...args);
      return new Promise((resolve) => resolve(act(...args)));
    },
  };
}
