/** Instances on a page, with a conversation in the hands of the test instead of a server. */

import { vi } from "vitest";
import type { Entry, Registry } from "../../../../widget/src/entry.ts";
import type { RoomState } from "../../../../widget/src/rooms/reduce.ts";
import type { EventName, SessionEvents } from "../../../../widget/src/session/events.ts";
import { fakeSession, ME, roomState } from "./drawn.tsx";

type Listener = (value: never) => void;

/** The same list while it does not change: messages are drawn anew with another. */
const NOBODY: readonly never[] = [];

/** What `openSession` gives to every instance; the module is mocked by the test file. */
export function createTalk() {
  const listeners = new Map<string, Set<Listener>>();
  const drawers = new Set<() => void>();
  const base = fakeSession();
  const state = {
    visitor: ME as typeof ME | null,
    rooms: new Map<string, RoomState>([
      ["", roomState()],
      ["lobby", roomState()],
    ]),
  };
  const session = {
    ...base,
    snapshot: () => ({
      connection: { status: "online", transport: "ws", retryAt: null, stop: null },
      visitor: state.visitor,
      site: { name: "Demo site", texts: {}, theme: {} },
      limits: { body_chars: 100 },
      rooms: [],
      unread: 0,
      ignored: NOBODY,
    }),
    room: (name: string) => state.rooms.get(name) ?? null,
    join: vi.fn(() => vi.fn()),
    subscribe: (listener: () => void) => {
      drawers.add(listener);
      return () => drawers.delete(listener);
    },
    on: (name: string, listener: Listener) => {
      listeners.set(name, (listeners.get(name) ?? new Set()).add(listener));
      return () => {};
    },
    send: vi.fn(() => "cid-1"),
  };
  return {
    session,
    state,
    open: vi.fn((_: unknown) => session),
    emit<K extends EventName>(name: K, value: SessionEvents[K]): void {
      for (const listener of listeners.get(name) ?? []) listener(value as never);
    },
    changed: () => {
      for (const draw of drawers) draw();
    },
    forget: () => {
      listeners.clear();
      drawers.clear();
    },
  };
}

export function addEntry(
  registry: Registry,
  data: Record<string, string> = {},
  place?: HTMLElement,
): Entry {
  const host = document.createElement("inglenook-chat");
  const root = host.attachShadow({ mode: "open" });
  const button = document.createElement("button");
  root.append(button);
  (place ?? document.documentElement).append(host);
  const tag = { src: "https://chat.example/embed.js", type: "", nonce: "", dataset: data };
  const entry = {
    id: `inglenook:pk_x:${data.room ?? data.inglenookRoom ?? ""}`,
    tag,
    place,
    host,
    button,
    data: { site: "pk_x", ...data },
  } as unknown as Entry;
  registry.all.push(entry);
  return entry;
}

export function createRegistry(): Registry {
  const all: Entry[] = [];
  const drop = (entry: Entry) => {
    entry.view?.unmount();
    entry.host.remove();
    all.splice(all.indexOf(entry), 1);
  };
  const end = vi.fn(() => all.slice().forEach(drop));
  const registry = { all, queue: [], boot: vi.fn(), drop, end };
  return Object.assign(() => undefined, registry) as unknown as Registry;
}

/** Adds an inline room, in an element of its own. */
export function addInline(registry: Registry, room: string): Entry {
  const place = document.createElement("div");
  document.body.append(place);
  return addEntry(registry, { inglenookRoom: room }, place);
}

/** A call of the page, as embed.js hands it on. */
export const callOf =
  (registry: Registry) =>
  (verb: string, ...args: unknown[]) =>
    registry.run?.(verb, args) as Promise<never>;

/** For the end of a test: nothing is left on the page, and nothing is stored. */
export function clearPage(registry: Registry): void {
  for (const entry of [...registry.all]) registry.drop(entry);
  document.body.replaceChildren();
  sessionStorage.clear();
  localStorage.clear();
}

/** Frames, and the promises that a press leaves behind. */
export const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 40));
