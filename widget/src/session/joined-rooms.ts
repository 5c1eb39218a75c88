/**
 * The rooms of one site on this page: which of them exist here, which views want them, and which
 * are joined over the connection. What a room cannot do by itself is done here.
 */

import { heed, isHeeded } from "../heeds.ts";
import { whyNotToSend } from "../outbox/checks.ts";
import type { OutboxStorage } from "../outbox/outbox-storage.ts";
import { newCid } from "../protocol/cid.ts";
import type {
  AckFrame,
  ClientFrame,
  ErrorFrame,
  Joining,
  NackFrame,
  Problem,
} from "../protocol/frames.ts";
import { type Effect, newPending, type Pending, type RoomState } from "../rooms/reduce.ts";
import { Room } from "../rooms/room.ts";
import type { Store } from "../storage.ts";
import type { Events } from "./events.ts";
import type { About } from "./identity.ts";
import type { SendOptions } from "./types.ts";

const ANSWER_DEADLINE_MS = 10_000;
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 30_000;
const PAGE_SIZE = 50;
const ALIASES = ["", "private", "auto"];

export interface JoinedRoomsHost {
  readonly about: About;
  readonly store: Store;
  readonly outbox: OutboxStorage;
  readonly events: Events;
  /** False when there is no connection. */
  write(frame: ClientFrame): boolean;
  /** Whether `hello` was written, so that rooms are joined one by one from now on. */
  isOpen(): boolean;
  /** Whether what was stored is taken up. */
  hasStarted(): boolean;
  changed(): void;
  /** The room is in step again. */
  synced(room: Room): void;
  /** Whether another tab sends this message, at least for now. */
  leaves(room: Room, entry: Pending): boolean;
}

export class JoinedRooms {
  /** By slug; before the session is answered also by alias, with nothing but what I wrote. */
  readonly all = new Map<string, Room>();
  readonly #host: JoinedRoomsHost;
  /** How many views want each room, by the name they use. */
  readonly #wanted = new Map<string, number>();
  readonly #joined = new Set<Room>();

  constructor(host: JoinedRoomsHost) {
    this.#host = host;
  }

  slugOf(name: string): string {
    const { rooms, site, asked } = this.#host.about;
    if (name === "private") return rooms.find(({ kind }) => kind === name)?.slug ?? name;
    if (name === "auto") {
      const own = rooms.find(({ kind }) => kind === "page");
      // The server gives this page none: the site's room is shown.
      return own?.slug ?? (asked ? this.slugOf("") : name);
    }
    return name || site?.default_room || rooms[0]?.slug || "";
  }

  find(name: string): Room | undefined {
    return this.all.get(this.slugOf(name));
  }

  /** The room of that name, which is joined as long as it has unsent messages. */
  open(name: string): Room {
    const host = this.#host;
    const slug = this.slugOf(name);
    const known = this.all.get(slug);
    if (known) return known;
    const room = new Room(slug, {
      me: () => host.about.visitor,
      write: host.write,
      save: (of, before, after) => host.outbox.save(of, before, after, host.about.visitor?.id),
      after: (changed, before, effects) => this.#after(changed, before, effects),
      changed: host.changed,
      synced: host.synced,
      vetoes: (one, entry) => this.#vetoes(one, entry),
    });
    this.all.set(slug, room);
    if (host.hasStarted())
      for (const kept of host.outbox.all()) if (kept.room === slug) this.restore(slug, kept.entry);
    return room;
  }

  /** What was written before this page, or before the room was opened. */
  restore(slug: string, entry: Pending): void {
    const room = this.open(slug);
    if (!room.state.pending.some(({ cid }) => cid === entry.cid))
      room.dispatch({ type: "queue", entry: { ...entry, otherTabSince: 0 } });
  }

  want(name: string): void {
    this.open(name);
    this.#wanted.set(name, (this.#wanted.get(name) ?? 0) + 1);
  }

