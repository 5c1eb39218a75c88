/**
 * Keeps one connection to a site alive.
 *
 *   start ─► session ─► socket ─► hello ─► welcome: online ─► close, silence ─┐
 *               ▲          ▲                                                   │
 *               └──────────┴──────── wait (backoff, bye window) ◄──────────────┘─► stopped
 *
 * It decides when to come back and when not. It knows no rooms: the conversation gives it the
 * session, the `hello` and the probe, and is told of frames, ups and downs.
 */

import type { ByeFrame, ClientFrame, Problem, ServerFrame } from "../protocol.ts";
import { backoffMs, windowMs } from "./backoff.ts";
import { comebackOf, stopFor } from "./comeback.ts";
import { isHidden, isOffline, watchPage } from "./page.ts";
import type { Connection, OpenTransport, Stop, Transport } from "./transport.ts";

const LOST = 1006;
/** An opening that takes longer is dead, or as good as. */
const OPENING_DEADLINE_MS = 10_000;
const BYE_DEADLINE_MS = 2_000;
const PROBE_DEADLINE_MS = 3_000;
/** A connection that lasted so long was a good one: the next outage starts from the beginning. */
const STABLE_MS = 10_000;
const PATIENT_MS = 2_000;
const FLOOD_PAUSE_MS = 60_000;
const PULSE_MS = 5_000;
const PING_SLACK_MS = 10_000;
/** A timer this late means that the machine slept. */
const SLEPT_MS = 15_000;
const HURRY_JITTER_MS = 500;
const HURRY_EVERY_MS = 1_000;
const OFFLINE_WAIT_MS = 30_000;
const HIDDEN_SLEEP_MS = 300_000;
/** Handshakes that never opened tell nothing; the session call explains. */
const UNOPENED_BEFORE_ASKING = 2;

type Timer = ReturnType<typeof setTimeout> | undefined;

/** A refusal of the session call, as far as the link needs it. */
export type LinkProblem = Problem & { readonly retry_ms?: number };

export interface LinkHost {
  /** Asks who this is and where to connect; rejects with a `LinkProblem`. */
  session(): Promise<string>;
  hello(): ClientFrame;
  /** A frame that will be answered, if there is one to ask. */
  probe(): ClientFrame | null;
  received(frames: readonly ServerFrame[]): void;
  down(): void;
  stopped(stop: Stop, closeCode: number | null): void;
  changed(): void;
  /** The page is left, or looked at again. */
  left(): void;
  back(): void;
  /** Whether a view is open; without one a tab that is hidden for long gives up its connection. */
  isActive(): boolean;
}

export interface Link {
  connection(): Connection;
  start(): void;
  /** Tries at once; out of a stop as well. */
  reconnect(): void;
  /** False when there is nothing to write to. */
  write(frame: ClientFrame): boolean;
  backlog(): number;
  /** Whether `hello` was written, so that more may be. */
  isOpen(): boolean;
  close(): void;
}

