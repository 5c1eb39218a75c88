/**
 * The conversation itself: who I am, which rooms are joined, and what goes over the link.
 *
 *   session.ts (shared, counted) ─► conversation ─► room.ts (one each) ─► state.ts
 *                                        └────────► transport/link.ts, api.ts, outbox.ts, tabs.ts
 */

import { type ChatError, createApi } from "./api.ts";
import { createEvents } from "./events.ts";
import { createOutbox } from "./outbox.ts";
import {
  DEFAULT_LIMITS,
  type Limits,
  PROTOCOL_VERSION,
  type Problem,
  type RoomSummary,
  type ServerFrame,
  type SessionAnswer,
  type Site,
  type Visitor,
} from "./protocol.ts";
import { createRoom, type Room } from "./room.ts";
import type { Session, SessionOptions, Snapshot } from "./session-types.ts";
import { openStore } from "./storage.ts";
import { openTabs, type TabNews, type Tabs } from "./tabs.ts";
import { createLink } from "./transport/link.ts";
import { openSocket } from "./transport/socket.ts";
import type { Stop } from "./transport/transport.ts";
import { createViewers } from "./viewers.ts";

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
  /** Grows when I am forgotten: an answer that was under way is about somebody else. */
  let life = 0;
  let current: Snapshot | null = null;
  const unreadTold = new Map<string, number>();

  // Views

  const viewers = createViewers(() => {
    // What kept a room joined may just have been sent.
    settleRooms();
    tellUnread();
  });
  const { together } = viewers;

  function changed(): void {
    current = null;
    viewers.changed();
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
      if (started) room.restore();
    }
    return room;
  }

  /** Joins what is wanted and leaves what is not; a room with unsent messages stays. */
  function settleRooms(): void {
    const names = new Set([...wanted.keys()].map(slugOf).filter((slug) => !ALIASES.includes(slug)));
    for (const slug of names) {
      const room = roomFor(slug);
      if (joined.has(room)) continue;
      joined.add(room);
      if (link.isOpen()) link.write({ type: "join", ...room.joining() });
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
      for (const entry of pending) roomFor(alias).dispatch({ type: "queue", entry });
    }
  }

  // Who I am

  /** One session call at a time; whoever needs one waits for the same. */
  function askSession(): Promise<string> {
    const names = [...wanted.keys()];
    const room = names.includes("private") ? "private" : (names.find(Boolean) ?? null);
    const mine = life;
    asked ??= api
      .session(token ?? store.get("token"), room)
      .then((answer) => {
        if (mine === life) together(() => applySession(answer));
        return answer.ws_url;
      })
      .finally(() => {
        if (mine === life) asked = null;
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
    if (!ready) events.emit("ready", { visitor: answer.visitor, site: answer.site });
    ready = true;
  }

  function setVisitor(next: Visitor): void {
    const before = visitor?.id ?? store.get("visitor");
    const same = visitor?.id === next.id && visitor.name === next.name;
    visitor = same && visitor?.role === next.role ? visitor : next;
    if (before !== next.id) {
      store.set("visitor", next.id);
      // The server may have it under the old name: sending it again by itself could double it.
      if (before) for (const room of rooms.values()) room.failAll(otherVisitor, true);
    }
    if (!same) events.emit("identity", next);
    changed();
  }

  // The link

  function receive(frame: ServerFrame): void {
    if (frame.type === "welcome") {
      limits = frame.limits;
      clockOffsetMs = Date.parse(frame.now) - Date.now() || 0;
      return setVisitor(frame.visitor);
    }
    if (frame.type === "ping") {
      for (const [slug, [epoch, head]] of Object.entries(frame.heads))
        rooms.get(slug)?.dispatch({ type: "head", epoch, head });
    }
    if (frame.type === "ping" || frame.type === "bye") return;
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
        room.failAll({ code, message, hint }, closeCode === BANNED_CLOSE);
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

  async function rename(name: string): Promise<Visitor> {
    if (!token) await askSession();
    const ask = () => api.rename(token ?? "", name);
    const renamed = await ask().catch((error: ChatError) => {
      if (error.code !== "token_expired" && error.code !== "invalid_token") throw error;
      return askSession().then(ask);
    });
    setVisitor(renamed);
    tabs?.tell({ kind: "name", name: renamed.name });
    return renamed;
  }

  function quit(): void {
    life += 1;
    asked = null;
    link.close();
    closeTabs();
    for (const room of rooms.values()) room.stop();
    started = false;
    ready = false;
  }

  return {
    snapshot,
    room: (name) => rooms.get(slugOf(name))?.state() ?? null,
    subscribe: viewers.subscribe,
    on: events.on,
    store,
    start() {
      if (started) return;
      started = true;
      listenToTabs();
      together(() => rooms.forEach((room) => void room.restore()));
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
      viewers.clear();
    },
    send: (name, body, options) => roomFor(name).send(body, options),
    retry: (name, cid) => roomFor(name).retry(cid),
    discard(name, cid) {
      const room = roomFor(name);
      room.dispatch({ type: "drop", cid });
      tabs?.tell({ kind: "discard", room: room.slug, cid });
    },
    act: (name, by) => roomFor(name).act(by),
    rename,
    typing: (name) => roomFor(name).typing(),
    seen: (name) => roomFor(name).seen(),
    older: (name) => roomFor(name).dispatch({ type: "older" }),
    trim: (name, groups) => roomFor(name).dispatch({ type: "trim", groups }),
  };
}
