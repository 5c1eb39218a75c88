/**
 * The second half of a conversation: what the first second does without, and what it must not be
 * without for long. It is asked for with the first `welcome` or the first trouble, and until it is
 * here messages wait, are sent and come back all the same (link.ts, room.ts). The other rules of a room come beside it, rare.ts.
 *
 *   endurance.ts   coming back; climber.ts by which transport
 *   stored.ts      what was written before this page
 *   handover.ts    what was written in another tab
 *   tabs.ts, acts.ts, errors.ts
 */

import { type Acts, createActs } from "./acts.ts";
import type { Core, Endurance } from "./conversation-types.ts";
import { newCid, toJson } from "./core.ts";
import { ChatError, problemOf } from "./errors.ts";
import type { Stop } from "./events.ts";
import { createHandover } from "./handover.ts";
import type { AckFrame, ErrorFrame, NackFrame, RoomScoped, ServerFrame } from "./protocol.ts";
import type { Room } from "./room.ts";
import type { Pending, Problem, RoomState } from "./state.ts";
import type { Effect } from "./state-types.ts";
import { createStored, MAX_AGE_MS } from "./stored.ts";
import { openTabs, type TabNews, type Tabs } from "./tabs.ts";
import { createClimber } from "./transport/climber.ts";
import { endureLink } from "./transport/endurance.ts";

const ANSWER_DEADLINE_MS = 10_000;
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 30_000;
const PAGE_SIZE = 50;
const BANNED_CLOSE = 4504;

const otherVisitor: Problem = {
  code: "identity",
  message: "You are somebody new to this chat since. Send it under your new name?",
};
const tooOld: Problem = {
  code: "aged",
  message: "This message waited for more than a day. Send it again?",
};
const tooLong: Problem = { code: "too_long", message: "This message is too long." };