export function createLink(
  host: LinkHost,
  openTransport: OpenTransport,
  random: () => number = Math.random,
): Link {
  let connection: Connection = { status: "idle", transport: null, retryAt: null, stop: null };
  let url: string | null = null;
  let needsSession = true;
  let transport: Transport | null = null;
  let opened = false;
  let up = false;
  let bye: ByeFrame | null = null;
  let pingMs = 25_000;
  let lastFrameAt = 0;
  let lastPulseAt = 0;
  let lastHurryAt = 0;
  let attempt = 0;
  let outageSince: number | null = null;
  let unopened = 0;
  let renewed = false;
  let pausedForFlood = false;
  let retryMayHurry = true;
  let started = false;
  let asleep = false;
  let offline = false;
  /** Grows with every attempt, so that an answer to an old one is ignored. */
  let turn = 0;
  // One for the phase (waiting, opening, leaving), the others beside it.
  let phase: Timer;
  let pulse: Timer;
  let stable: Timer;
  let probing: Timer;
  let sleeping: Timer;
  let unwatch: (() => void) | null = null;

  function publish(status: Connection["status"], more: Partial<Connection> = {}): void {
    const shown = offline && status !== "stopped" && status !== "idle" ? "offline" : status;
    connection = { transport: null, retryAt: null, stop: null, ...more, status: shown };
    host.changed();
  }

  function drop(): void {
    turn += 1;
    for (const timer of [phase, pulse, stable, probing]) clearTimeout(timer);
    probing = undefined;
    const old = transport;
    transport = null;
    opened = false;
    old?.close();
    if (!up) return;
    up = false;
    host.down();
  }

  async function connect(): Promise<void> {
    drop();
    const mine = turn;
    publish(outageSince === null ? "connecting" : "reconnecting");
    if (needsSession || url === null) {
      try {
        const answer = await host.session();
        if (mine !== turn) return;
        url = answer;
        needsSession = false;
        unopened = 0;
      } catch (error) {
        if (mine === turn) refused(error as LinkProblem);
        return;
      }
    }
    phase = setTimeout(() => lost(LOST), OPENING_DEADLINE_MS);
    transport = openTransport(url, {
      opened() {
        opened = true;
        unopened = 0;
        transport?.send(host.hello());
      },
      received,
      closed: lost,
    });
  }

  function refused(problem: LinkProblem): void {
    if (["network", "unavailable", "internal", "rate"].includes(problem.code))
      return wait(Math.max(problem.retry_ms ?? 0, backoff()));
    const remedy = problem.code === "site_disabled" ? "hide" : "none";
    stop({ ...problem, message: problem.message, remedy }, null);
  }

  function received(frames: readonly ServerFrame[]): void {
    lastFrameAt = Date.now();
    clearTimeout(probing);
    probing = undefined;
    offline = false;
    for (const frame of frames) {
      if (frame.type === "ping") write({ type: "pong", n: frame.n });
      if (frame.type === "bye") {
        bye = frame;
        clearTimeout(phase);
        phase = setTimeout(() => lost(frame.code), BYE_DEADLINE_MS);
      }
      if (frame.type === "welcome") welcomed(frame.ping_s);
    }
    if (up && connection.status !== "online") publish("online", { transport: "ws" });
    host.received(frames);
  }

  function welcomed(pingS: number): void {
    clearTimeout(phase);
    up = true;
    pingMs = pingS * 1000;
    lastPulseAt = Date.now();
    pulse = setTimeout(beat, PULSE_MS);
    stable = setTimeout(() => {
      attempt = 0;
      outageSince = null;
      renewed = false;
      pausedForFlood = false;
    }, STABLE_MS);
  }

  /** Timers are late in hidden tabs and stand still in sleep, so clocks are compared as well. */
  function beat(): void {
    pulse = setTimeout(beat, PULSE_MS);
    const now = Date.now();
    const slept = now - lastPulseAt > SLEPT_MS && !isHidden();
    lastPulseAt = now;
    // Somebody set the clock back; the silence is counted from here.
    lastFrameAt = Math.min(lastFrameAt, now);
    if (isSilent(now)) lost(LOST);
    else if (slept) probe();
  }

  function isSilent(now: number): boolean {
    return now - lastFrameAt > pingMs + PING_SLACK_MS;
  }

  /** A socket may look open long after the network has gone: only an answer proves it. */
  function probe(): void {
    if (!up || probing !== undefined) return;
    if (isSilent(Date.now())) return lost(LOST);
    const frame = host.probe();
    if (!frame) return;
    write(frame);
    probing = setTimeout(() => lost(LOST), PROBE_DEADLINE_MS);
  }

  function lost(closeCode: number): void {
    // Some proxies swallow the code; the `bye` before it says it as well.
    const code = closeCode === LOST && bye ? bye.code : closeCode;
    const said = bye;
    bye = null;
    if (!opened) unopened += 1;
    drop();
    outageSince ??= Date.now();
    if (unopened >= UNOPENED_BEFORE_ASKING) needsSession = true;
    const comeback = comebackOf(code);
    const mayReturn =
      comeback !== "stop" &&
      comeback !== "focus" &&
      !(comeback === "renew" && renewed) &&
      !(comeback === "later" && pausedForFlood);
    if (!mayReturn) return stop(stopFor(code, said?.reason), code);
    if (comeback === "session" || comeback === "renew") needsSession = true;
    if (comeback === "renew") renewed = true;
    if (comeback === "later") {
      pausedForFlood = true;
      return wait(FLOOD_PAUSE_MS, false);
    }
    const atOnce = attempt === 0 && ["now", "session", "renew"].includes(comeback);
    let delay = atOnce ? 0 : backoff();
    if (comeback === "patient") delay = Math.max(delay, PATIENT_MS);
    if (said?.retry_ms) delay = windowMs(said.retry_ms, random);
    wait(delay);
  }

  function backoff(): number {
    const lastedMs = Math.max(0, Date.now() - (outageSince ?? Date.now()));
    return backoffMs({ attempt, lastedMs, hidden: isHidden() }, random);
  }

  function wait(ms: number, mayHurry = true): void {
    outageSince ??= Date.now();
    attempt += 1;
    schedule(ms, mayHurry);
  }

  function schedule(ms: number, mayHurry: boolean): void {
    retryMayHurry = mayHurry;
    // Without a network attempts only cost battery; `online` will hurry.
    const delay = offline ? Math.max(ms, OFFLINE_WAIT_MS) : ms;
    clearTimeout(phase);
    phase = setTimeout(connect, delay);
    publish("reconnecting", { retryAt: Date.now() + delay });
  }

  function stop(reason: Stop, closeCode: number | null): void {
    drop();
    clearTimeout(phase);
    needsSession = true;
    publish("stopped", { stop: reason });
    host.stopped(reason, closeCode);
  }

  /** The moment is good: a waiting retry begins now, an open socket is asked whether it lives. */
  function hurry(): void {
    const now = Date.now();
    if (up) return probe();
    // Counted in both directions, because a clock may be set back.
    if (connection.retryAt === null || !retryMayHurry) return;
    if (Math.abs(now - lastHurryAt) < HURRY_EVERY_MS) return;
    lastHurryAt = now;
    clearTimeout(phase);
    phase = setTimeout(connect, random() * HURRY_JITTER_MS);
  }

  function sleep(): void {
    if (connection.status === "stopped") return;
    asleep = true;
    drop();
    clearTimeout(phase);
    publish("idle");
  }

  function awake(): void {
    clearTimeout(sleeping);
    offline = isOffline();
    host.back();
    if (asleep) {
      if (isHidden()) return;
      asleep = false;
      void connect();
    } else if (connection.stop?.remedy === "focus") void connect();
    else hurry();
  }

  function write(frame: ClientFrame): boolean {
    if (!opened || !transport) return false;
    transport.send(frame);
    return true;
  }

  return {
    connection: () => connection,
    start() {
      if (started) return;
      started = true;
      offline = isOffline();
      unwatch = watchPage({
        awake,
        focused: () => (connection.stop?.remedy === "focus" ? awake() : undefined),
        left() {
          sleep();
          host.left();
        },
        hidden() {
          clearTimeout(sleeping);
          sleeping = setTimeout(() => {
            if (isHidden() && !host.isActive()) sleep();
          }, HIDDEN_SLEEP_MS);
        },
        offline() {
          offline = true;
          if (connection.retryAt !== null) schedule(OFFLINE_WAIT_MS, retryMayHurry);
          else if (!asleep && !connection.stop) publish(connection.status, connection);
        },
      });
      void connect();
    },
    reconnect() {
      if (!started || up) return;
      asleep = false;
      pausedForFlood = false;
      void connect();
    },
    write,
    isOpen: () => opened,
    backlog: () => transport?.backlog() ?? 0,
    close() {
      started = false;
      unwatch?.();
      drop();
      clearTimeout(sleeping);
      needsSession = true;
      outageSince = null;
      attempt = 0;
      publish("idle");
    },
  };
}
