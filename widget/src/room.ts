/**
 * One room at work: runs `reduce`, does what its effects ask, and sends what waits, one message
 * at a time so that their order is kept.
 *
 *   queue ─► pending ─► send ─► ack, own message or held entry ─► the next
 *                        │ no answer in 10 s, or a nack that is not final: the same again
 *                        └ connection lost: again after the next sync, which may have resolved it
 */

import type { Acts } from "./acts.ts";
import { unreachable } from "./api.ts";
import { newCid } from "./cid.ts";
import type { EventName, Events, SessionEvents } from "./events.ts";
import { MAX_AGE_MS, type Outbox } from "./outbox.ts";
import type {
  AckFrame,
  ClientFrame,
  Joining,
  Limits,
  NewAct,
  RoomScoped,
  SendFrame,
} from "./protocol.ts";
import type { SendOptions } from "./session-types.ts";
import {
  type Context,
  type Effect,
  emptyRoom,
  hasHole,
  type Input,
  newPending,
  type Pending,
  type Problem,
  type RoomState,
  reduce,
} from "./state.ts";

const ACK_DEADLINE_MS = 10_000;
const ANSWER_DEADLINE_MS = 10_000;
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 30_000;
export const PAGE_SIZE = 50;
const SYNC_SIZE = 100;

/** What a room needs of its conversation. */
export interface RoomHost {
  readonly events: Events;
  readonly outbox: Outbox;
  context(): Context;
  limits(): Limits;
  /** False when there is no connection. */
  write(frame: ClientFrame): boolean;
  backlog(): number;
  changed(): void;
  /** The read mark moved here; other tabs may like to know. */
  seenHere(room: string, rev: number): void;
}

export interface Room {
  readonly slug: string;
  state(): RoomState;
  dispatch(input: Input): void;
  receive(frame: RoomScoped): void;
  /** My part of `hello`, or of `join`; from now on an answer is expected. */
  joining(): Joining;
  down(): void;
  stop(): void;
  /** Whether something of mine still has to go out. */
  isBusy(): boolean;
  /** What was written here before this page was loaded. */
  restore(): void;
  send(body: string, options?: SendOptions): string;
  retry(cid: string): void;
  /** What waits will not be sent by itself any more. */
  failAll(problem: Problem, writtenOnly: boolean): void;
  act(by: NewAct): Promise<AckFrame>;
  typing(): void;
  seen(): void;
  flush(): void;
}

