/**
 * One room followed by HTTP, from a cursor on: request after request, each begins where the last
 * one ended, so that a cut costs a moment and never a frame.
 *
 *   stream    sync, message, message … until it is cut ─► the next
 *   long poll sync at the first change, or when the time is up ─► the next
 *   poll      sync ─► a pause ─► the next; also where there is no slot to hold a request (request-slots.ts)
 */

import type { Joining, ServerFrame } from "../../protocol/frames.ts";
import { Refused } from "../http-client.ts";
import { type Network, withoutStreams, withShorterWaits } from "../transport-policy.ts";
import { readStream, type StreamEvent } from "./event-stream.ts";
import { eventsPath, pollPauseMs } from "./poll.ts";
import { type Release, takeSlot } from "./request-slots.ts";
import { parseFrames } from "./transport.ts";

/** The server sends a `sync` at once; what has not come by then waits in somebody's buffer. */
const FIRST_EVENT_MS = 3_000;
/** The server sends a comment every 15 s. */
const SILENCE_MS = 20_000;
/** A change that was acknowledged comes within that, or is kept somewhere. */
const OWN_CHANGE_MS = 4_000;
/** A stream that ends sooner, or a poll that fails sooner, was not cut for its length. */
const SOON_MS = 2_000;
const ANSWER_DEADLINE_MS = 10_000;
const FULL_PAUSE_MS = 30_000;
const AGAIN_MS = 300;
const FAILURES = 2;
const CONNECTION_LIMIT = 4506;

export interface FeedHost {
  /** Names the browser's connections to this server. */
  readonly server: string;
  readonly network: Network;
  request(path: string, abort: AbortController, accept?: string): Promise<Response>;
  heard(frames: readonly ServerFrame[]): void;
  /** A `bye` in a stream, except for what concerns this room alone. */
  bye(frame: Extract<ServerFrame, { type: "bye" }>): void;
  /** False when it is over with this room, or with everything. */
  mayGoOn(feed: RoomFeed, refused: Refused): boolean;
  lost(): void;
}

export interface RoomFeed {
  readonly room: string;
  /** Everything up to it was delivered. */
  readonly cursor: Joining;
  /** The next page of what was missed comes by itself. */
  isPaging: boolean;
  /** A change of mine has this number: it must come soon. */
  expect(rev: number): void;
  stop(): void;
}

