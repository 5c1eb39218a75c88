/**
 * One connection to a site.
 *
 *   connect ─► session ─► socket ─► hello ─► welcome: online ─► over ─┐
 *      ▲                                                               │
 *      └──────────────────────── wait ◄────────────────────────────────┘
 *
 * It knows no rooms: the conversation gives it the session and the `hello`, and is told of frames,
 * ups and downs. How to come back, when not to, and how to notice that nobody answers any more is
 * in endurance.ts, which takes `over` and `heard`; until it is here, every end is followed by a
 * plain retry.
 */

import type { ByeFrame, ClientFrame, ServerFrame } from "../protocol.ts";
import { isOffline } from "./page.ts";
import type {
  Connection,
  OpenTransport,
  Transport,
  TransportEvents,
  TransportName,
} from "./transport.ts";

export const LOST = 1006;
/** An opening that takes longer is dead, or as good as. */
const OPENING_DEADLINE_MS = 10_000;
/** Spread, so that after a restart the visitors of a site don't return in step. */
const PLAIN_WAIT_MS = 1_000;
const PLAIN_SPREAD_MS = 4_000;

export interface LinkHost {
  /** Asks who this is and where to connect. */
  session(): Promise<string>;
  hello(): ClientFrame;
  received(frames: readonly ServerFrame[]): void;
  down(): void;
  changed(): void;
  /** The first half is at its end. */
  trouble(): void;
}

export interface Link {
  connection: Connection;
  /** Opens the transport that is to be used: ladder.ts changes it. */
  open: OpenTransport;
  /** What a transport that was opened elsewhere reports to once it was adopted. */
  readonly events: TransportEvents;
  hello(): ClientFrame;
  /** Another transport has said `hello` and takes over, without a word to anybody. */
  adopt(next: Transport): void;
  /** Which one is in use. */
  way(): TransportName | null;
  /** Where to connect; without it the session call is made first. */
  url: string | null;
  /** Whether `hello` was written, so that more may be. */
  isOpen: boolean;
  /** Whether it was answered. */
  isUp: boolean;
  pingS: number;
  bye: ByeFrame | null;
  /** How it ended last: by a close code, or by what the session call was refused with. */
  trouble: Parameters<Link["over"]> | null;
  publish(status: Connection["status"], more?: Partial<Connection>): void;
  connect(): Promise<void>;
  /** Takes the place of whatever was to happen next. */
  after(ms: number, action: () => void): void;
  /** Tries again then, and shows it. */
  wait(ms: number): void;
  /** Ends what there is, without deciding what follows. */
  drop(): void;
  /** `refusal` is that of the session call, or anything where an opening was given up. */
  over(closeCode: number | null, refusal?: unknown, bye?: ByeFrame | null): void;
  heard(frames: readonly ServerFrame[]): void;
  /** False when there is nothing to write to. */
  write(frame: ClientFrame): boolean;
  backlog(): number;
}

export function createLink(host: LinkHost, openTransport: OpenTransport): Link {
  let transport: Transport | null = null;
  /** Grows with every attempt, so that an answer to an old one is ignored. */
  let turn = 0;
  let phase: ReturnType<typeof setTimeout> | undefined;

  const link: Link = {
    connection: { status: "idle", transport: null, retryAt: null, stop: null },
    open: openTransport,
    hello: host.hello,
    events: {
      opened() {
        link.isOpen = true;
        link.write(host.hello());
      },
      received(frames) {
        for (const frame of frames) {
          if (frame.type === "ping") link.write({ type: "pong", n: frame.n });
          if (frame.type === "bye") link.bye = frame;
          if (frame.type === "welcome") {
            clearTimeout(phase);
            link.isUp = true;
            link.pingS = frame.ping_s;
            link.publish("online");
          }
        }
        link.heard(frames);
        host.received(frames);
      },
      closed: (code) => link.over(code),
    },
    adopt(next) {
      transport = next;
      link.isOpen = true;
    },
    way: () => transport?.name ?? null,
    url: null,
    isOpen: false,
    isUp: false,
    pingS: 0,
    bye: null,
    trouble: null,
    publish(wanted, more) {
      // endurance.ts learns it while the page is open; who opens without a network may not even have that file.
      const status = /connecting/.test(wanted) && isOffline() ? "offline" : wanted;
      const way = status === "online" ? link.way() : null;
      link.connection = { transport: way, retryAt: null, stop: null, ...more, status };
      host.changed();
    },
    async connect() {
      link.drop();
      const mine = turn;
      link.publish(link.trouble ? "reconnecting" : "connecting");
      try {
        link.url ??= await host.session();
      } catch (refusal) {
        if (mine === turn) link.over(null, refusal);
        return;
      }
      if (mine !== turn) return;
      link.after(OPENING_DEADLINE_MS, () => link.over(LOST, "silent"));
      transport = link.open(link.url, link.events);
    },
    after(ms, action) {
      clearTimeout(phase);
      phase = setTimeout(action, ms);
    },
    wait(ms) {
      link.after(ms, link.connect);
      link.publish("reconnecting", { retryAt: Date.now() + ms });
    },
    drop() {
      const { isUp } = link;
      turn += 1;
      clearTimeout(phase);
      transport?.close();
      transport = link.bye = null;
      link.isOpen = link.isUp = false;
      if (isUp) host.down();
    },
    over(closeCode, refusal, bye = link.bye) {
      link.trouble = [closeCode, refusal, bye];
      link.drop();
      // Whatever it was, a new session explains it, or renews what has run out.
      link.url = null;
      link.wait(PLAIN_WAIT_MS + Math.random() * PLAIN_SPREAD_MS);
      host.trouble();
    },
    heard() {},
    write(frame) {
      if (link.isOpen) transport?.send(frame);
      return link.isOpen;
    },
    backlog: () => transport?.backlog() ?? 0,
  };
  return link;
}