export function endure(core: Core): Endurance {
  const { link, rooms, joined, store, events, about, together } = core;
  const stored = createStored(store);
  const acts: Acts = createActs(link.write);
  const unreadTold = new Map<string, number>();
  const lastTypingAt = new Map<Room, number>();
  const lastSeenAt = new Map<Room, number>();
  const handover = createHandover(core, stored, (room) => link.write(proof(room.state)));
  let tabs: Tabs | null = null;
  const me = () => about.visitor?.id ?? null;

  const climber = createClimber(link, {
    choice: core.transport,
    store,
    openHttp: async (network, told) =>
      (await import("./transport/http.ts")).openHttp(
        { api: core.api, network, about: () => about, problemOf },
        told,
      ),
  });
  const endurance = endureLink(link, climber, {
    problemOf,
    probe() {
      for (const { synced, state } of joined) if (synced && !state.asking) return proof(state);
      return null;
    },
    stopped: (stop, closeCode) => together(() => stopped(stop, closeCode)),
    left: closeTabs,
    back() {
      listenToTabs();
      together(() => handover.takeUp());
    },
    isActive: core.isActive,
  });

  /** A question that changes nothing: its answer says what is missing, and what waits. */
  function proof({ room, epoch, since }: RoomState) {
    return { type: "sync", room, epoch: epoch ?? "", since, limit: 1 } as const;
  }

  function stopped(stop: Stop, closeCode: number | null): void {
    const { code, message, hint, until = null, remedy } = stop;
    if (closeCode === BANNED_CLOSE) void learnUntil(stop);
    else if (code === "banned") events.emit("banned", { until, reason: message });
    // A reload or a look at this tab goes on by itself; else nothing would send what waits.
    if (remedy === "none" || remedy === "hide")
      for (const room of rooms.values())
        for (const { cid, written } of room.state.pending)
          if (written || closeCode !== BANNED_CLOSE) fail(room, cid, { code, message, hint });
    // The owner, who pasted the tag, looks here first.
    const page =
      code === "origin_not_allowed" && (globalThis.origin ?? globalThis.location?.origin);
    const why = page === "null" ? ", as of all files and sandboxed frames" : "";
    const origin = page && `(the origin of this page is ${page}${why})`;
    console.error(["[inglenook]", message, hint, origin].filter(Boolean).join(" "));
    events.emit("error", stop);
  }

  /** A close has no room for the end of a ban; the session call says it. */
  async function learnUntil(stop: Stop): Promise<void> {
    const { until = null } = await core.session().then(() => stop, problemOf);
    events.emit("banned", { until, reason: stop.message });
    if (until && link.connection.stop === stop)
      together(() => link.publish("stopped", { stop: { ...stop, until } }));
  }

  function fail(room: Room, cid: string, problem: Problem): void {
    room.dispatch({ type: "fail", cid, problem });
  }

  // Rooms

  function run(room: Room, effect: Effect): void {
    if (effect.kind === "tell") events.emit(effect.event, effect.value as never);
    else if (effect.kind === "page") {
      const { before } = effect;
      const lost = () => room.dispatch({ type: "unanswered", before });
      room.later("page", ANSWER_DEADLINE_MS, lost);
      if (!link.write({ type: "history", room: room.slug, before, limit: PAGE_SIZE })) lost();
    } else if (effect.kind === "retry" && effect.cid === room.inFlight) {
      const pause = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (room.tries - 1));
      room.later("send", effect.afterMs ?? pause, room.again);
    }
  }

  function tellSeen(room: Room): void {
    const { seen } = room.state;
    const wait = (lastSeenAt.get(room) ?? 0) + about.limits.seen_s * 1000 - Date.now();
    if (seen <= room.told) return;
    if (wait > 0) return room.later("seen", wait, () => tellSeen(room));
    if (!link.write({ type: "seen", room: room.slug, rev: seen })) return;
    lastSeenAt.set(room, Date.now());
    room.told = seen;
  }

  function vetoes(room: Room, entry: Pending): boolean {
    if (handover.leaves(room, entry)) return true;
    const { cid, at, body, written } = entry;
    const { frame_bytes } = about.limits;
    // The server could not even read its `cid`, and closes after a few of them.
    const isTooLong =
      new Blob([toJson({ type: "send", cid, room: room.slug, body })]).size > frame_bytes;
    const problem =
      written && written !== me()
        ? otherVisitor
        : Date.now() - at > MAX_AGE_MS
          ? tooOld
          : isTooLong && tooLong;
    if (problem) fail(room, cid, problem);
    return Boolean(problem);
  }

  // Frames

  function hear(frame: ServerFrame): void {
    if (frame.type === "ping")
      for (const [slug, [epoch, head]] of Object.entries(frame.heads))
        rooms.get(slug)?.dispatch({ type: "head", epoch, head });
    if (frame.type !== "ack" && frame.type !== "nack" && frame.type !== "error") return;
    acts.settle(frame);
    if (frame.type === "error" && !frame.cid) events.emit("error", frame);
    // Without a room it can still be known by its `cid`; the others ignore it.
    if (frame.room) answer(rooms.get(frame.room), frame);
    else if (frame.cid)
      for (const room of rooms.values()) {
        room.dispatch(frame);
        answer(room, frame);
      }
  }

  /** An error about a `send` is its answer. */
  function answer(room: Room | undefined, frame: AckFrame | NackFrame | ErrorFrame): void {
    // The server could not say whose `cid` it was, but only one was on its way.
    const cid = frame.cid ?? room?.inFlight;
    if (!room || !cid || frame.type !== "error" || frame.re !== "send") return;
    const { code, message, field, retry_ms } = frame;
    const final = retry_ms === undefined;
    room.dispatch({ type: "nack", room: room.slug, cid, code, message, final, field, retry_ms });
  }

  // Tabs

  function listenToTabs(): void {
    tabs ??= openTabs(core.name, me, (news) => together(() => hearTab(news)));
  }

  function closeTabs(): void {
    tabs?.close();
    tabs = null;
  }

  function hearTab(news: TabNews): void {
    const { visitor } = about;
    if (news.kind === "name") {
      if (visitor) core.setVisitor({ ...visitor, name: news.name });
      return;
    }
    const room = rooms.get(news.room);
    if (news.kind === "seen") room?.dispatch({ type: "seen", room: news.room, rev: news.rev });
    else if (news.kind === "discard") room?.dispatch({ type: "drop", cid: news.cid });
    else {
      // Only for a room that isn't open here; an open one counts itself.
      unreadTold.set(news.room, news.count);
      about.rooms = about.rooms.map((summary) =>
        summary.slug === news.room ? { ...summary, unread: news.count } : summary,
      );
      core.changed();
    }
  }

  const self: Endurance = {
    after(room, before, effects) {
      const { slug, state } = room;
      for (const effect of effects) run(room, effect);
      if (before.typing !== state.typing) {
        events.emit("typing", { room: slug, who: state.typing });
        if (state.typing.length)
          room.later("quiet", state.typingUntil - Date.now(), () =>
            room.dispatch({ type: "quiet" }),
          );
      }
      if (before.online !== state.online && state.online !== null)
        events.emit("presence", { room: slug, count: state.online });
    },
    synced(room) {
      handover.synced(room);
      tellSeen(room);
      acts.resend(room.slug);
    },
    vetoes,
    start() {
      listenToTabs();
      handover.start();
      handover.takeUp(true);
      for (const room of rooms.values()) {
        if (room.synced) self.synced(room);
        room.flush();
      }
      endurance.start();
    },
    stop() {
      closeTabs();
      handover.stop();
      endurance.stop();
      acts.stop();
    },
    byHand: endurance.byHand,
    opened: handover.restore,
    hear,
    missed(frame) {
      const room = "room" in frame ? rooms.get(frame.room ?? "") : undefined;
      // It may be answered already: what waits for approval is asked for again.
      if (frame.type === "sync" && room?.synced) {
        if (frame.held.length || room.state.pending.some(({ status }) => status === "held"))
          link.write(proof(room.state));
      } else if (/presence|nack|refused|error/.test(frame.type)) {
        room?.dispatch(frame as RoomScoped);
        hear(frame);
      }
    },
    settled() {
      const { rooms: told, unread: total } = core.snapshot();
      for (const { slug, unread: count } of told) {
        if (unreadTold.get(slug) === count) continue;
        unreadTold.set(slug, count);
        tabs?.tell({ kind: "unread", room: slug, count });
        events.emit("unread", { room: slug, count, total });
      }
    },
    typing(room) {
      const now = Date.now();
      const isSoon = now - (lastTypingAt.get(room) ?? 0) < about.limits.typing_s * 1000;
      // Behind a full buffer it would arrive when it is no longer true.
      if (!room.synced || isSoon || link.backlog()) return;
      if (link.write({ type: "typing", room: room.slug })) lastTypingAt.set(room, now);
    },
    seen(room) {
      tabs?.tell({ kind: "seen", room: room.slug, rev: room.state.seen });
      tellSeen(room);
    },
    retry(room, cid) {
      const entry = room.state.pending.find((pending) => pending.cid === cid);
      const refused = entry?.status === "refused";
      if (entry?.status !== "failed" && !refused) return;
      room.dispatch({ type: "drop", cid });
      // The server has a refused one under its `cid` and would refuse it again; a new visitor's
      // is another message to it.
      const fresh = { at: Date.now(), status: "sending", problem: null, written: null } as const;
      room.dispatch({
        type: "queue",
        entry: { ...entry, ...fresh, elsewhere: 0, cid: refused ? newCid() : cid },
      });
    },
    discard(room, cid) {
      room.dispatch({ type: "drop", cid });
      tabs?.tell({ kind: "discard", room: room.slug, cid });
    },
    act: (room, by) => acts.start({ ...by, cid: newCid(), room: room.slug }, room.synced),
    async rename(name) {
      if (!core.token()) await core.session();
      const ask = () =>
        core.call("PATCH", "me", { name }).catch((error) => {
          throw new ChatError(problemOf(error));
        });
      const answer = await ask().catch(async (error: ChatError) => {
        if (error.code !== "token_expired" && error.code !== "invalid_token") throw error;
        await core.session();
        return ask();
      });
      const { visitor = answer } = answer as { visitor?: unknown };
      const renamed = visitor as NonNullable<typeof about.visitor>;
      core.setVisitor(renamed);
      tabs?.tell({ kind: "name", name: renamed.name });
      return renamed;
    },
    forget(until) {
      unreadTold.clear();
      for (const cid of stored.clear(until))
        for (const room of rooms.values()) room.dispatch({ type: "drop", cid });
    },
  };

  return self;
}