  unwant(name: string): void {
    const others = (this.#wanted.get(name) ?? 1) - 1;
    if (others > 0) this.#wanted.set(name, others);
    else this.#wanted.delete(name);
  }

  /** What the session call is asked for beside the visitor: a slug, an alias, or nothing. */
  wantedRoom(): string | null {
    const names = [...this.#wanted.keys()];
    return ["private", "auto"].find((it) => names.includes(it)) ?? names.find(Boolean) ?? null;
  }

  /** Whether this is an alias whose room is not known yet. */
  isUnknown(name: string): boolean {
    return ALIASES.includes(name) && this.slugOf(name) === name;
  }

  /** What was written under an alias moves to the room that it turned out to be. */
  resolveAliases(): void {
    for (const alias of ALIASES) {
      const parked = this.all.get(alias);
      if (!parked || this.slugOf(alias) === alias) continue;
      this.all.delete(alias);
      for (const entry of parked.state.pending) this.open(alias).dispatch({ type: "queue", entry });
    }
    this.joinAndLeave();
  }

  /**
   * Joins what is wanted or has unsent messages, and leaves what is not. My own line to the team is
   * joined whatever is shown: an answer there must be heard of.
   */
  joinAndLeave(): void {
    const host = this.#host;
    const names = new Set([...this.#wanted.keys()].map((name) => this.slugOf(name)));
    for (const { slug, state } of this.all.values())
      if (state.pending.some(({ status }) => status === "sending")) names.add(slug);
    for (const { slug, kind, head } of host.about.rooms) {
      if (kind !== "private" || !head) continue;
      names.add(slug);
      heed(host.store, slug);
    }
    for (const slug of names) {
      const room = this.open(slug);
      if (this.#joined.has(room) || ALIASES.includes(slug)) continue;
      this.#joined.add(room);
      if (host.isOpen()) host.write({ type: "join", ...room.joining() });
    }
    for (const room of this.#joined) {
      if (names.has(room.slug)) continue;
      this.#joined.delete(room);
      host.write({ type: "leave", room: room.slug });
      room.down();
    }
  }

  /** For `hello`. */
  joining(most: number): Joining[] {
    return [...this.#joined].slice(0, most).map((room) => room.joining());
  }

  /** A room that is in step and waits for nothing. */
  calm(): RoomState | null {
    for (const { synced, state } of this.#joined) if (synced && !state.asking) return state;
    return null;
  }

  /** The connection is gone. */
  down(): void {
    for (const room of this.#joined) room.down();
  }

  stop(): void {
    for (const room of this.all.values()) room.stop();
  }

  /** Nothing is known any more; what views want is wanted on. */
  forget(): void {
    this.all.clear();
    this.#joined.clear();
    for (const name of this.#wanted.keys()) this.open(name);
  }

  fail(room: Room, cid: string, problem: Problem): void {
    room.dispatch({ type: "fail", cid, problem });
  }

  /** Queues a message; answers with its `cid`. */
  send(name: string, body: string, options?: SendOptions | null): string {
    const entry = { ...newPending(newCid(), body, Date.now()), ...options };
    this.open(name).dispatch({ type: "queue", entry });
    return entry.cid;
  }

  /** Once more, at the end of what waits; only what has failed. */
  retry(name: string, cid: string): void {
    const room = this.open(name);
    const entry = room.state.pending.find((pending) => pending.cid === cid);
    const isRefused = entry?.status === "refused";
    if (entry?.status !== "failed" && !isRefused) return;
    room.dispatch({ type: "drop", cid });
    // The server has a refused one under its `cid` and would refuse it again; a new visitor's
    // is another message to it.
    const fresh = { at: Date.now(), status: "sending", problem: null, written: null } as const;
    const again = { ...entry, ...fresh, otherTabSince: 0, cid: isRefused ? newCid() : cid };
    room.dispatch({ type: "queue", entry: again });
  }

  /** The page of history before the oldest message is asked for. */
  older(name: string): void {
    this.open(name).dispatch({ type: "older" });
  }

  trim(name: string, groups: number): void {
    this.open(name).dispatch({ type: "trim", groups });
  }

  /** An answer to something that was sent. */
  answered(frame: AckFrame | NackFrame | ErrorFrame): void {
    // Without a room it can still be known by its `cid`; the other rooms ignore it.
    if (frame.room) this.#sendAnswered(this.all.get(frame.room), frame);
    else if (frame.cid)
      for (const room of this.all.values()) {
        room.dispatch(frame);
        this.#sendAnswered(room, frame);
      }
  }

  /** An error about a `send` is its answer. */
  #sendAnswered(room: Room | undefined, frame: AckFrame | NackFrame | ErrorFrame): void {
    // The server could not say whose `cid` it was, but only one was on its way.
    const cid = frame.cid ?? room?.inFlight;
    if (!room || !cid || frame.type !== "error" || frame.re !== "send") return;
    const { code, message, field, retry_ms } = frame;
    const final = retry_ms === undefined;
    room.dispatch({ type: "nack", room: room.slug, cid, code, message, final, field, retry_ms });
  }

  isHeeded(slug: string): boolean {
    return isHeeded(this.#host.store, slug);
  }

  /** What a room does not do itself. */
  #after(room: Room, before: RoomState, effects: readonly Effect[]): void {
    const { slug, state } = room;
    for (const effect of effects) this.#run(room, effect);
    if (before.typing !== state.typing) {
      this.#host.events.emit("typing", { room: slug, who: state.typing });
      if (state.typing.length)
        room.later("quiet", state.typingUntil - Date.now(), () => room.dispatch({ type: "quiet" }));
    }
    if (before.online !== state.online && state.online !== null)
      this.#host.events.emit("presence", { room: slug, count: state.online });
  }

  #run(room: Room, effect: Effect): void {
    if (effect.kind === "announce") this.#host.events.emit(effect.event, effect.value as never);
    else if (effect.kind === "page") {
      const { before } = effect;
      const lost = () => room.dispatch({ type: "unanswered", before });
      room.later("page", ANSWER_DEADLINE_MS, lost);
      const asked = { type: "history", room: room.slug, before, limit: PAGE_SIZE } as const;
      if (!this.#host.write(asked)) lost();
    } else if (effect.kind === "retry" && effect.cid === room.inFlight) {
      const pause = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (room.tries - 1));
      room.later("send", effect.afterMs ?? pause, () => room.again());
    }
  }

  #vetoes(room: Room, entry: Pending): boolean {
    if (this.#host.leaves(room, entry)) return true;
    const { visitor, limits } = this.#host.about;
    const problem = whyNotToSend(entry, room.slug, visitor?.id ?? null, limits.frame_bytes);
    if (problem) this.fail(room, entry.cid, problem);
    return problem !== null;
  }
}
