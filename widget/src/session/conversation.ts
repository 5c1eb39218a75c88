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
import { heed } from "../heeds.ts";
import { OutboxStorage } from "../outbox/outbox-storage.ts";
import { newCid } from "../protocol/cid.ts";
import {
  type AckFrame,
  type ClientFrame,
  type ErrorFrame,
  type NackFrame,
  type NewAct,
  PROTOCOL_VERSION,
  type ServerFrame,
  type Visitor,
} from "../protocol/frames.ts";
import type { RoomState } from "../rooms/reduce.ts";
import type { Room } from "../rooms/room.ts";
import { proof } from "../rooms/sync.ts";
import type { Store } from "../storage.ts";
import { createEvents, type Events } from "./events.ts";
import { Identity } from "./identity.ts";
import { JoinedRooms } from "./joined-rooms.ts";
import type { OwnActions } from "./own-actions.ts";
import { Signals } from "./signals.ts";
import { BANNED_CLOSE, endsSending, sentenceFor } from "./stops.ts";
import { shareTabs } from "./tabs/tabs.ts";
import type { TabNews, TabSharing } from "./tabs/types.ts";
import { watchTrouble } from "./trouble-watch.ts";
import type { SessionOptions, Snapshot, TransportChoice } from "./types.ts";
import { createViewers, type Viewers } from "./viewers.ts";

export class Conversation {
  readonly store: Store;
  readonly events: Events = createEvents();
  readonly rooms: JoinedRooms;
  readonly #api: string;
  readonly #identity: Identity;
  readonly #connection: Connection;
  readonly #outbox: OutboxStorage;
  /** Once anybody has acted. */
  #actions: OwnActions | null = null;
  readonly #signals: Signals;
  readonly #viewers: Viewers = createViewers(() => this.#beforeViews());
  readonly #unreadAnnounced = new Map<string, number>();
  readonly #tabs: TabSharing;
  #hasStarted = false;
  #isReady = false;
  #active = 0;
  #current: Snapshot | null = null;

