/**
 * Keeps a connection alive: decides after each end when to come back and when not, notices that
 * nobody answers any more, and minds sleep, hidden tabs and the back/forward cache.
 */

import type { ClientFrame, Problem } from "../protocol.ts";
import { backoffMs, windowMs } from "./backoff.ts";
import type { Climber } from "./climber.ts";
import { comebackOf, stopFor } from "./comeback.ts";
import type { Link } from "./link.ts";
import { isHidden, isOffline, watchPage } from "./page.ts";
import type { Stop } from "./transport.ts";

const LOST = 1006;
const BYE_DEADLINE_MS = 2_000;
const PROBE_DEADLINE_MS = 3_000;
/** A connection that lasted so long was a good one: the next outage starts from the beginning. */
const STABLE_MS = 10_000;
const PATIENT_MS = 2_000;
const FLOOD_PAUSE_MS = 60_000;
/** Nothing may tell of a sleep, and the right screen is to be there two seconds after it. */
const PULSE_MS = 1_000;
const PING_SLACK_MS = 10_000;
/** A timer this late means that the machine slept. */
const SLEPT_MS = 15_000;
const HURRY_JITTER_MS = 500;
const HURRY_EVERY_MS = 1_000;
const OFFLINE_WAIT_MS = 30_000;
const HIDDEN_SLEEP_MS = 300_000;
/** Attempts that never were answered tell nothing; the session call explains. */
const UNANSWERED_BEFORE_ASKING = 2;

type Timer = ReturnType<typeof setTimeout> | undefined;

/** A refusal of the session call, as far as this needs it. */
export type LinkProblem = Problem & { readonly retry_ms?: number };

export interface EnduranceHost {
  problemOf(refusal: unknown): LinkProblem;
  /** A frame that will be answered, if there is one to ask. */
  probe(): ClientFrame | null;
  stopped(stop: Stop, closeCode: number | null): void;
  /** The page is left, or looked at again. */
  left(): void;
  back(): void;
  /** Whether a view is open; without one a tab that is hidden for long gives up its connection. */
  isActive(): boolean;
}

export interface Endurance {
  start(): void;
  stop(): void;
  /** A person asks for another try: what paused it is over. */
  byHand(): void;
}

