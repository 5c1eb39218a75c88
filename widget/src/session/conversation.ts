/**
 * The conversation with one site: which rooms are joined, and what goes over the connection.
 *
 *   session.ts (shared, counted) ─► conversation ─► rooms/room.ts (one each) ─► reduce.ts
 *                                        ├────────► identity.ts: the session call
 *                                        ├────────► connection/: frames in, frames out
 *                                        ├────────► outbox/: my unsent messages
 *                                        └────────► signals.ts, own-actions.ts, tabs/
 */

import { Connection } from "../connection/connection.ts";
import { ChatError, problemOf, type Trouble } from "../connection/errors.ts";
import { call } from "../connection/http-client.ts";
import type { Stop } from "../connection/transport.ts";
import { heed, isHeeded } from "../heeds.ts";
import { whyNotToSend } from "../outbox/checks.ts";
import { OutboxStorage } from "../outbox/outbox-storage.ts";
import { newCid } from "../protocol/cid.ts";
import {
  type AckFrame,
  type ClientFrame,
  type ErrorFrame,
  type NackFrame,
  type NewAct,
  PROTOCOL_VERSION,
  type Problem,
  type ServerFrame,
  type Visitor,
} from "../protocol/frames.ts";
import { type Effect, newPending, type Pending, type RoomState } from "../rooms/reduce.ts";
import { Room } from "../rooms/room.ts";
import type { Store } from "../storage.ts";
import { createEvents, type Events } from "./events.ts";
import { Identity } from "./identity.ts";
import type { OwnActions } from "./own-actions.ts";
import { Signals } from "./signals.ts";
import { shareTabs } from "./tabs/tabs.ts";
import type { TabNews, TabSharing } from "./tabs/types.ts";
import type { SendOptions, SessionOptions, Snapshot } from "./types.ts";
import { createViewers, type Viewers } from "./viewers.ts";

const ANSWER_DEADLINE_MS = 10_000;
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 30_000;
const PAGE_SIZE = 50;
const BANNED_CLOSE = 4504;
const ALIASES = ["", "private"];

export class Conversation {
  readonly store: Store;
  readonly events: Events;
  readonly #api: string;
  readonly #identity: Identity;
  readonly #connection: Connection;
  readonly #outbox: OutboxStorage;
  /** Once anybody has acted. */
  #actions: OwnActions | null = null;
  readonly #signals: Signals;
  readonly #viewers: Viewers;
  /** By slug; before the session is answered also by alias, with nothing but what I wrote. */
  readonly #rooms = new Map<string, Room>();
  /** How many views want each room, by the name they use. */
  readonly #wanted = new Map<string, number>();
  readonly #joined = new Set<Room>();
  readonly #unreadTold = new Map<string, number>();
  readonly #tabs: TabSharing;
  #hasStarted = false;
  #isReady = false;
  #active = 0;
  #current: Snapshot | null = null;

