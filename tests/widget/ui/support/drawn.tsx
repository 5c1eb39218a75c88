/** A panel in a document, above a conversation that does what the test says. */

import { h, render } from "preact";
import { vi } from "vitest";
import { problemWords } from "../../../../widget/src/parts/problems.ts";
import type { PanelProps } from "../../../../widget/src/parts/props.ts";
import { createTexts } from "../../../../widget/src/parts/texts.ts";
import type { TeamHere, Ui } from "../../../../widget/src/parts/ui.ts";
import {
  DEFAULT_LIMITS,
  type Person,
  type Visitor,
} from "../../../../widget/src/protocol/frames.ts";
import type { RoomSummary, Site } from "../../../../widget/src/protocol/session-call.ts";
import { emptyRoom, type Pending, type RoomState } from "../../../../widget/src/rooms/reduce.ts";
import type { Message } from "../../../../widget/src/rooms/timeline.ts";
import type { ConnectionInfo } from "../../../../widget/src/session/events.ts";
import type { Session, Snapshot } from "../../../../widget/src/session/session.ts";
import { bringEngine } from "../../../../widget/src/ui/engine-loader.ts";
import { Panel } from "../../../../widget/src/ui/panel.tsx";
import { addStyles } from "../../../../widget/src/ui/styles.ts";
import { message, roomInfo } from "../../support/frames.ts";

// It draws the messages, with a sheet that the build puts in.
Object.assign(globalThis, { MESSAGES_CSS: "" });
await bringEngine();
await problemWords.fetch();

export const ME: Visitor = { id: "v_me", name: "Amber Otter", role: "visitor" };

export function said(
  seq: number,
  author: string,
  at = "2026-11-21T09:30:00.000Z",
  over: Partial<Message> = {},
): Message {
  const person = { id: author, name: `Name of ${author}`, role: "visitor" as const, avatar: null };
  return { ...message(seq, { at, author: person }), mine: [], ...over };
}

export function pendingMessage(cid: string, over: Partial<Pending> = {}): Pending {
  return {
    cid,
    body: `text of ${cid}`,
    entities: [],
    reply_to: null,
    attachments: [],
    at: 0,
    status: "sending",
    seq: null,
    written: false,
    problem: null,
    ...over,
  } as Pending;
}

export function roomState(over: Partial<RoomState> = {}): RoomState {
  const info = roomInfo(0, { name: "Lobby" });
  return { ...emptyRoom("lobby"), epoch: "epochone1", floor: 1, info, online: 1, ...over };
}

export const inGroup = (...messages: Message[]) => [{ key: messages[0]?.seq ?? 0, messages }];

const ONLINE: ConnectionInfo = { status: "online", transport: "ws", retryAt: null, stop: null };

export function fakeSession(stored: Record<string, string> = {}): Session {
  const kept = new Map(Object.entries(stored));
  const store = {
    get: (key: string) => kept.get(key) ?? null,
    set: (key: string, value: string) => void kept.set(key, value),
    remove: (key: string) => void kept.delete(key),
    keys: () => [...kept.keys()],
  };
  const methods = [
    "send",
    "retry",
    "discard",
    "typing",
    "seen",
    "older",
    "trim",
    "reconnect",
    "reset",
    "start",
    "setActive",
    "close",
    "ignore",
  ];
  const spies = Object.fromEntries(methods.map((name) => [name, vi.fn()]));
  const room = () => null;
  const snapshot = () => ({ rooms: [], connection: ONLINE });
  const heeds = (slug: string) => Boolean(store.get("heeds")?.includes(` ${slug} `));
  return {
    ...spies,
    room,
    snapshot,
    subscribe: () => () => {},
    heeds,
    rename: vi.fn(async () => ME),
    act: vi.fn(async () => ({})),
    call: vi.fn(async () => null),
    store,
  } as unknown as Session;
}

export interface Scene {
  room?: RoomState | null;
  connection?: Partial<ConnectionInfo>;
  visitor?: Visitor | null;
  rooms?: readonly RoomSummary[];
  data?: Record<string, string>;
  panel?: Partial<PanelProps>;
  ignored?: readonly Person[];
  session?: Session;
  team?: TeamHere;
  site?: Partial<Site>;
}

/** Draws the panel; draw again to change what is seen. */
export function openPanel(first: Scene = {}) {
  const session = first.session ?? fakeSession();
  const host = document.createElement("div");
  document.body.append(host);
  const root = host.attachShadow({ mode: "open" });
  const t = createTexts("en");
  const composer = { current: null };
  const onRoom = vi.fn();
  const onClose = vi.fn();
  const announced: [name: string, detail: object][] = [];
  let ui: Ui | undefined;

  function draw(scene: Scene = first): void {
    const visitor = scene.visitor === undefined ? ME : scene.visitor;
    const room = scene.room === undefined ? roomState() : scene.room;
    const snapshot = {
      connection: { ...ONLINE, ...scene.connection },
      visitor,
      site: {
        ...{ name: "Demo site", theme: {}, texts: {}, consent: null, default_room: null },
        ...scene.site,
      },
      limits: { ...DEFAULT_LIMITS, body_chars: 100 },
      rooms: scene.rooms ?? [],
      unread: 0,
      clockOffsetMs: 0,
      ignored: scene.ignored ?? [],
    } as unknown as Snapshot;
    ui ??= {
      session,
      room: "lobby",
      me: visitor?.id,
      ignored: scene.ignored ?? [],
      t,
      data: { consent: "ask", ...scene.data },
      root,
      team: scene.team ?? null,
      addStyles: (css) => addStyles(root, "", css),
      announce: (name, detail) => void announced.push([name, detail]),
      refresh: () => draw(),
    };
    render(
      <Panel
        ui={ui}
        snapshot={snapshot}
        room={room}
        isBrief={false}
        isDialog
        canSwitch
        composer={composer}
        onRoom={onRoom}
        onClose={onClose}
        {...scene.panel}
      />,
      root,
    );
  }
  draw();

  const one = <T extends Element = HTMLElement>(selector: string): T => {
    const found = root.querySelector<T>(selector);
    if (!found) throw new Error(`There is no ${selector} in: ${root.innerHTML}`);
    return found;
  };
  return {
    session,
    root,
    announced,
    draw,
    onRoom,
    onClose,
    one,
    has: (selector: string) => root.querySelector(selector) !== null,
    text: (selector: string) => one(selector).textContent,
    texts: (selector: string) =>
      [...root.querySelectorAll(selector)].map((found) => found.textContent),
    field: () => one<HTMLTextAreaElement>("textarea"),
    type(text: string) {
      const field = one<HTMLTextAreaElement>("textarea");
      field.value = text;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    },
    press(selector: string, key: string, more: KeyboardEventInit = {}) {
      one(selector).dispatchEvent(
        new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }),
      );
    },
    click(selector: string) {
      one(selector).click();
    },
    end() {
      render(null, root);
      host.remove();
    },
  };
}

/** Preact draws what a component changed by itself after the current task. */
export const drawn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
export { h };
