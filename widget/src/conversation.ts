/**
 * The conversation itself: who I am, which rooms are joined, and what goes over the link.
 *
 *   session.ts (shared, counted) ─► conversation ─► room.ts (one each) ─► state.ts
 *                                        └────────► transport/link.ts, api.ts, outbox.ts, tabs.ts
 */

import { ChatError, createApi } from "./api.ts";
import { newCid } from "./cid.ts";
import { createEvents } from "./events.ts";
import { createOutbox } from "./outbox.ts";
import {
  type ActFrame,
  DEFAULT_LIMITS,
  type Limits,
  PROTOCOL_VERSION,
  type Problem,
  type RoomSummary,
  type ServerFrame,
  type SessionAnswer,
  type Site,
  type Visitor,
  type WelcomeFrame,
} from "./protocol.ts";
import { createRoom, type Room } from "./room.ts";
import type { Session, SessionOptions, Snapshot } from "./session-types.ts";
import { newPending, type Pending } from "./state.ts";
import { openStore } from "./storage.ts";
import { openTabs, type TabNews, type Tabs } from "./tabs.ts";
import { createLink } from "./transport/link.ts";
import { openSocket } from "./transport/socket.ts";
import type { Stop } from "./transport/transport.ts";

const BANNED_CLOSE = 4504;
const ALIASES = ["", "private"];

const otherVisitor: Problem = {
  code: "identity",
  message: "You are somebody new to this chat since. Send it under your new name?",
};

export interface Conversation extends Omit<Session, "setActive" | "close"> {
  /** Some view is open until the returned function is called. */
  activate(): () => void;
  end(): void;
}