export function followRoom(from: Joining, host: FeedHost): RoomFeed {
  const { network } = host;
  let cursor = from;
  let isOver = false;
  let abort = new AbortController();
  let wake = () => {};
  let release: Release | null = null;
  let fullUntil = 0;
  /** An answer is due now, whether there is news or not. */
  let isAsked = true;
  /** How often streams brought nothing. */
  let duds = 0;
  let isSilent = false;
  let newsAt = Date.now();
  let expecting: ReturnType<typeof setTimeout> | undefined;

  const feed: RoomFeed = {
    room: from.room,
    get cursor() {
      return cursor;
    },
    isPaging: false,
    expect(rev) {
      const isMissing = () => !isOver && (cursor.since ?? 0) < rev;
      newsAt = Date.now();
      clearTimeout(expecting);
      if (isMissing()) wake();
      expecting = setTimeout(() => isMissing() && hush(2), OWN_CHANGE_MS);
    },
    stop() {
      isOver = true;
      clearTimeout(expecting);
      abort.abort();
      wake();
      giveBack(0);
    },
  };

  /** A stream that says nothing: ends it, and asks what is missing. */
  function hush(weight: number): void {
    isSilent = isAsked = true;
    duds += weight;
    abort.abort();
    wake();
  }

  function moveTo(epoch: string, since: number): void {
    if (epoch !== cursor.epoch || since !== cursor.since) newsAt = Date.now();
    cursor = { room: from.room, epoch, since };
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async function run(): Promise<void> {
    let failures = 0;
    while (!isOver) {
      const begunAt = Date.now();
      const waitS = await slotted();
      if (isOver) break;
      abort = new AbortController();
      isSilent = false;
      try {
        if (waitS === null) await stream();
        else await poll(waitS);
        failures = 0;
      } catch (error) {
        if (isOver) break;
        if (isSilent) continue;
        const lasted = Date.now() - begunAt;
        const answer = error instanceof Refused ? (error.answer as { error?: string }) : null;
        if (waitS && lasted >= SOON_MS && !answer?.error) {
          withShorterWaits(network, waitS);
          isAsked = true;
        } else if (error instanceof Refused && answer?.error) {
          if (!host.mayGoOn(feed, error)) break;
          if (answer.error === "rate") giveBack();
          await pause(Math.max(AGAIN_MS, error.wait * 1000 || 0));
        } else if (++failures >= FAILURES) return host.lost();
        else await pause(AGAIN_MS * (1 + Math.random()));
      }
    }
    giveBack(0);
  }

  /** Null for a stream, else how long the next poll is held. */
  async function slotted(): Promise<number | null> {
    if (network.way !== "poll" && Date.now() >= fullUntil) {
      release ??= await takeSlot(host.server);
      if (isOver) giveBack(0);
    } else giveBack(0);
    if (!release) return 0;
    if (network.way === "sse" && !isSilent) return null;
    return isAsked ? 0 : network.waitS;
  }

  function giveBack(pauseMs = FULL_PAUSE_MS): void {
    release?.();
    release = null;
    if (pauseMs) fullUntil = Date.now() + pauseMs;
  }

  async function stream(): Promise<void> {
    const begunAt = Date.now();
    let hasBegun = false;
    let watch = setTimeout(hush, FIRST_EVENT_MS, 2);
    const hear = (events: readonly StreamEvent[]) => {
      hasBegun ||= events.length > 0;
      if (hasBegun) {
        clearTimeout(watch);
        watch = setTimeout(hush, SILENCE_MS, 1);
      }
      events.forEach(take);
      if (!events.length && !isOver) host.heard([]);
    };
    try {
      await readStream(await host.request(eventsPath(cursor), abort, "text/event-stream"), hear);
    } catch (error) {
      // What it has brought is delivered; the next goes on from there.
      if (!hasBegun && !isSilent) throw error;
    } finally {
      clearTimeout(watch);
    }
    if (isOver || isSilent) return;
    // A good one forgives what was before.
    duds = Date.now() - begunAt < SOON_MS ? duds + 1 : 0;
    if (duds > 1) isSilent = isAsked = true;
    await pause(AGAIN_MS * Math.random());
  }

  function take({ id, data }: StreamEvent): void {
    if (isOver) return;
    const [, epoch, rev] = /^(\w+):(\d+)$/.exec(id ?? "") ?? [];
    if (epoch) moveTo(epoch, Number(rev));
    for (const frame of parseFrames(data)) {
      if (isOver) return;
      if (frame.type === "bye") {
        // Too many tabs are no reason to leave: there is a way that holds nothing.
        if (frame.code === CONNECTION_LIMIT) giveBack();
        // 4001 and 4002 say: read again from where you are.
        else if (frame.code !== 4001 && frame.code !== 4002) host.bye(frame);
        continue;
      }
      feed.isPaging = frame.type === "sync" && frame.more;
      host.heard([frame]);
    }
  }

  async function poll(waitS: number): Promise<void> {
    const begunAt = Date.now();
    const before = cursor;
    const timer = setTimeout(() => abort.abort(), ANSWER_DEADLINE_MS + waitS * 1000);
    let text: string;
    try {
      text = await (await host.request(eventsPath(cursor, waitS), abort)).text();
    } finally {
      clearTimeout(timer);
    }
    const frames = parseFrames(text);
    const sync = frames.find(({ type }) => type === "sync");
    // A page of somebody in between.
    if (sync?.type !== "sync") throw new TypeError();
    // It goes well without a stream, so that was to blame.
    if (duds > 1) withoutStreams(network);
    isAsked = feed.isPaging = sync.more;
    moveTo(sync.epoch, sync.upto);
    if (!isOver) host.heard(frames);
    if (isOver || sync.more) return;
    const isNews = before.epoch !== cursor.epoch || before.since !== cursor.since;
    const isHeld = release && network.way !== "poll";
    // A server that cannot hold a request answers at once.
    if (isHeld && (isNews || !waitS || Date.now() - begunAt > SOON_MS)) return;
    await pause(pollPauseMs(Date.now() - newsAt, Math.random));
  }

  void run();
  return feed;
}