export function createRoom(slug: string, host: RoomHost): Room {
  let state = emptyRoom(slug);
  let synced = false;
  let inFlight: string | null = null;
  let tries = 0;
  let lastTypingAt = 0;
  let lastSeenAt = 0;
  let seenSent = 0;
  const timers = new Map<string, ReturnType<typeof setTimeout>>();
  let acts: Promise<Acts> | null = null;

  /** Loaded with the first edit, deletion or reaction: most visitors never make one. */
  function withActs(action: (acts: Acts) => void): void {
    acts?.then(action, () => {});
  }

  /** One timer of each name. */
  function later(name: string, ms: number, action: () => void): void {
    clearTimeout(timers.get(name));
    timers.set(name, setTimeout(action, ms));
  }

  function cancel(...names: string[]): void {
    for (const name of names) clearTimeout(timers.get(name));
  }

  function dispatch(input: Input): void {
    const before = state;
    const step = reduce(before, input, host.context());
    state = step.state;
    host.outbox.save(slug, before.pending, state.pending);
    for (const effect of step.effects) run(effect);
    if (before === state) return;
    announce(before);
    host.changed();
    if (before.pending !== state.pending) flush();
  }

  function announce(before: RoomState): void {
    const { emit } = host.events;
    if (before.typing !== state.typing) {
      emit("typing", { room: slug, who: state.typing });
      if (state.typing.length)
        later("quiet", state.typingUntil - host.context().now, () => dispatch({ type: "quiet" }));
    }
    if (before.online !== state.online && state.online !== null)
      emit("presence", { room: slug, count: state.online });
  }

  function tell<K extends EventName>(told: { event: K; value: SessionEvents[K] }): void {
    host.events.emit(told.event, told.value);
  }

  function run(effect: Effect): void {
    switch (effect.kind) {
      case "ask":
        return later("ask", effect.afterMs, askSync);
      case "page":
        later("page", ANSWER_DEADLINE_MS, () => unanswered("history"));
        if (!host.write({ type: "history", room: slug, before: effect.before, limit: PAGE_SIZE }))
          unanswered("history");
        return;
      case "retry": {
        if (effect.cid !== inFlight) return;
        const pause = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (tries - 1));
        return later("send", effect.afterMs ?? pause, sendAgain);
      }
      default:
        return tell(effect);
    }
  }

  function askSync(): void {
    if (!hasHole(state)) return dispatch({ type: "settled" });
    const { epoch, since } = state;
    const asked = host.write(
      epoch === null
        ? { type: "join", room: slug }
        : { type: "sync", room: slug, epoch, since, limit: SYNC_SIZE },
    );
    // Without a connection the next `hello` asks.
    if (asked) later("ask", ANSWER_DEADLINE_MS, () => unanswered("sync"));
  }

  function unanswered(what: "sync" | "history"): void {
    dispatch({ type: "unanswered", what });
  }

  /** Sends the first that waits, when nothing is in flight and the room is in step. */
  function flush(): void {
    if (inFlight !== null) {
      const { cid } = state.pending.find((entry) => isWaiting(entry, inFlight)) ?? {};
      if (cid) return;
      inFlight = null;
      cancel("send");
      tries = 0;
    }
    const entry = state.pending.find((waiting) => isWaiting(waiting));
    if (!entry || !synced) return;
    const { now } = host.context();
    if (now - entry.at > MAX_AGE_MS) return fail(entry.cid, tooOld);
    if (state.notBefore > now) return later("send", state.notBefore - now, flush);
    const frame: SendFrame = {
      type: "send",
      cid: entry.cid,
      room: slug,
      body: entry.body,
      ...(entry.reply_to === null ? {} : { reply_to: entry.reply_to }),
      ...(entry.attachments.length ? { attachments: entry.attachments.map(({ id }) => id) } : {}),
    };
    // The server could not even read its `cid`, and closes after a few of them.
    if (new TextEncoder().encode(JSON.stringify(frame)).length > host.limits().frame_bytes)
      return fail(entry.cid, tooLong);
    inFlight = entry.cid;
    tries += 1;
    // Noted before it is written: after a crash in between it must count as perhaps sent.
    dispatch({ type: "written", cid: entry.cid });
    host.write(frame);
    later("send", ACK_DEADLINE_MS, sendAgain);
  }

  function sendAgain(): void {
    inFlight = null;
    flush();
  }

  function queue(entry: Pending): void {
    dispatch({ type: "queue", entry });
  }

  function fail(cid: string, problem: Problem): void {
    dispatch({ type: "fail", cid, problem });
  }

  function receive(frame: RoomScoped): void {
    if (frame.type === "sync") cancel("ask");
    if (frame.type === "history") cancel("page");
    if (frame.type === "ack" || frame.type === "nack") withActs(({ settle }) => settle(frame));
    if (frame.type === "error") {
      if (frame.cid) withActs(({ settle }) => settle(frame));
      // The server could not say whose `cid` it was, but only one was on its way.
      const cid = frame.cid ?? inFlight;
      if (frame.re === "send" && cid) {
        const final = frame.retry_ms === undefined;
        const { code, message, field, retry_ms } = frame;
        const answer = { room: slug, cid, code, message, final, field, retry_ms };
        return dispatch({ type: "nack", ...answer });
      }
    }
    dispatch(frame);
    if (frame.type !== "sync" || !state.epoch) return;
    synced = true;
    seenSent = frame.seen;
    if (state.seen > seenSent) tellSeen();
    withActs(({ resend }) => resend());
    flush();
  }

  function tellSeen(): void {
    const wait = lastSeenAt + host.limits().seen_s * 1000 - host.context().now;
    if (wait > 0) return later("seen", wait, tellSeen);
    if (state.seen <= seenSent || !host.write({ type: "seen", room: slug, rev: state.seen }))
      return;
    lastSeenAt = host.context().now;
    seenSent = state.seen;
  }

  return {
    slug,
    state: () => state,
    dispatch,
    receive,
    joining() {
      dispatch({ type: "joining" });
      later("ask", ANSWER_DEADLINE_MS, () => unanswered("sync"));
      const { epoch, since } = state;
      return epoch === null ? { room: slug } : { room: slug, epoch, since };
    },
    down() {
      synced = false;
      inFlight = null;
      cancel("ask", "page", "send");
      withActs(({ down }) => down());
      dispatch({ type: "down" });
    },
    stop() {
      cancel(...timers.keys());
      withActs(({ stop }) => stop());
    },
    isBusy: () => state.pending.some((entry) => isWaiting(entry)),
    restore() {
      const known = new Set(state.pending.map(({ cid }) => cid));
      for (const entry of host.outbox.restore(slug, host.context().now))
        if (!known.has(entry.cid)) dispatch({ type: "queue", entry });
    },
    send(body, { replyTo = null, attachments = [] } = {}) {
      const cid = newCid();
      queue({ ...newPending(cid, body, host.context().now), reply_to: replyTo, attachments });
      return cid;
    },
    retry(cid) {
      const entry = state.pending.find((pending) => pending.cid === cid);
      const refused = entry?.status === "refused";
      if (entry?.status !== "failed" && !refused) return;
      dispatch({ type: "drop", cid });
      // The server has a refused one under its `cid` and would refuse it again.
      const again = { cid: refused ? newCid() : cid, at: host.context().now } as const;
      queue({ ...entry, ...again, status: "sending", problem: null });
    },
    failAll(problem, writtenOnly) {
      for (const { cid, written } of state.pending) if (written || !writtenOnly) fail(cid, problem);
    },
    act(by) {
      acts ??= import("./acts.ts").then(({ createActs }) => createActs(host.write));
      const loaded = acts;
      return loaded.then(
        ({ start }) => start({ ...by, cid: newCid(), room: slug }, synced),
        () => {
          acts = null;
          throw unreachable();
        },
      );
    },
    typing() {
      const { now } = host.context();
      if (!synced || now - lastTypingAt < host.limits().typing_s * 1000) return;
      // Behind a full buffer it would arrive when it is no longer true.
      if (host.backlog() === 0 && host.write({ type: "typing", room: slug })) lastTypingAt = now;
    },
    seen() {
      const rev = state.since;
      if (state.epoch === null || rev <= state.seen) return;
      dispatch({ type: "seen", room: slug, rev });
      host.seenHere(slug, rev);
      tellSeen();
    },
    flush,
  };
}

const tooOld: Problem = {
  code: "aged",
  message: "This message waited for more than a day. Send it again?",
};

const tooLong: Problem = { code: "too_long", message: "This message is too long." };

function isWaiting(entry: Pending, cid: string | null = entry.cid): boolean {
  return entry.status === "sending" && entry.cid === cid;
}
