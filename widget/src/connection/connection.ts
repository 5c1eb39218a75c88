/**
 * One connection to a site, for its whole life: the only place that decides when there is one.
 *
 *   idle ─ start ─► asking ─ url ─► opening ─ hello ─► greeting ─ welcome ─► online
 *                     ▲                                                        │
 *                     └─ waiting ◄─────────────── outage.ts ◄─── ended ◄──────┤
 *                                                      └─► stopped            │
 *   asleep ◄─ hidden for long without an open view, or left for the back/forward cache
 *
 * heartbeat.ts notices that nobody answers any more; route.ts opens what this network lets through.
 * The connection knows no rooms: its host gives it the session and the `hello`.
 */

import type { ByeFrame, ClientFrame, ServerFrame } from "../protocol/frames.ts";
import type { Store } from "../storage.ts";
import { LOST, stopFor } from "./close-codes.ts";
import { problemOf, type Trouble } from "./errors.ts";
import type { HttpHost } from "./fallback/http.ts";
import { Heartbeat } from "./heartbeat.ts";
import { Refused, request } from "./http-client.ts";
import { backoffFor, NO_OUTAGE, outcomeOf } from "./outage.ts";
import { isHidden, isOffline, watchPage } from "./page.ts";
import { Route } from "./route.ts";
import { openSocket } from "./socket.ts";
import {
  type ConnectionInfo,
  type ConnectionStatus,
  parseFrames,
  type Stop,
  type Transport,
  type TransportChoice,
  type TransportEvents,
} from "./transport.ts";

/** An opening that takes longer is dead, or as good as. */
const OPENING_DEADLINE_MS = 10_000;
const BYE_DEADLINE_MS = 2_000;
/** A connection that lasted so long was a good one: the next outage starts from the beginning. */
const STABLE_MS = 10_000;
const HURRY_JITTER_MS = 500;
const HURRY_EVERY_MS = 1_000;
const OFFLINE_WAIT_MS = 30_000;
const HIDDEN_SLEEP_MS = 300_000;

type Timer = ReturnType<typeof setTimeout> | undefined;

type Phase =
  | "idle"
  | "asking"
  | "opening"
  | "greeting"
  | "online"
  | "waiting"
  | "stopped"
  | "asleep";

export interface ConnectionHost {
  readonly choice: TransportChoice;
  readonly store: Store;
  /** `https://chat.example/api/v1/pk_…` */
  readonly api: string;
  /** Who this is, for the transports by HTTP, where no server says it. */
  about: HttpHost["about"];
  /** Asks who this is and where to connect. */
  session(): Promise<string>;
  hello(): ClientFrame;
  /** An answer by HTTP names the version of the site's look. */
  looked(version: string | null): void;
  received(frames: readonly ServerFrame[]): void;
  /** What was online is not any more. */
  down(): void;
  changed(): void;
  /** It does not come back by itself. `closeCode` is null where the session call was refused. */
  stopped(stop: Stop, closeCode: number | null): void;
  /** A frame that will be answered, if there is one to ask. */
  probe(): ClientFrame | null;
  /** The page is left, while the connection is still there; or looked at again. */
  left(): void;
  back(): void;
  /** Whether a view is open; without one a tab that is hidden for long gives up its connection. */
  isActive(): boolean;
}

export class Connection {
  /** As everybody else sees it; another object after each change. */
  info: ConnectionInfo = { status: "idle", transport: null, retryAt: null, stop: null };
  readonly #host: ConnectionHost;
  readonly #events: TransportEvents;
  readonly #heartbeat: Heartbeat;
  readonly #route: Route;
  #phase: Phase = "idle";
  #transport: Transport | null = null;
  /** Grows with every attempt, so that an answer to an old one is ignored. */
  #turn = 0;
  /** Where to connect; without it the session call is made first. */
  #url: string | null = null;
  #bye: ByeFrame | null = null;
  #outage = NO_OUTAGE;
  #isOffline = false;
  #mayHurry = true;
  #lastHurryAt = 0;
  #unwatch: (() => void) | null = null;
  /** What happens next, unless something else happens before. */
  #due: Timer;
  #stable: Timer;
  #sleeping: Timer;

