/**
 * One room at work: runs `reduce`, does what its effects ask, and sends what waits, one message
 * at a time so that their order is kept.
 *
 *   queue ─► pending ─► send ─► ack, own message or held entry ─► the next
 *                        │ no answer in 10 s, or a nack that is not final: the same again
 *                        └ connection lost: again after the next sync, which may have resolved it
 */

import type { Events } from "./events.ts";
import type { ClientFrame, Joining, RoomScoped, Visitor } from "./protocol.ts";
import { emptyRoom, hasHole, type Input, type Pending, type RoomState, reduce } from "./state.ts";
import type { Effect } from "./state-types.ts";

const ANSWER_DEADLINE_MS = 10_000;
const SYNC_SIZE = 100;

/** What a room needs of its conversation. */
export interface RoomHost {
  readonly events: Events;
  me(): Visitor | null;
  /** False when there is no connection. */
  write(frame: ClientFrame): boolean;
  /** Keeps what I wrote over a reload. */
  save(room: string, before: readonly Pending[], after: readonly Pending[]): void;
  changed(): void;
  /** The second half, once it is here. */
  endurance(): RoomEndurance | null;
}

export interface RoomEndurance {
  /** Something happened; what the first half does not do of `effects` is to be done now. */
  after(room: Room, before: RoomState, effects: readonly Effect[]): void;
  /** The room is in step again. */
  synced(room: Room): void;
  /** True when this message must not go out any more, and was failed. */
  vetoes(room: Room, entry: Pending): boolean;
}

export interface Room {
  readonly slug: string;
  state: RoomState;
  /** In step: a `sync` came over this connection. */
  synced: boolean;
  /** The `cid` that is on its way. */
  inFlight: string | null;
  /** How often it was sent. */
  tries: number;
  /** The read mark that the server knows. */
  told: number;
  dispatch(input: Input): void;
  receive(frame: RoomScoped): void;
  /** My part of `hello`, or of `join`; from now on an answer is expected. */
  joining(): Joining;
  down(): void;
  stop(): void;
  /** One timer of each name. */
  later(name: string, ms: number, action: () => void): void;
  /** Sends the first that waits, when nothing is in flight and the room is in step. */
  flush(): void;
  /** The same once more. */
  again(): void;
}

const isWaiting = ({ status }: Pending) => status === "sending";

export function createRoom(slug: string, host: RoomHost): Room {
  const timers: Record<string, ReturnType<typeof setTimeout>> = {};

  function askSync(): void {
    const { epoch, since } = room.state;
    if (room.synced && !hasHole(room.state)) return room.dispatch({ type: "asking", on: false });
    const asked = host.write(
      epoch === null
        ? { type: "join", room: slug }
        : { type: "sync", room: slug, epoch, since, limit: SYNC_SIZE },
    );
    // Without a connection the next `hello` asks.
    if (asked) room.later("ask", ANSWER_DEADLINE_MS, askSync);
  }

  const room: Room = {
    slug,
    state: emptyRoom(slug),
    synced: false,
    inFlight: null,
    tries: 0,
    told: 0,
    later(name, ms, action) {
      clearTimeout(timers[name]);
      timers[name] = setTimeout(action, ms);
    },
    dispatch(input) {
      const before = room.state;
      const { state, effects } = reduce(before, input, { me: host.me(), now: Date.now() });
      room.state = state;
      host.save(slug, before.pending, state.pending);
      for (const effect of effects)
        if (effect.kind === "ask") room.later("ask", effect.afterMs, askSync);
      host.endurance()?.after(room, before, effects);
      if (before === state) return;
      host.changed();
      if (before.pending !== state.pending) room.flush();
    },
    receive(frame) {
      if (frame.type === "sync") clearTimeout(timers["ask"]);
      room.dispatch(frame);
      if (frame.type !== "sync" || !room.state.epoch) return;
      room.synced = true;
      room.told = frame.seen;
      host.endurance()?.synced(room);
      room.flush();
    },
    joining() {
      const { epoch, since } = room.state;
      room.dispatch({ type: "asking", on: true });
      room.later("ask", ANSWER_DEADLINE_MS, askSync);
      return epoch === null ? { room: slug } : { room: slug, epoch, since };
    },
    down() {
      room.stop();
      room.synced = false;
      room.inFlight = null;
      room.dispatch({ type: "down" });
    },
    stop() {
      for (const name in timers) clearTimeout(timers[name]);
    },
    flush() {
      const { pending, notBefore } = room.state;
      if (room.inFlight) {
        if (pending.some((entry) => isWaiting(entry) && entry.cid === room.inFlight)) return;
        room.inFlight = null;
        room.tries = 0;
      }
      clearTimeout(timers["send"]);
      const entry = pending.find(isWaiting);
      if (!entry || !room.synced || host.endurance()?.vetoes(room, entry)) return;
      const by = host.me()?.id ?? null;
      const { cid, body, reply_to, attachments, written } = entry;
      // Somebody else wrote it: sending it by itself could double it.
      if (written && written !== by) return;
      const wait = notBefore - Date.now();
      if (wait > 0) return room.later("send", wait, room.flush);
      room.inFlight = cid;
      room.tries += 1;
      // Noted before it is written: after a crash in between it must count as perhaps sent.
      room.dispatch({ type: "written", cid, by });
      host.write({
        type: "send",
        cid,
        room: slug,
        body,
        reply_to: reply_to ?? undefined,
        attachments: attachments.length ? attachments.map(({ id }) => id) : undefined,
      });
      room.later("send", ANSWER_DEADLINE_MS, room.again);
    },
    again() {
      room.inFlight = null;
      room.flush();
    },
  };
  return room;
}