export function endureLink(link: Link, ladder: Climber, host: EnduranceHost): Endurance {
  const { drop, publish, wait } = link;
  let lastFrameAt = 0;
  let lastPulseAt = 0;
  let lastHurryAt = 0;
  let attempt = 0;
  let outageSince: number | null = null;
  let unanswered = 0;
  let renewed = false;
  let pausedForFlood = false;
  let retryMayHurry = true;
  let asleep = false;
  let offline = false;
  let pulse: Timer;
  let stable: Timer;
  let probing: Timer;
  let sleeping: Timer;
  let unwatch: (() => void) | null = null;

  link.publish = (status, more) =>
    publish(offline && status !== "stopped" && status !== "idle" ? "offline" : status, more);

  link.drop = () => {
    for (const timer of [pulse, stable, probing]) clearTimeout(timer);
    ladder.rest();
    probing = undefined;
    drop();
  };

  /** Without a network attempts only cost battery; `online` will hurry. */
  link.wait = (ms) => wait(offline ? Math.max(ms, OFFLINE_WAIT_MS) : ms);

  link.heard = (frames) => {
    lastFrameAt = Date.now();
    clearTimeout(probing);
    probing = undefined;
    offline = false;
    for (const frame of frames) {
      if (frame.type === "bye") link.after(BYE_DEADLINE_MS, () => link.over(frame.code));
      if (frame.type === "welcome") welcomed();
    }
    const { status, transport } = link.connection;
    if (link.isUp && (status !== "online" || transport !== link.way())) link.publish("online");
  };

  link.over = (closeCode, refusal, bye = link.bye) => {
    const { isOpen, isUp } = link;
    link.trouble = [closeCode, refusal, bye];
    link.drop();
    outageSince ??= Date.now();
    if (closeCode === null) refused(host.problemOf(refusal));
    // It is blocked, or swallowed; and whoever was waiting for it waits no longer.
    else if (closeCode === LOST && !bye && !isUp && (!isOpen || refusal) && ladder.failed())
      comeBack(0);
    // Some proxies swallow the code; the `bye` before it says it as well.
    // By HTTP it counts as open before anything was answered, and a refusal cannot be read there.
    else
      lost(
        closeCode === LOST && bye ? bye.code : closeCode,
        bye,
        isUp || (isOpen && (closeCode !== LOST || bye !== null)),
      );
  };

  function welcomed(): void {
    // Also when another transport has taken over.
    clearTimeout(pulse);
    clearTimeout(stable);
    ladder.reached();
    unanswered = 0;
    lastPulseAt = Date.now();
    pulse = setTimeout(beat, PULSE_MS);
    stable = setTimeout(() => {
      attempt = 0;
      outageSince = null;
      link.trouble = null;
      renewed = false;
      pausedForFlood = false;
    }, STABLE_MS);
  }

  function refused(problem: LinkProblem): void {
    ladder.unreachable();
    if (["network", "unavailable", "internal", "rate"].includes(problem.code))
      return comeBack(Math.max(problem.retry_ms ?? 0, backoff()));
    const remedy = problem.code === "site_disabled" ? "hide" : "none";
    stop({ ...problem, message: problem.message, remedy }, null);
  }

  function lost(code: number, bye: Link["bye"], wasAnswered: boolean): void {
    unanswered = wasAnswered ? 0 : unanswered + 1;
    const comeback = comebackOf(code);
    if (unanswered >= UNANSWERED_BEFORE_ASKING || comeback === "session" || comeback === "renew") {
      link.url = null;
      unanswered = 0;
    }
    const mayReturn =
      comeback !== "stop" &&
      comeback !== "focus" &&
      !(comeback === "renew" && renewed) &&
      !(comeback === "later" && pausedForFlood);
    if (!mayReturn) return stop(stopFor(code, bye?.reason), code);
    if (comeback === "renew") renewed = true;
    if (comeback === "later") {
      pausedForFlood = true;
      return comeBack(FLOOD_PAUSE_MS, false);
    }
    const atOnce = attempt === 0 && ["now", "session", "renew"].includes(comeback);
    let delay = atOnce ? 0 : backoff();
    if (comeback === "patient") delay = Math.max(delay, PATIENT_MS);
    if (bye?.retry_ms) delay = windowMs(bye.retry_ms, Math.random);
    comeBack(delay);
  }

  function backoff(): number {
    const lastedMs = Math.max(0, Date.now() - (outageSince ?? Date.now()));
    return backoffMs({ attempt, lastedMs, hidden: isHidden() }, Math.random);
  }

  function comeBack(ms: number, mayHurry = true): void {
    attempt += 1;
    retryMayHurry = mayHurry;
    link.wait(ms);
  }

  function stop(reason: Stop, closeCode: number | null): void {
    link.url = null;
    link.publish("stopped", { stop: reason });
    host.stopped(reason, closeCode);
  }

  /** Timers are late in hidden tabs and stand still in sleep, so clocks are compared as well. */
  function beat(): void {
    pulse = setTimeout(beat, PULSE_MS);
    const now = Date.now();
    const slept = now - lastPulseAt > SLEPT_MS && !isHidden();
    lastPulseAt = now;
    // Somebody set the clock back; the silence is counted from here.
    lastFrameAt = Math.min(lastFrameAt, now);
    if (isSilent(now)) link.over(LOST);
    else if (slept) probe();
  }

  function isSilent(now: number): boolean {
    return now - lastFrameAt > link.pingS * 1000 + PING_SLACK_MS;
  }

  /** A socket may look open long after the network has gone: only an answer proves it. */
  function probe(): void {
    if (probing !== undefined) return;
    if (isSilent(Date.now())) return link.over(LOST);
    const frame = host.probe();
    if (!frame) return;
    link.write(frame);
    probing = setTimeout(() => link.over(LOST), PROBE_DEADLINE_MS);
  }

  /** The moment is good: a waiting retry begins now, an open socket is asked whether it lives. */
  function hurry(): void {
    const now = Date.now();
    if (link.isUp) return probe();
    // Counted in both directions, because a clock may be set back.
    if (link.connection.retryAt === null || !retryMayHurry) return;
    if (Math.abs(now - lastHurryAt) < HURRY_EVERY_MS) return;
    lastHurryAt = now;
    link.after(Math.random() * HURRY_JITTER_MS, link.connect);
  }

  function sleep(): void {
    if (link.connection.status === "stopped") return;
    asleep = true;
    link.drop();
    link.publish("idle");
  }

  function awake(): void {
    clearTimeout(sleeping);
    offline = isOffline();
    host.back();
    if (asleep) {
      if (isHidden()) return;
      asleep = false;
      void link.connect();
    } else if (link.connection.stop?.remedy === "focus") void link.connect();
    else hurry();
  }

  return {
    start() {
      offline = isOffline();
      lastFrameAt = Date.now();
      unwatch = watchPage({
        awake,
        focused: () => (link.connection.stop?.remedy === "focus" ? awake() : undefined),
        left() {
          sleep();
          host.left();
        },
        hidden,
        offline() {
          offline = true;
          if (link.connection.retryAt !== null) link.wait(OFFLINE_WAIT_MS);
          else if (!asleep && !link.connection.stop)
            link.publish(link.connection.status, link.connection);
        },
      });
      if (isHidden()) hidden();
      if (link.isUp) welcomed();
      // What ended it before somebody was here to judge.
      else if (link.trouble && link.connection.retryAt !== null) link.over(...link.trouble);
    },
    stop() {
      unwatch?.();
      clearTimeout(sleeping);
      outageSince = link.trouble = link.url = null;
      attempt = 0;
    },
    byHand() {
      asleep = false;
      pausedForFlood = false;
    },
  };

  function hidden(): void {
    clearTimeout(sleeping);
    sleeping = setTimeout(() => {
      if (isHidden() && !host.isActive()) sleep();
    }, HIDDEN_SLEEP_MS);
  }
}