  constructor({ base, site: key, store, isTeam, transport = "auto", look }: SessionOptions) {
    const api = `${base}/api/v1/${key}`;
    this.#api = api;
    this.store = store;
    this.#outbox = new OutboxStorage(store);
    const write = (frame: ClientFrame) => this.#connection.write(frame);
    this.#identity = new Identity({
      api,
      store,
      look,
      wantedRoom: () => this.rooms.wantedRoom(),
      answered: ({ visitor, site }) => this.#together(() => this.#sessionAnswered(visitor, site)),
      visitorChanged: (visitor) => this.events.emit("identity", visitor),
      changed: () => this.#changed(),
    });
    this.#connection = this.#newConnection(transport);
    watchTrouble({ api, choice: transport, events: this.events, about: this.#identity.about });
    this.rooms = new JoinedRooms({
      about: this.#identity.about,
      store,
      outbox: this.#outbox,
      events: this.events,
      write,
      isOpen: () => this.#connection.isOpen,
      hasStarted: () => this.#hasStarted,
      changed: () => this.#changed(),
      synced: (room) => this.#synced(room),
      leaves: (room, entry) => this.#tabs.leaves(room, entry),
    });
    const who = isTeam ? `${key}:team` : key;
    this.#tabs = this.#newTabs(`inglenook:${base}:${who}`, `inglenook:${who}:`);
    this.#signals = new Signals({
      limits: () => this.#identity.about.limits,
      write,
      backlog: () => this.#connection.backlog(),
    });
  }

  #newConnection(choice: TransportChoice): Connection {
    return new Connection({
      choice,
      store: this.store,
      api: this.#api,
      about: () => this.#identity.about,
      session: () => this.#identity.ask(),
      looked: (version) => this.#identity.looked(version),
      hello: () => this.#hello(),
      received: (frames) =>
        this.#together(() => {
          for (const frame of frames) this.#receive(frame);
        }),
      down: () => this.#together(() => this.rooms.down()),
      changed: () => {
        this.#changed();
        this.events.emit("connection", this.#connection.info);
      },
      stopped: (stop, closeCode) => this.#together(() => this.#stopped(stop, closeCode)),
      probe: () => this.#probe(),
      left: () => {
        for (const room of this.rooms.all.values()) this.#signals.seen(room, true);
        this.#tabs.stop();
      },
      back: () => this.#tabs.start(),
      isActive: () => this.#active > 0,
    });
  }

  #newTabs(name: string, prefix: string): TabSharing {
    return shareTabs({
      name,
      prefix,
      outbox: this.#outbox,
      rooms: this.rooms.all,
      open: (room) => this.rooms.open(room),
      me: () => this.#identity.about.visitor?.id,
      together: (action) => this.#together(action),
      ask: (room) => void this.#connection.write(proof(room.state)),
      received: (news) => this.#receiveTabNews(news),
    });
  }

  // What a view sees

  snapshot(): Snapshot {
    if (this.#current) return this.#current;
    const rooms = this.#identity.about.rooms.map((summary) => {
      const state = this.rooms.all.get(summary.slug)?.state;
      const unread = state?.epoch ? state.unread : summary.unread;
      return unread === summary.unread ? summary : { ...summary, unread };
    });
    const unread = rooms.reduce((sum, room) => sum + room.unread, 0);
    const { info: connection } = this.#connection;
    this.#current = { ...this.#identity.about, connection, rooms, unread };
    return this.#current;
  }

  room(name: string): RoomState | null {
    return this.rooms.find(name)?.state ?? null;
  }

  /** Whether news of this room are for the visitor. */
  heeds(slug: string): boolean {
    return this.rooms.isHeeded(slug);
  }

  subscribe(listener: () => void): () => void {
    return this.#viewers.subscribe(listener);
  }

  // What a view asks for

  start(): void {
    if (this.#hasStarted) return;
    this.#hasStarted = true;
    // The session is asked for first: what follows takes a slow phone 15 ms.
    this.#connection.start();
    this.#together(() => {
      for (const { room, entry } of this.#outbox.all()) this.rooms.restore(room, entry);
      this.#tabs.start();
    });
  }

  join(name: string): () => void {
    this.rooms.want(name);
    this.#together(() => this.rooms.joinAndLeave());
    // An alias that the first session call was not asked for.
    if (this.#isReady && this.rooms.isUnknown(name)) this.#identity.ask().catch(() => {});
    this.#changed();
    return () => {
      this.rooms.unwant(name);
      this.#together(() => this.rooms.joinAndLeave());
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
      this.#unreadAnnounced.clear();
      for (const key of this.store.keys("")) this.store.remove(key);
      this.rooms.forget();
      this.#changed();
    });
  }

  end(): void {
    this.#quit();
    this.#viewers.clear();
  }

  discard(name: string, cid: string): void {
    const room = this.rooms.open(name);
    room.dispatch({ type: "drop", cid });
    this.#tabs.broadcast({ kind: "discard", room: room.slug, cid });
  }

  async act(name: string, by: NewAct): Promise<AckFrame> {
    const actions = await this.#bringActions();
    const { slug, synced } = this.rooms.open(name);
    return actions.start({ ...by, cid: newCid(), room: slug }, synced);
  }

  async call(...how: Parameters<OwnActions["call"]>): Promise<unknown> {
    return (await this.#bringActions()).call(...how);
  }

  ignore(...whom: Parameters<Identity["ignore"]>): void {
    this.#identity.ignore(...whom);
  }

  async rename(name: string): Promise<Visitor> {
    const renamed = await (await this.#bringActions()).rename(name);
    this.#identity.setVisitor(renamed);
    this.#tabs.broadcast({ kind: "name", name: renamed.name });
    return renamed;
  }

  typing(name: string): void {
    this.#signals.typing(this.rooms.open(name));
  }

  seen(name: string): void {
    const room = this.rooms.open(name);
    const { slug, state } = room;
    if (state.since <= state.seen) return;
    room.dispatch({ type: "seen", room: slug, rev: state.since });
    this.#tabs.broadcast({ kind: "seen", room: slug, rev: room.state.seen });
    this.#signals.seen(room);
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
      call: (method, path, body, ask = call) => ask(method, `${api}/${path}`, body, identity.token),
      problemOf,
      errorOf,
    });
    return this.#actions;
  }

  #synced(room: Room): void {
    this.#tabs.synced(room);
    this.#signals.seen(room);
    this.#actions?.resend(room.slug);
  }

  #sessionAnswered(visitor: Visitor, site: NonNullable<Snapshot["site"]>): void {
    this.rooms.resolveAliases();
    this.#changed();
    if (!this.#isReady) this.events.emit("ready", { visitor, site });
    this.#isReady = true;
  }

  #hello(): ClientFrame {
    return {
      type: "hello",
      v: PROTOCOL_VERSION,
      token: this.#identity.token ?? "",
      rooms: this.rooms.joining(this.#identity.about.limits.rooms),
    };
  }

  #receive(frame: ServerFrame): void {
    if (frame.type === "welcome" || frame.type === "site") this.#identity.receive(frame);
    else if (frame.type === "ping")
      for (const [slug, [epoch, head]] of Object.entries(frame.heads))
        this.rooms.all.get(slug)?.dispatch({ type: "head", epoch, head });
    else if (frame.type !== "bye") {
      this.rooms.all.get(frame.room ?? "")?.receive(frame);
      if (frame.type === "ack" || frame.type === "nack" || frame.type === "error")
        this.#answered(frame);
    }
  }

  #answered(frame: AckFrame | NackFrame | ErrorFrame): void {
    this.#actions?.answered(frame);
    if (frame.type === "ack") heed(this.store, frame.room);
    if (frame.type === "error" && !frame.cid) this.events.emit("error", frame);
    this.rooms.answered(frame);
  }

  #probe(): ClientFrame | null {
    const state = this.rooms.calm();
    return state && proof(state);
  }

  #stopped(stop: Stop, closeCode: number | null): void {
    const { code, message, hint, until = null } = stop;
    if (closeCode === BANNED_CLOSE) void this.#learnUntil(stop);
    else if (code === "banned") this.events.emit("banned", { until, reason: message });
    if (endsSending(stop))
      for (const room of this.rooms.all.values())
        for (const { cid, written } of room.state.pending)
          if (written || closeCode !== BANNED_CLOSE)
            this.rooms.fail(room, cid, { code, message, hint });
    console.error(sentenceFor(stop));
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
    this.rooms.stop();
  }

  #receiveTabNews(news: TabNews): void {
    const { about } = this.#identity;
    if (news.kind === "name") {
      if (about.visitor) this.#identity.setVisitor({ ...about.visitor, name: news.name });
      return;
    }
    const room = this.rooms.all.get(news.room);
    if (news.kind === "seen") room?.dispatch({ type: "seen", room: news.room, rev: news.rev });
    else if (news.kind === "discard") room?.dispatch({ type: "drop", cid: news.cid });
    else {
      // Only for a room that isn't open here; an open one counts itself.
      this.#unreadAnnounced.set(news.room, news.count);
      about.rooms = about.rooms.map((summary) =>
        summary.slug === news.room ? { ...summary, unread: news.count } : summary,
      );
      this.#changed();
    }
  }

  #together(action: () => void): void {
    this.#viewers.together(action);
  }

  #changed(): void {
    this.#current = null;
    this.#viewers.changed();
  }

  /** Something changed, and views are about to draw it. */
  #beforeViews(): void {
    // What kept a room joined may just have been sent.
    this.rooms.joinAndLeave();
    if (!this.#hasStarted) return;
    const { rooms, unread: total } = this.snapshot();
    for (const { slug, unread: count } of rooms) {
      if (this.#unreadAnnounced.get(slug) === count) continue;
      this.#unreadAnnounced.set(slug, count);
      this.#tabs.broadcast({ kind: "unread", room: slug, count });
      this.events.emit("unread", { room: slug, count, total });
    }
  }
}
