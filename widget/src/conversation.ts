/**
 * The conversation itself: who I am, which rooms are joined, and what goes over the link.
 *
 *   session.ts (shared, counted) ─► conversation ─► room.ts (one each) ─► state.ts
 *                                        ├────────► transport/link.ts, api.ts
 *                                        └────────► endure.ts and rare.ts, the second half, a moment later
 */

import { call } from "./api.ts";
import { newCid } from "./cid.ts";
import type { About, Endurance } from "./conversation-types.ts";
import { createEvents } from "./events.ts";
import { toJson } from "./json.ts";
import {
  DEFAULT_LIMITS,
  PROTOCOL_VERSION,
  type RoomScoped,
  type ServerFrame,
  type SessionAnswer,
  type Visitor,
} from "./protocol.ts";
import { createRoom, type Room } from "./room.ts";
import type { Session, SessionOptions, Snapshot } from "./session-types.ts";
import { newPending, type Pending, rules } from "./state.ts";
import { BY_HTTP, CHOSEN, HEEDS, OUTBOX, openStore } from "./storage.ts";
import { createLink } from "./transport/link.ts";
import { openSocket } from "./transport/socket.ts";
import { createViewers } from "./viewers.ts";

/** The second half could not be loaded: as long until the next try. */
const ENDURE_AGAIN_MS = 5_000;
const MAX_LATE_FRAMES = 99;
const MOST_HEEDS = 20;
const ALIASES = ["", "private"];

export interface Conversation extends Omit<Session, "setActive" | "close"> {
  /** Some view is open until the returned function is called. */
  activate(): () => void;
  end(): void;
}

