/**
 * One room at work: runs `reduce`, does what its effects ask, and sends what waits, one message
 * at a time so that their order is kept.
 *
 *   queue ─► pending ─► send ─► ack, own message or held entry ─► the next
 *                        │ no answer in 10 s, or a nack that is not final: the same again
 *                        └ connection lost: again after the next sync, which may have resolved it
 */

import type { ClientFrame, Joining, RoomScoped, Visitor } from "../protocol/frames.ts";
import {
  type Effect,
  emptyRoom,
  hasHole,
  type Input,
  type Pending,
  type RoomState,
  reduce,
} from "./reduce.ts";

const ANSWER_DEADLINE_MS = 10_000;
const SYNC_SIZE = 100;

/** What a room needs of its conversation. */
export interface RoomHost {
  me(): Visitor | null;
  /** False when there is no connection. */
  write(frame: ClientFrame): boolean;
  /** Keeps what I wrote over a reload. */
  save(room: string, before: readonly Pending[], after: readonly Pending[]): void;
  /** Something happened; the host does what the room itself does not do of `effects`. */
  after(room: Room, before: RoomState, effects: readonly Effect[]): void;
  changed(): void;
  /** The room is in step again. */
  synced(room: Room): void;
  /** True when this message must not go out now; then it was failed, or another tab sends it. */
  vetoes(room: Room, entry: Pending): boolean;
}

const isSending = ({ status }: Pending) => status === "sending";

export class Room {
  readonly slug: string;
  state: RoomState;
  /** In step: a `sync` came over this connection. */
  synced = false;
  /** The `cid` that is on its way. */
  inFlight: string | null = null;
  /** How often it was sent. */
  tries = 0;
  /** The read mark that the server knows. */
  seenSent = 0;
  readonly #host: RoomHost;
  readonly #timers: Record<string, ReturnType<typeof setTimeout>> = {};

  constructor(slug: string, host: RoomHost) {
    this.slug = slug;
    this.#host = host;
    this.state = emptyRoom(slug);
  }

  dispatch(input: Input): void {
    const { state: before } = this;
    const host = this.#host;
    const { state, effects } = reduce(before, input, { me: host.me(), now: Date.now() });
    this.state = state;
    host.save(this.slug, before.pending, state.pending);
    for (const effect of effects)
      if (effect.kind === "ask") this.later("ask", effect.afterMs, () => this.#askSync());
    host.after(this, before, effects);
    if (before === state) return;
    host.changed();
    if (before.pending !== state.pending) this.flush();
  }

  receive(frame: RoomScoped): void {
    if (frame.type === "sync") clearTimeout(this.#timers["ask"]);
    this.dispatch(frame);
    if (frame.type !== "sync" || !this.state.epoch) return;
    this.synced = true;
    this.seenSent = frame.seen;
    this.#host.synced(this);
    this.flush();
  }

  /** My part of `hello`, or of `join`; from now on an answer is expected. */
  joining(): Joining {
    const { epoch, since } = this.state;
    this.dispatch({ type: "asking", on: true });
    this.later("ask", ANSWER_DEADLINE_MS, () => this.#askSync());
    return epoch === null ? { room: this.slug } : { room: this.slug, epoch, since };
  }

  /** The connection is gone. */
  down(): void {
    this.stop();
    this.synced = false;
    this.inFlight = null;
    this.dispatch({ type: "down" });
  }

  stop(): void {
    for (const name in this.#timers) clearTimeout(this.#timers[name]);
  }

  /** One timer of each name. */
  later(name: string, ms: number, action: () => void): void {
    clearTimeout(this.#timers[name]);
    this.#timers[name] = setTimeout(action, ms);
  }

  /** Sends the first that waits, when nothing is in flight and the room is in step. */
  flush(): void {
    const { slug } = this;
    const host = this.#host;
    const { pending, notBefore } = this.state;
    if (this.inFlight) {
      if (pending.some((entry) => isSending(entry) && entry.cid === this.inFlight)) return;
      this.inFlight = null;
      this.tries = 0;
    }
    clearTimeout(this.#timers["send"]);
    const entry = pending.find(isSending);
    if (!entry || !this.synced || host.vetoes(this, entry)) return;
    const { cid, body, reply_to, attachments } = entry;
    const wait = notBefore - Date.now();
    if (wait > 0) return this.later("send", wait, () => this.flush());
    this.inFlight = cid;
    this.tries += 1;
    // Noted before it is written: after a crash in between it must count as perhaps sent.
    this.dispatch({ type: "written", cid, by: host.me()?.id ?? null });
    host.write({
      type: "send",
      cid,
      room: slug,
      body,
      reply_to: reply_to ?? undefined,
      attachments: attachments.length ? attachments.map(({ id }) => id) : undefined,
    });
    this.later("send", ANSWER_DEADLINE_MS, () => this.again());
  }

  /** The same once more. */
  again(): void {
    this.inFlight = null;
    this.flush();
  }

  #askSync(): void {
    const { slug } = this;
    const { epoch, since } = this.state;
    if (this.synced && !hasHole(this.state)) return this.dispatch({ type: "asking", on: false });
    const asked = this.#host.write(
      epoch === null
        ? { type: "join", room: slug }
        : { type: "sync", room: slug, epoch, since, limit: SYNC_SIZE },
    );
    // Without a connection the next `hello` asks.
    if (asked) this.later("ask", ANSWER_DEADLINE_MS, () => this.#askSync());
  }
}