  constructor({ base, site: key, store, transport = "auto" }: SessionOptions) {
    const api = `${base}/api/v1/${key}`;
    this.#api = api;
    this.store = store;
    this.events = createEvents();
    this.#outbox = new OutboxStorage(store);
    this.#viewers = createViewers(() => this.#beforeViews());
    const write = (frame: ClientFrame) => this.#connection.write(frame);
    this.#identity = new Identity({
      api,
      store,
      wantedRoom: () => this.#wantedRoom(),
      answered: ({ visitor, site }) => this.#together(() => this.#sessionAnswered(visitor, site)),
      visitorChanged: (visitor) => this.events.emit("identity", visitor),
      changed: () => this.#changed(),
    });
    this.#connection = new Connection({
      choice: transport,
      store,
      api,
      about: () => this.#identity.about,
      session: () => this.#identity.ask(),
      hello: () => this.#hello(),
      received: (frames) =>
        this.#together(() => {
          for (const frame of frames) this.#receive(frame);
        }),
      down: () =>
        this.#together(() => {
          for (const room of this.#joined) room.down();
        }),
      changed: () => {
        this.#changed();
        this.events.emit("connection", this.#connection.info);
      },
      stopped: (stop, closeCode) => this.#together(() => this.#stopped(stop, closeCode)),
      probe: () => this.#probe(),
      left: () => this.#tabs.stop(),
      back: () => this.#tabs.start(),
      isActive: () => this.#active > 0,
    });
    this.#tabs = shareTabs({
      name: `inglenook:${base}:${key}`,
      prefix: `inglenook:${key}:`,
      outbox: this.#outbox,
      rooms: this.#rooms,
      open: (name) => this.#open(name),
      me: () => this.#identity.about.visitor?.id,
      together: (action) => this.#together(action),
      ask: (room) => void write(proof(room.state)),
      heard: (news) => this.#heardTab(news),
    });
    this.#signals = new Signals({
      limits: () => this.#identity.about.limits,
      write,
      backlog: () => this.#connection.backlog(),
    });
  }

  // What a view sees

  snapshot(): Snapshot {
    if (this.#current) return this.#current;
    const rooms = this.#identity.about.rooms.map((summary) => {
      const state = this.#rooms.get(summary.slug)?.state;
      const unread = state?.epoch ? state.unread : summary.unread;
      return unread === summary.unread ? summary : { ...summary, unread };
    });
    const unread = rooms.reduce((sum, room) => sum + room.unread, 0);
    const { info: connection } = this.#connection;
    this.#current = { ...this.#identity.about, connection, rooms, unread };
    return this.#current;
  }

  room(name: string): RoomState | null {
    return this.#rooms.get(this.#slugOf(name))?.state ?? null;
  }

  /** Whether news of this room are for the visitor. */
  heeds(slug: string): boolean {
    return isHeeded(this.store, slug);
  }

  subscribe(listener: () => void): () => void {
    return this.#viewers.subscribe(listener);
  }

  // What a view asks for

  start(): void {
    if (this.#hasStarted) return;
    this.#hasStarted = true;
    this.#together(() => {
      for (const { room, entry } of this.#outbox.all()) this.#restore(this.#open(room), entry);
      this.#tabs.start();
    });
    this.#connection.start();
  }

  join(name: string): () => void {
    this.#open(name);
    this.#wanted.set(name, (this.#wanted.get(name) ?? 0) + 1);
    this.#together(() => this.#settleRooms());
    // An alias that the first session call was not asked for.
    if (this.#isReady && this.#slugOf(name) === name && ALIASES.includes(name))
      this.#identity.ask().catch(() => {});
    this.#changed();
    return () => {
      const others = (this.#wanted.get(name) ?? 1) - 1;
      if (others > 0) this.#wanted.set(name, others);
      else this.#wanted.delete(name);
      this.#together(() => this.#settleRooms());
    };
  }

  /** Some view is open until the returned function is called. */
  activate(): () => void {
    this.#active += 1;
    return () => {
      this.#active -= 1;
    };
  }

  reconnect(): void {
    if (this.#hasStarted) this.#connection.retryNow();
  }

  reset(): void {
    this.#together(() => {
      this.#quit();
      this.#identity.forget();
      this.#unreadTold.clear();
      this.#rooms.clear();
      this.#joined.clear();
      for (const key of this.store.keys("")) this.store.remove(key);
      for (const name of this.#wanted.keys()) this.#open(name);
      this.#changed();
    });
  }

  end(): void {
    this.#quit();
    this.#viewers.clear();
  }

  send(name: string, body: string, { replyTo, attachments = [] }: SendOptions = {}): string {
    const cid = newCid();
    const entry = { ...newPending(cid, body, Date.now()), reply_to: replyTo ?? null, attachments };
    this.#open(name).dispatch({ type: "queue", entry });
    return cid;
  }

  retry(name: string, cid: string): void {
    const room = this.#open(name);
    const entry = room.state.pending.find((pending) => pending.cid === cid);
    const isRefused = entry?.status === "refused";
    if (entry?.status !== "failed" && !isRefused) return;
    room.dispatch({ type: "drop", cid });
    // The server has a refused one under its `cid` and would refuse it again; a new visitor's
    // is another message to it.
    const fresh = { at: Date.now(), status: "sending", problem: null, written: null } as const;
    const again = { ...entry, ...fresh, elsewhere: 0, cid: isRefused ? newCid() : cid };
    room.dispatch({ type: "queue", entry: again });
  }

  discard(name: string, cid: string): void {
    const room = this.#open(name);
    room.dispatch({ type: "drop", cid });
    this.#tabs.tell({ kind: "discard", room: room.slug, cid });
  }

  async act(name: string, by: NewAct): Promise<AckFrame> {
    const actions = await this.#bringActions();
    const { slug, synced } = this.#open(name);
    return actions.start({ ...by, cid: newCid(), room: slug }, synced);
  }

  async rename(name: string): Promise<Visitor> {
    const renamed = await (await this.#bringActions()).rename(name);
    this.#identity.setVisitor(renamed);
    this.#tabs.tell({ kind: "name", name: renamed.name });
    return renamed;
  }

  typing(name: string): void {
    this.#signals.typing(this.#open(name));
  }

  seen(name: string): void {
    const room = this.#open(name);
    const { slug, state } = room;
    if (state.since <= state.seen) return;
    room.dispatch({ type: "seen", room: slug, rev: state.since });
    this.#tabs.tell({ kind: "seen", room: slug, rev: room.state.seen });
    this.#signals.seen(room);
  }

  older(name: string): void {
    this.#open(name).dispatch({ type: "older" });
  }

  trim(name: string, groups: number): void {
    this.#open(name).dispatch({ type: "trim", groups });
  }

  async #bringActions(): Promise<OwnActions> {
    const errorOf = (problem: Trouble) => new ChatError(problem);
    const { OwnActions } = await import("./own-actions.ts").catch((cause) => {
      throw errorOf(problemOf(cause));
    });
    const identity = this.#identity;
    const api = this.#api;
    this.#actions ??= new OwnActions({
      write: (frame) => this.#connection.write(frame),
      session: () => identity.ask(),
      hasToken: () => identity.token !== null,
      call: (method, path, body) => call(method, `${api}/${path}`, body, identity.token),
      problemOf,
      errorOf,
    });
    return this.#actions;
  }

  // Rooms

  #slugOf(name: string): string {
    const { rooms, site } = this.#identity.about;
    if (name === "private") return rooms.find(({ kind }) => kind === name)?.slug ?? name;
    return name || site?.default_room || rooms[0]?.slug || "";
  }

  #open(name: string): Room {
    const slug = this.#slugOf(name);
    const known = this.#rooms.get(slug);
    if (known) return known;
    const room = new Room(slug, {
      me: () => this.#identity.about.visitor,
      write: (frame) => this.#connection.write(frame),
      save: (of, before, after) =>
        this.#outbox.save(of, before, after, this.#identity.about.visitor?.id),
      after: (changed, before, effects) => this.#after(changed, before, effects),
      changed: () => this.#changed(),
      synced: (one) => this.#synced(one),
      vetoes: (one, entry) => this.#vetoes(one, entry),
    });
    this.#rooms.set(slug, room);
    if (this.#hasStarted)
      for (const kept of this.#outbox.all())
        if (kept.room === slug) this.#restore(room, kept.entry);
    return room;
  }

  /** What was written before this page, or before the room was opened. */
  #restore(room: Room, entry: Pending): void {
    if (!room.state.pending.some(({ cid }) => cid === entry.cid))
      room.dispatch({ type: "queue", entry: { ...entry, elsewhere: 0 } });
  }

  /**
   * Joins what is wanted or has unsent messages, and leaves what is not. My own line to the team is
   * joined whatever is shown: an answer there must be heard of.
   */
  #settleRooms(): void {
    const names = new Set([...this.#wanted.keys()].map((name) => this.#slugOf(name)));
    for (const { slug, state } of this.#rooms.values())
      if (state.pending.some(({ status }) => status === "sending")) names.add(slug);
    for (const { slug, kind, head } of this.#identity.about.rooms) {
      if (kind !== "private" || !head) continue;
      names.add(slug);
      heed(this.store, slug);
    }
    for (const slug of names) {
      const room = this.#open(slug);
      if (this.#joined.has(room) || ALIASES.includes(slug)) continue;
      this.#joined.add(room);
      if (this.#connection.isOpen) this.#connection.write({ type: "join", ...room.joining() });
    }
    for (const room of this.#joined) {
      if (names.has(room.slug)) continue;
      this.#joined.delete(room);
      this.#connection.write({ type: "leave", room: room.slug });
      room.down();
    }
  }

  /** What a room does not do itself. */
  #after(room: Room, before: RoomState, effects: readonly Effect[]): void {
    const { slug, state } = room;
    for (const effect of effects) this.#run(room, effect);
    if (before.typing !== state.typing) {
      this.events.emit("typing", { room: slug, who: state.typing });
      if (state.typing.length)
        room.later("quiet", state.typingUntil - Date.now(), () => room.dispatch({ type: "quiet" }));
    }
    if (before.online !== state.online && state.online !== null)
      this.events.emit("presence", { room: slug, count: state.online });
  }

  #run(room: Room, effect: Effect): void {
    if (effect.kind === "tell") this.events.emit(effect.event, effect.value as never);
    else if (effect.kind === "page") {
      const { before } = effect;
      const lost = () => room.dispatch({ type: "unanswered", before });
      room.later("page", ANSWER_DEADLINE_MS, lost);
      const asked = { type: "history", room: room.slug, before, limit: PAGE_SIZE } as const;
      if (!this.#connection.write(asked)) lost();
    } else if (effect.kind === "retry" && effect.cid === room.inFlight) {
      const pause = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (room.tries - 1));
      room.later("send", effect.afterMs ?? pause, () => room.again());
    }
  }

  #synced(room: Room): void {
    this.#tabs.synced(room);
    this.#signals.seen(room);
    this.#actions?.resend(room.slug);
  }

  #vetoes(room: Room, entry: Pending): boolean {
    if (this.#tabs.leaves(room, entry)) return true;
    const { visitor, limits } = this.#identity.about;
    const problem = whyNotToSend(entry, room.slug, visitor?.id ?? null, limits.frame_bytes);
    if (problem) this.#fail(room, entry.cid, problem);
    return problem !== null;
  }

  #fail(room: Room, cid: string, problem: Problem): void {
    room.dispatch({ type: "fail", cid, problem });
  }

  // Who I am

  #wantedRoom(): string | null {
    const names = [...this.#wanted.keys()];
    return names.includes("private") ? "private" : (names.find(Boolean) ?? null);
  }

  #sessionAnswered(visitor: Visitor, site: NonNullable<Snapshot["site"]>): void {
    // What was written under an alias moves to the room that it turned out to be.
    for (const alias of ALIASES) {
      const parked = this.#rooms.get(alias);
      if (!parked || this.#slugOf(alias) === alias) continue;
      this.#rooms.delete(alias);
      for (const entry of parked.state.pending)
        this.#open(alias).dispatch({ type: "queue", entry });
    }
    this.#settleRooms();
    this.#changed();
    if (!this.#isReady) this.events.emit("ready", { visitor, site });
    this.#isReady = true;
  }

  // The connection

  #hello(): ClientFrame {
    const rooms = [...this.#joined].slice(0, this.#identity.about.limits.rooms);
    return {
      type: "hello",
      v: PROTOCOL_VERSION,
      token: this.#identity.token ?? "",
      rooms: rooms.map((room) => room.joining()),
    };
  }

  #receive(frame: ServerFrame): void {
    if (frame.type === "welcome") this.#identity.welcome(frame);
    else if (frame.type === "ping")
      for (const [slug, [epoch, head]] of Object.entries(frame.heads))
        this.#rooms.get(slug)?.dispatch({ type: "head", epoch, head });
    else if (frame.type !== "bye") {
      this.#rooms.get(frame.room ?? "")?.receive(frame);
      if (frame.type === "ack" || frame.type === "nack" || frame.type === "error")
        this.#answered(frame);
    }
  }

  #answered(frame: AckFrame | NackFrame | ErrorFrame): void {
    this.#actions?.settle(frame);
    if (frame.type === "ack") heed(this.store, frame.room);
    if (frame.type === "error" && !frame.cid) this.events.emit("error", frame);
    // Without a room it can still be known by its `cid`; the others ignore it.
    if (frame.room) this.#sendAnswered(this.#rooms.get(frame.room), frame);
    else if (frame.cid)
      for (const room of this.#rooms.values()) {
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

  #probe(): ClientFrame | null {
    for (const { synced, state } of this.#joined) if (synced && !state.asking) return proof(state);
    return null;
  }

  #stopped(stop: Stop, closeCode: number | null): void {
    const { code, message, hint, until = null, remedy } = stop;
    if (closeCode === BANNED_CLOSE) void this.#learnUntil(stop);
    else if (code === "banned") this.events.emit("banned", { until, reason: message });
    // A reload or a look at this tab goes on by itself; else nothing would send what waits.
    if (remedy === "none" || remedy === "hide")
      for (const room of this.#rooms.values())
        for (const { cid, written } of room.state.pending)
          if (written || closeCode !== BANNED_CLOSE) this.#fail(room, cid, { code, message, hint });
    // The owner, who pasted the tag, looks here first.
    const page =
      code === "origin_not_allowed" && (globalThis.origin ?? globalThis.location?.origin);
    const why = page === "null" ? ", as of all files and sandboxed frames" : "";
    const origin = page && `(the origin of this page is ${page}${why})`;
    console.error(["[inglenook]", message, hint, origin].filter(Boolean).join(" "));
    this.events.emit("error", stop);
  }

  /** A close has no room for the end of a ban; the session call says it. */
  async #learnUntil(stop: Stop): Promise<void> {
    const { until = null } = await this.#identity.ask().then(() => stop, problemOf);
    this.events.emit("banned", { until, reason: stop.message });
    if (until && this.#connection.info.stop === stop)
      this.#together(() => this.#connection.explainStop({ ...stop, until }));
  }

  #quit(): void {
    this.#identity.abandon();
    this.#hasStarted = this.#isReady = false;
    this.#tabs.stop();
    this.#actions?.stop();
    this.#connection.stop();
    for (const room of this.#rooms.values()) room.stop();
  }

  // Tabs

  #heardTab(news: TabNews): void {
    const { about } = this.#identity;
    if (news.kind === "name") {
      if (about.visitor) this.#identity.setVisitor({ ...about.visitor, name: news.name });
      return;
    }
    const room = this.#rooms.get(news.room);
    if (news.kind === "seen") room?.dispatch({ type: "seen", room: news.room, rev: news.rev });
    else if (news.kind === "discard") room?.dispatch({ type: "drop", cid: news.cid });
    else {
      // Only for a room that isn't open here; an open one counts itself.
      this.#unreadTold.set(news.room, news.count);
      about.rooms = about.rooms.map((summary) =>
        summary.slug === news.room ? { ...summary, unread: news.count } : summary,
      );
      this.#changed();
    }
  }

  // Views

  #together(action: () => void): void {
    this.#viewers.together(action);
  }

  #changed(): void {
    this.#current = null;
    this.#viewers.changed();
  }

  /** Something changed, and views are about to be told. */
  #beforeViews(): void {
    // What kept a room joined may just have been sent.
    this.#settleRooms();
    if (!this.#hasStarted) return;
    const { rooms, unread: total } = this.snapshot();
    for (const { slug, unread: count } of rooms) {
      if (this.#unreadTold.get(slug) === count) continue;
      this.#unreadTold.set(slug, count);
      this.#tabs.tell({ kind: "unread", room: slug, count });
      this.events.emit("unread", { room: slug, count, total });
    }
  }
}

/** A question that changes nothing: its answer says what is missing, and what waits. */
function proof({ room, epoch, since }: RoomState): ClientFrame {
  return { type: "sync", room, epoch: epoch ?? "", since, limit: 1 };
}