export function createConversation(options: SessionOptions): Conversation {
  const { base, site: key, storage, transport = "auto" } = options;
  const api = `${base}/api/v1/${key}`;
  const prefix = `inglenook:${key}:`;
  const store = openStore(storage ?? "local", prefix);
  const events = createEvents();
  /** By slug; before the session is answered also by alias, with nothing but what I wrote. */
  const rooms = new Map<string, Room>();
  /** How many views want each room, by the name they use. */
  const wanted = new Map<string, number>();
  const joined = new Set<Room>();
  const about: About = {
    visitor: null,
    site: null,
    limits: DEFAULT_LIMITS,
    rooms: [],
    clockOffsetMs: 0,
  };
  let token: string | null = null;
  let started = false;
  let ready = false;
  let active = 0;
  let asked: Promise<string> | null = null;
  /** Grows when I am forgotten: an answer that was under way is about somebody else. */
  let life = 0;
  let current: Snapshot | null = null;
  let endurance: Endurance | null = null;
  let coming: Promise<Endurance> | null = null;
  let comingAgain: ReturnType<typeof setTimeout> | undefined;
  /** Frames that nobody could understand yet. */
  const late: ServerFrame[] = [];

  const viewers = createViewers(() => {
    // What kept a room joined may just have been sent.
    settleRooms();
    endurance?.settled();
  });
  const { together } = viewers;

  function changed(): void {
    current = null;
    viewers.changed();
  }

  function snapshot(): Snapshot {
    if (current) return current;
    const told = about.rooms.map((summary) => {
      const state = rooms.get(summary.slug)?.state;
      const unread = state?.epoch ? state.unread : summary.unread;
      return unread === summary.unread ? summary : { ...summary, unread };
    });
    const unread = told.reduce((sum, room) => sum + room.unread, 0);
    current = { ...about, connection: link.connection, rooms: told, unread };
    return current;
  }

  // Rooms

  function slugOf(name: string): string {
    if (name === "private") return about.rooms.find(({ kind }) => kind === name)?.slug ?? name;
    return name || about.site?.default_room || about.rooms[0]?.slug || "";
  }

  function roomFor(name: string): Room {
    const slug = slugOf(name);
    const known = rooms.get(slug);
    if (known) return known;
    const room = createRoom(slug, {
      events,
      me: () => about.visitor,
      write: link.write,
      save,
      changed,
      endurance: () => endurance,
    });
    rooms.set(slug, room);
    endurance?.opened(room);
    return room;
  }

  /**
   * Keeps what nobody has confirmed, under a key of its own each; read again in stored.ts. What
   * another tab wrote is kept by that tab, until this one sends it.
   */
  function save(room: string, before: readonly Pending[], after: readonly Pending[]): void {
    if (before === after) return;
    const kept = after.filter(({ status }) => /sending|failed/.test(status));
    for (const { cid } of before)
      if (!kept.some((entry) => entry.cid === cid)) store.remove(OUTBOX + cid);
    for (const entry of kept)
      if (!entry.elsewhere && !before.includes(entry))
        store.set(OUTBOX + entry.cid, toJson({ room, entry, by: about.visitor?.id }));
  }

  /** What comes in this room is for me, also on the next page. */
  function heed(slug: string): void {
    const known: readonly string[] = store.get(HEEDS)?.match(/\S+/g) ?? [];
    if (!known.includes(slug))
      store.set(HEEDS, ` ${[slug, ...known].slice(0, MOST_HEEDS).join(" ")} `);
  }

  /**
   * Joins what is wanted or has unsent messages, and leaves what is not. My own line to the team is joined whatever is shown: an
   * answer there must be heard of.
   */
  function settleRooms(): void {
    const names = new Set([...wanted.keys()].map(slugOf));
    for (const { slug, kind, head } of about.rooms) {
      if (kind !== "private" || !head) continue;
      names.add(slug);
      heed(slug);
    }
    for (const { slug, state } of rooms.values())
      if (state.pending.some(({ status }) => status === "sending")) names.add(slug);
    for (const slug of names) {
      const room = roomFor(slug);
      if (joined.has(room) || ALIASES.includes(slug)) continue;
      joined.add(room);
      if (link.isOpen) link.write({ type: "join", ...room.joining() });
    }
    for (const room of joined) {
      if (names.has(room.slug)) continue;
      joined.delete(room);
      link.write({ type: "leave", room: room.slug });
      room.down();
    }
  }

  // Who I am

  /** One session call at a time; whoever needs one waits for the same. */
  function askSession(): Promise<string> {
    const names = [...wanted.keys()];
    const room = names.includes("private") ? "private" : (names.find(Boolean) ?? null);
    const mine = life;
    asked ??= call("POST", `${api}/session`, {
      token: token ?? store.get("token"),
      room,
    })
      .then((answer) => {
        if (mine === life) together(() => applySession(answer as SessionAnswer));
        return (answer as SessionAnswer).ws_url;
      })
      .finally(() => {
        if (mine === life) asked = null;
      });
    return asked;
  }

  function applySession(answer: SessionAnswer): void {
    const { visitor, site } = answer;
    ({ token, site: about.site, limits: about.limits, rooms: about.rooms } = answer);
    store.set("token", answer.token);
    setVisitor(visitor);
    // What was written under an alias moves to the room that it turned out to be.
    for (const alias of ALIASES) {
      const parked = rooms.get(alias);
      if (!parked || slugOf(alias) === alias) continue;
      rooms.delete(alias);
      for (const entry of parked.state.pending) roomFor(alias).dispatch({ type: "queue", entry });
    }
    settleRooms();
    changed();
    if (!ready) events.emit("ready", { visitor, site });
    ready = true;
  }

  function setVisitor(next: Visitor): void {
    const { visitor } = about;
    const isSame = visitor?.id === next.id && visitor.name === next.name;
    if (isSame && visitor?.role === next.role) return;
    about.visitor = next;
    if (!isSame) events.emit("identity", next);
    changed();
  }

  // The link

  function receive(frame: ServerFrame): void {
    if (frame.type === "welcome") {
      about.limits = frame.limits;
      about.clockOffsetMs = Date.parse(frame.now) - Date.now() || 0;
      setVisitor(frame.visitor);
      wish();
    }
    if (frame.type === "ack") heed(frame.room);
    if (rules[(frame as RoomScoped).type])
      rooms.get((frame as RoomScoped).room ?? "")?.receive(frame as RoomScoped);
    if (endurance) endurance.hear(frame);
    else if (late.length < MAX_LATE_FRAMES) late.push(frame);
  }

  const link = createLink(
    {
      session: askSession,
      hello: () => ({
        type: "hello",
        v: PROTOCOL_VERSION,
        token: token ?? "",
        rooms: [...joined].slice(0, about.limits.rooms).map((room) => room.joining()),
      }),
      received: (frames) => together(() => frames.forEach(receive)),
      down() {
        // The next connection says it again.
        late.length = 0;
        together(() => joined.forEach((room) => void room.down()));
      },
      changed() {
        changed();
        events.emit("connection", link.connection);
      },
      trouble: () => wish(),
    },
    openSocket,
  );

  // The second half

  function bringEndurance(): Promise<Endurance> {
    coming ??= Promise.all([import("./endure.ts"), import("./rare.ts")])
      .then(([{ endure }, { addRules }]) => {
        const half = endure({
          name: `inglenook:${base}:${key}`,
          prefix,
          open: roomFor,
          api,
          transport,
          about,
          link,
          rooms,
          joined,
          store,
          events,
          together,
          changed,
          snapshot,
          setVisitor,
          isActive: () => active > 0,
          token: () => token,
          session: askSession,
          call: (method, path, body) => call(method, `${api}/${path}`, body, token),
        });
        addRules();
        endurance = half;
        together(() => {
          if (started) half.start();
          for (const frame of late.splice(0)) half.missed(frame);
          changed();
        });
        return half;
      })
      .catch((cause) => {
        coming = null;
        clearTimeout(comingAgain);
        if (started) comingAgain = setTimeout(wish, ENDURE_AGAIN_MS * (1 + Math.random()));
        throw Object.assign(cause, { code: "network" });
      });
    return coming;
  }

  function wish(): void {
    bringEndurance().catch(() => {});
  }

  /** At once where it can; what it is about survives a moment. */
  function withEndurance(action: (half: Endurance) => void): void {
    if (endurance) action(endurance);
    else bringEndurance().then(action, () => {});
  }

  function quit(): void {
    life += 1;
    asked = null;
    started = ready = false;
    clearTimeout(comingAgain);
    link.drop();
    late.length = 0;
    link.url = link.trouble = null;
    link.publish("idle");
    endurance?.stop();
    for (const room of rooms.values()) room.stop();
  }

  return {
    snapshot,
    room: (name) => rooms.get(slugOf(name))?.state ?? null,
    subscribe: viewers.subscribe,
    on: events.on,
    store,
    start() {
      if (started) return;
      started = true;
      together(() => endurance?.start());
      if (endurance || !(store.get(BY_HTTP) || /sse|poll/.test(transport))) void link.connect();
      else {
        // The second half knows the other ways; where it can't come, this one is better than none.
        link.publish("connecting");
        const connect = () => void (started && link.connect());
        bringEndurance().then(connect, connect);
      }
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
    reconnect() {
      if (!started || link.isUp) return;
      endurance?.byHand();
      void link.connect();
    },
    reset() {
      together(() => {
        quit();
        for (const key of ["token", HEEDS, CHOSEN]) store.remove(key);
        token = about.visitor = about.site = null;
        about.rooms = [];
        rooms.clear();
        joined.clear();
        for (const name of wanted.keys()) roomFor(name);
        const until = Date.now();
        withEndurance((half) => half.forget(until));
        changed();
      });
    },
    end() {
      quit();
      viewers.clear();
    },
    send(name, body, { replyTo = null, attachments = [] } = {}) {
      const cid = newCid();
      const entry = { ...newPending(cid, body, Date.now()), reply_to: replyTo, attachments };
      roomFor(name).dispatch({ type: "queue", entry });
      return cid;
    },
    retry: (name, cid) => withEndurance((half) => half.retry(roomFor(name), cid)),
    discard: (name, cid) => withEndurance((half) => half.discard(roomFor(name), cid)),
    act: async (name, by) => (await bringEndurance()).act(roomFor(name), by),
    rename: async (name) => (await bringEndurance()).rename(name),
    typing: (name) => endurance?.typing(roomFor(name)),
    seen(name) {
      const room = roomFor(name);
      const { slug, state } = room;
      if (state.since <= state.seen) return;
      room.dispatch({ type: "seen", room: slug, rev: state.since });
      endurance?.seen(room);
    },
    older: (name) => roomFor(name).dispatch({ type: "older" }),
    trim: (name, groups) => roomFor(name).dispatch({ type: "trim", groups }),
  };
}