  constructor(host: ConnectionHost) {
    this.#host = host;
    this.#events = {
      opened: () => this.#opened(),
      received: (frames) => this.#received(frames),
      closed: (code = LOST) => this.#ended(code),
    };
    this.#heartbeat = new Heartbeat({
      write: (frame) => this.write(frame),
      probe: host.probe,
      silent: () => this.#ended(LOST),
    });
    this.#route = new Route({
      choice: host.choice,
      store: host.store,
      fallback: {
        api: host.api,
        about: host.about,
        request: async (url, asking) => {
          const response = await request(url, asking);
          host.looked(response.headers.get("inglenook-look"));
          return response;
        },
        refusalIn: (error) => (error instanceof Refused ? error : null),
        problemOf,
        parseFrames,
        openSocket,
        trialUrl: () => (isHidden() || isOffline() ? null : this.#url),
        hello: host.hello,
        adopt: (socket) => {
          this.#transport = socket;
          return this.#events;
        },
      },
    });
  }

  get isUp(): boolean {
    return this.#phase === "online";
  }

  /** Whether `hello` was written, so that more may be. */
  get isOpen(): boolean {
    return this.isUp || this.#phase === "greeting";
  }

  start(): void {
    this.#isOffline = isOffline();
    this.#unwatch = watchPage({
      awake: () => this.#awake(),
      focused: () => {
        if (this.info.stop?.remedy === "focus") this.#awake();
      },
      left: () => {
        this.#host.left();
        this.#sleep();
      },
      hidden: () => this.#hidden(),
      offline: () => this.#wentOffline(),
    });
    if (isHidden()) this.#hidden();
    void this.#connect();
  }

  /** Ends it, and forgets what it knew of the server. */
  stop(): void {
    this.#unwatch?.();
    clearTimeout(this.#sleeping);
    this.#drop(true);
    this.#url = null;
    this.#outage = NO_OUTAGE;
    this.#publish("idle");
  }

  /** A person asks for another try: what paused it is over. */
  retryNow(): void {
    if (this.isUp) return;
    this.#outage = { ...this.#outage, hasPaused: false };
    void this.#connect();
  }

  /** False when there is nothing to write to. */
  write(frame: ClientFrame): boolean {
    if (this.isOpen) this.#transport?.send(frame);
    return this.isOpen;
  }

  /** More is known of why it stopped. */
  explainStop(stop: Stop): void {
    if (this.#phase === "stopped") this.#publish("stopped", { stop });
  }

  /** Bytes that were written and have not left yet. */
  backlog(): number {
    return this.#transport?.backlog() ?? 0;
  }

  // Opening

  async #connect(): Promise<void> {
    this.#drop();
    const turn = this.#turn;
    this.#phase = "asking";
    this.#publish(this.#outage.since === null ? "connecting" : "reconnecting");
    try {
      this.#url ??= await this.#host.session();
    } catch (refusal) {
      if (turn === this.#turn) this.#refused(problemOf(refusal));
      return;
    }
    if (turn !== this.#turn) return;
    this.#phase = "opening";
    this.#after(OPENING_DEADLINE_MS, () => this.#ended(LOST, true));
    this.#transport = this.#route.open(this.#url, this.#events);
  }

  #opened(): void {
    this.#phase = "greeting";
    this.write(this.#host.hello());
  }

  #received(frames: readonly ServerFrame[]): void {
    this.#heartbeat.heard();
    this.#isOffline = false;
    for (const frame of frames) {
      if (frame.type === "ping") this.write({ type: "pong", n: frame.n });
      if (frame.type === "welcome") this.#welcomed(frame.ping_s);
      if (frame.type === "bye") {
        this.#bye = frame;
        this.#after(BYE_DEADLINE_MS, () => this.#ended(frame.code));
      }
    }
    // A transport by HTTP may have become another one.
    const { status, transport } = this.info;
    if (this.isUp && (status !== "online" || transport !== this.#transport?.name))
      this.#publish("online");
    this.#host.received(frames);
  }

  #welcomed(pingS: number): void {
    clearTimeout(this.#due);
    clearTimeout(this.#stable);
    this.#phase = "online";
    this.#route.reached(this.#transport?.name);
    this.#heartbeat.start(pingS);
    this.#stable = setTimeout(() => {
      this.#outage = NO_OUTAGE;
    }, STABLE_MS);
    this.#publish("online");
  }

  /**
   * Ends what there is, without deciding what follows. `isLeft`: the visitor has closed the chat,
   * and no other attempt waits for the place of this one.
   */
  #drop(isLeft = false): void {
    const { isUp } = this;
    this.#turn += 1;
    clearTimeout(this.#due);
    clearTimeout(this.#stable);
    this.#heartbeat.stop();
    this.#route.rest();
    this.#transport?.close(isLeft);
    this.#transport = this.#bye = null;
    this.#phase = "idle";
    if (isUp) this.#host.down();
  }

  // The end, and what follows

  /** `isGivenUp`: the other side said nothing at all in its time. */
  #ended(closeCode: number, isGivenUp = false): void {
    const { isOpen, isUp } = this;
    const bye = this.#bye;
    this.#drop();
    this.#beginOutage();
    const reachedNobody = closeCode === LOST && !bye && !isUp && (!isOpen || isGivenUp);
    if (reachedNobody && this.#route.failed()) return this.#comeBack(0);
    // Some proxies swallow the code; the `bye` before it says it as well.
    const code = closeCode === LOST && bye ? bye.code : closeCode;
    // By HTTP it counts as open before anything was answered, and a refusal cannot be read there.
    this.#lost(code, bye, isUp || (isOpen && code !== LOST));
  }

  /** An outage lasts from the first loss, whatever follows. */
  #beginOutage(): void {
    this.#outage = { ...this.#outage, since: this.#outage.since ?? Date.now() };
  }

  /** The session call was refused. */
  #refused(problem: Trouble): void {
    this.#drop();
    this.#beginOutage();
    this.#route.unreachable();
    if (["network", "unavailable", "internal", "rate"].includes(problem.code))
      return this.#comeBack(
        Math.max(problem.retry_ms ?? 0, backoffFor(this.#outage, isHidden(), Date.now())),
      );
    const remedy = problem.code === "site_disabled" ? "hide" : "none";
    this.#stopFor({ ...problem, remedy }, null);
  }

  #lost(code: number, bye: ByeFrame | null, wasAnswered: boolean): void {
    const now = Date.now();
    const outcome = outcomeOf({ code, bye, wasAnswered, isHidden: isHidden(), now }, this.#outage);
    this.#outage = outcome.outage;
    if (outcome.needsSession) this.#url = null;
    if (outcome.waitMs === null) this.#stopFor(stopFor(code, bye?.reason), code);
    else this.#comeBack(outcome.waitMs, outcome.mayHurry);
  }

  #comeBack(ms: number, mayHurry = true): void {
    this.#outage = { ...this.#outage, attempt: this.#outage.attempt + 1 };
    this.#mayHurry = mayHurry;
    this.#wait(ms);
  }

  #wait(ms: number): void {
    // Without a network attempts only cost battery; `online` will hurry.
    const pause = this.#isOffline ? Math.max(ms, OFFLINE_WAIT_MS) : ms;
    this.#phase = "waiting";
    this.#after(pause, () => void this.#connect());
    this.#publish("reconnecting", { retryAt: Date.now() + pause });
  }

  #stopFor(stop: Stop, closeCode: number | null): void {
    this.#url = null;
    this.#phase = "stopped";
    this.#publish("stopped", { stop });
    this.#host.stopped(stop, closeCode);
  }

  #after(ms: number, action: () => void): void {
    clearTimeout(this.#due);
    this.#due = setTimeout(action, ms);
  }

  #publish(status: ConnectionStatus, more?: Partial<ConnectionInfo>): void {
    const isHeard = status === "stopped" || status === "idle";
    const shown = this.#isOffline && !isHeard ? "offline" : status;
    const transport = shown === "online" ? (this.#transport?.name ?? null) : null;
    this.info = { transport, retryAt: null, stop: null, ...more, status: shown };
    this.#host.changed();
  }

  // The page

  /** The moment is good: a waiting retry begins now, an open socket is asked whether it lives. */
  #hurry(): void {
    const now = Date.now();
    if (this.isUp) return this.#heartbeat.probe();
    // Counted in both directions, because a clock may be set back.
    if (this.#phase !== "waiting" || !this.#mayHurry) return;
    if (Math.abs(now - this.#lastHurryAt) < HURRY_EVERY_MS) return;
    this.#lastHurryAt = now;
    this.#after(Math.random() * HURRY_JITTER_MS, () => void this.#connect());
  }

  #sleep(): void {
    if (this.#phase === "stopped") return;
    this.#drop();
    this.#phase = "asleep";
    this.#publish("idle");
  }

  #awake(): void {
    clearTimeout(this.#sleeping);
    this.#isOffline = isOffline();
    this.#host.back();
    if (this.#phase === "asleep") {
      if (!isHidden()) void this.#connect();
    } else if (this.info.stop?.remedy === "focus") void this.#connect();
    else this.#hurry();
  }

  #hidden(): void {
    clearTimeout(this.#sleeping);
    this.#sleeping = setTimeout(() => {
      if (isHidden() && !this.#host.isActive()) this.#sleep();
    }, HIDDEN_SLEEP_MS);
  }

  #wentOffline(): void {
    this.#isOffline = true;
    if (this.#phase === "waiting") this.#wait(OFFLINE_WAIT_MS);
    else if (this.#phase !== "asleep" && this.#phase !== "stopped")
      this.#publish(this.info.status, this.info);
  }
}