export function createConversation({ base, site: key, storage }: SessionOptions): Conversation {
  const api = createApi(base, key);
  const store = openStore(storage ?? "local", `inglenook:${key}:`);
  const outbox = createOutbox(store);
  const events = createEvents();
  const listeners = new Set<() => void>();
  /** By slug; before the session is answered also by alias, with nothing but what I wrote. */
  const rooms = new Map<string, Room>();
  /** How many views want each room, by the name they use. */
  const wanted = new Map<string, number>();
  const joined = new Set<Room>();
  let tabs: Tabs | null = null;
  let token: string | null = null;
  let visitor: Visitor | null = null;
  let site: Site | null = null;
  let limits: Limits = DEFAULT_LIMITS;
  let summaries: readonly RoomSummary[] = [];
  let clockOffsetMs = 0;
  let started = false;
  let ready = false;
  let active = 0;
  let asked: Promise<string> | null = null;
  let current: Snapshot | null = null;
  const unreadTold = new Map<string, number>();
  let batch = 0;
  let dirty = false;

  // Views

  function changed(): void {
    current = null;
    dirty = true;
    if (batch === 0) publish();
  }

  /** Several frames, one drawing. */
  function together(action: () => void): void {
    batch += 1;
    try {
      action();
    } finally {
      batch -= 1;
      if (batch === 0 && dirty) publish();
    }
  }

  function publish(): void {
    dirty = false;
    // What kept a room joined may just have been sent.
    together(settleRooms);
    tellUnread();
    for (const listener of [...listeners]) listener();
  }

  function unreadOf(summary: RoomSummary): number {
    const state = rooms.get(summary.slug)?.state();
    return state?.epoch ? state.unread : summary.unread;
  }

  function snapshot(): Snapshot {
    if (current) return current;
    const told = summaries.map((summary) => {
      const unread = unreadOf(summary);
      return unread === summary.unread ? summary : { ...summary, unread };
    });
    const unread = told.reduce((sum, room) => sum + room.unread, 0);
    const connection = link.connection();
    current = { connection, visitor, site, limits, rooms: told, unread, clockOffsetMs };
    return current;
  }

  function tellUnread(): void {
    const { rooms: told, unread: total } = snapshot();
    for (const { slug, unread: count } of told) {
      if (unreadTold.get(slug) === count) continue;
      unreadTold.set(slug, count);
      tabs?.tell({ kind: "unread", room: slug, count });
      events.emit("unread", { room: slug, count, total });
    }
  }

  // Rooms

  function slugOf(name: string): string {
    if (name === "private") return summaries.find(({ kind }) => kind === name)?.slug ?? name;
    return name || site?.default_room || summaries[0]?.slug || "";
  }

  function roomFor(name: string): Room {
    const slug = slugOf(name);
    let room = rooms.get(slug);
    if (!room) {
      room = createRoom(slug, {
        events,
        outbox,
        context: () => ({ me: visitor, now: Date.now() }),
        limits: () => limits,
        write: link.write,
        backlog: link.backlog,
        changed,
        seenHere: (slug, rev) => tabs?.tell({ kind: "seen", room: slug, rev }),
      });
      rooms.set(slug, room);
      if (started) restore(room);
    }
    return room;
  }

  function restore(room: Room): void {
    const known = new Set(room.state().pending.map(({ cid }) => cid));
    for (const entry of outbox.restore(room.slug, Date.now()))
      if (!known.has(entry.cid)) room.dispatch({ type: "queue", entry });
  }

  /** Joins what is wanted and leaves what is not; a room with unsent messages stays. */
  function settleRooms(): void {
    const names = new Set([...wanted.keys()].map(slugOf).filter((slug) => !ALIASES.includes(slug)));
    for (const slug of names) {
      const room = roomFor(slug);
      if (joined.has(room)) continue;
      joined.add(room);
      if (isUp()) link.write({ type: "join", ...room.joining() });
    }
    for (const room of joined) {
      if (names.has(room.slug) || room.isBusy()) continue;
      joined.delete(room);
      link.write({ type: "leave", room: room.slug });
      room.down();
    }
  }

  /** What was written under an alias moves to the room that it turned out to be. */
  function resolveAliases(): void {
    for (const alias of ALIASES) {
      const parked = rooms.get(alias);
      if (!parked || slugOf(alias) === alias) continue;
      rooms.delete(alias);
      const { pending } = parked.state();
      for (const { cid } of pending) parked.dispatch({ type: "drop", cid });
      parked.stop();
      const room = roomFor(alias);
      for (const entry of pending) room.dispatch({ type: "queue", entry });
    }
  }

  // Who I am

  /** One session call at a time; whoever needs one waits for the same. */
  function askSession(): Promise<string> {
    const names = [...wanted.keys()];
    const room = names.includes("private") ? "private" : (names.find(Boolean) ?? null);
    asked ??= api
      .session(token ?? store.get("token"), room)
      .then((answer) => {
        together(() => applySession(answer));
        return answer.ws_url;
      })
      .finally(() => {
        asked = null;
      });
    return asked;
  }

  function applySession(answer: SessionAnswer): void {
    ({ token, site, limits, rooms: summaries } = answer);
    store.set("token", answer.token);
    setVisitor(answer.visitor);
    resolveAliases();
    settleRooms();
    changed();
    if (ready) return;
    ready = true;
    events.emit("ready", { visitor: answer.visitor, site: answer.site });
  }

  function setVisitor(next: Visitor): void {
    const before = visitor?.id ?? store.get("visitor");
    const same = visitor?.id === next.id && visitor.name === next.name;
    visitor = same && visitor?.role === next.role ? visitor : next;
    if (before !== next.id) {
      store.set("visitor", next.id);
      // The server may have it under the old name: sending it again by itself could double it.
      if (before) for (const room of rooms.values()) failWaiting(room, otherVisitor, true);
    }
    if (!same) events.emit("identity", next);
    changed();
  }

  function failWaiting(room: Room, problem: Problem, writtenOnly: boolean): void {
    for (const { cid, written } of room.state().pending)
      if (written || !writtenOnly) room.dispatch({ type: "fail", cid, problem });
  }

  // The link

  function isUp(): boolean {
    return link.isOpen();
  }

  function welcome(frame: WelcomeFrame): void {
    limits = frame.limits;
    clockOffsetMs = Date.parse(frame.now) - Date.now() || 0;
    setVisitor(frame.visitor);
  }

  function receive(frame: ServerFrame): void {
    if (frame.type === "welcome") return welcome(frame);
    if (frame.type === "ping") {
      for (const [slug, [epoch, head]] of Object.entries(frame.heads))
        rooms.get(slug)?.dispatch({ type: "head", epoch, head });
      return;
    }
    if (frame.type === "bye") return;
    if (frame.room) rooms.get(frame.room)?.receive(frame);
    // Without a room it can still be known by its `cid`; the others ignore it.
    else if ("cid" in frame) for (const room of rooms.values()) room.receive(frame);
    if (frame.type === "error" && !frame.cid) events.emit("error", frame);
  }

  const link = createLink(
    {
      session: askSession,
      hello: () => ({
        type: "hello",
        v: PROTOCOL_VERSION,
        token: token ?? "",
        rooms: [...joined].slice(0, limits.rooms).map((room) => room.joining()),
      }),
      probe() {
        for (const room of joined) {
          const { epoch, since, asking } = room.state();
          if (epoch && !asking) return { type: "sync", room: room.slug, epoch, since, limit: 1 };
        }
        return null;
      },
      received: (frames) => together(() => frames.forEach(receive)),
      down: () => together(() => joined.forEach((room) => void room.down())),
      stopped: (stop, closeCode) => together(() => stopped(stop, closeCode)),
      changed() {
        changed();
        events.emit("connection", link.connection());
      },
      left: closeTabs,
      back: listenToTabs,
      isActive: () => active > 0,
    },
    openSocket,
  );

  function stopped(stop: Stop, closeCode: number | null): void {
    const { code, message, hint, until = null } = stop;
    if (code === "banned") events.emit("banned", { until, reason: message });
    // A reload or a look at this tab goes on by itself; else nothing would send what waits.
    if (stop.remedy === "none" || stop.remedy === "hide")
      for (const room of rooms.values())
        failWaiting(room, { code, message, hint }, closeCode === BANNED_CLOSE);
    // The owner, who pasted the tag, looks here first.
    console.error(`[inglenook] ${message}${hint ? ` ${hint}` : ""}`);
    events.emit("error", stop);
  }

  function listenToTabs(): void {
    tabs ??= openTabs(`inglenook:${base}:${key}`, () => visitor?.id ?? null, hear);
  }

  function closeTabs(): void {
    tabs?.close();
    tabs = null;
  }

  function hear(news: TabNews): void {
    if (news.kind === "name") {
      if (visitor) setVisitor({ ...visitor, name: news.name });
      return;
    }
    const room = rooms.get(news.room);
    if (news.kind === "seen") room?.dispatch({ type: "seen", room: news.room, rev: news.rev });
    else if (news.kind === "discard") room?.dispatch({ type: "drop", cid: news.cid });
    else {
      // Only for a room that isn't open here; an open one counts itself.
      unreadTold.set(news.room, news.count);
      summaries = summaries.map((summary) =>
        summary.slug === news.room ? { ...summary, unread: news.count } : summary,
      );
      changed();
    }
  }

  type ActOf<F> = F extends ActFrame ? Omit<F, "cid" | "room"> : never;

  function act(name: string, by: ActOf<ActFrame>) {
    const room = roomFor(name);
    return room.act({ ...by, cid: newCid(), room: room.slug } as ActFrame);
  }

  async function rename(name: string): Promise<Visitor> {
    if (!token) await askSession();
    let renamed: Visitor;
    try {
      renamed = await api.rename(token ?? "", name);
    } catch (error) {
      const code = error instanceof ChatError ? error.code : null;
      if (code !== "token_expired" && code !== "invalid_token") throw error;
      await askSession();
      renamed = await api.rename(token ?? "", name);
    }
    setVisitor(renamed);
    tabs?.tell({ kind: "name", name: renamed.name });
    return renamed;
  }

  function quit(): void {
    link.close();
    closeTabs();
    for (const room of rooms.values()) room.stop();
    started = false;
    ready = false;
  }

  return {
    snapshot,
    room: (name) => rooms.get(slugOf(name))?.state() ?? null,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    on: events.on,
    store,
    start() {
      if (started) return;
      started = true;
      listenToTabs();
      together(() => rooms.forEach(restore));
      link.start();
    },
    join(name) {
      roomFor(name);
      wanted.set(name, (wanted.get(name) ?? 0) + 1);
      together(settleRooms);
      // An alias that the first session call was not asked for.
      if (ready && slugOf(name) === name && ALIASES.includes(name)) askSession().catch(() => {});
      changed();
      return () => {
        const others = (wanted.get(name) ?? 1) - 1;
        if (others > 0) wanted.set(name, others);
        else wanted.delete(name);
        together(settleRooms);
      };
    },
    activate() {
      active += 1;
      return () => {
        active -= 1;
      };
    },
    reconnect: link.reconnect,
    reset() {
      together(() => {
        quit();
        outbox.clear();
        store.remove("token");
        store.remove("visitor");
        token = visitor = site = null;
        summaries = [];
        rooms.clear();
        joined.clear();
        unreadTold.clear();
        for (const name of wanted.keys()) roomFor(name);
        changed();
      });
    },
    end() {
      quit();
      listeners.clear();
    },
    send(name, body, { replyTo = null, attachments = [] } = {}) {
      const cid = newCid();
      const entry = { ...newPending(cid, body, Date.now()), reply_to: replyTo, attachments };
      roomFor(name).dispatch({ type: "queue", entry });
      return cid;
    },
    retry(name, cid) {
      const room = roomFor(name);
      const entry = room.state().pending.find((pending) => pending.cid === cid);
      if (entry?.status !== "failed" && entry?.status !== "refused") return;
      // The server has a refused one under its `cid` and would refuse it again.
      const fresh = entry.status === "refused" ? newCid() : cid;
      const again: Pending = { ...newPending(fresh, entry.body, Date.now()) };
      room.dispatch({ type: "drop", cid });
      const { reply_to, attachments, written } = entry;
      room.dispatch({ type: "queue", entry: { ...again, reply_to, attachments, written } });
    },
    discard(name, cid) {
      const room = roomFor(name);
      room.dispatch({ type: "drop", cid });
      tabs?.tell({ kind: "discard", room: room.slug, cid });
    },
    edit: (name, seq, body) => act(name, { type: "edit", seq, body }),
    remove: (name, seq) => act(name, { type: "delete", seq }),
    react: (name, seq, emoji, on) => act(name, { type: "react", seq, emoji, on }),
    pin: (name, seq, on) => act(name, { type: "pin", seq, on }),
    rename,
    typing: (name) => roomFor(name).typing(),
    seen: (name) => roomFor(name).seen(),
    older: (name) => roomFor(name).dispatch({ type: "older" }),
    trim: (name, groups) => roomFor(name).dispatch({ type: "trim", groups }),
  };
}
