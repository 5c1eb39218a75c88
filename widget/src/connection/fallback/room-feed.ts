/**
 * One room followed by HTTP, from a cursor on: request after request, each begins where the last
 * one ended, so that a cut costs a moment and never a frame.
 *
 *   stream    sync, message, message … until it is cut ─► the next
 *   long poll sync at the first change, or when the time is up ─► the next
 *   poll      sync ─► a pause ─► the next; also where there is no slot to hold a request
 *             (request-slots.ts)
 */

import type { ByeFrame, Joining, ServerFrame } from "../../protocol/frames.ts";
import type { Refused } from "../http-client.ts";
import { readStream, type StreamEvent } from "./event-stream.ts";
import { type Network, withoutStreams, withShorterWaits } from "./network.ts";
import { eventsPath, pollPauseMs } from "./poll.ts";
import { type Release, takeSlot } from "./request-slots.ts";

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
  /** The error of `request`, where it is the server's answer. */
  refusalIn(error: unknown): Refused | null;
  parseFrames(text: unknown): readonly ServerFrame[];
  heard(frames: readonly ServerFrame[]): void;
  /** A `bye` in a stream, except for what concerns this room alone. */
  bye(frame: ByeFrame): void;
  /** False when it is over with this room, or with everything. */
  mayGoOn(feed: RoomFeed, refused: Refused): boolean;
  lost(): void;
}

export class RoomFeed {
  readonly room: string;
  /** Everything up to it was delivered. */
  cursor: Joining;
  /** The next page of what was missed comes by itself. */
  isPaging = false;
  readonly #host: FeedHost;
  #isOver = false;
  #abort = new AbortController();
  #wake = () => {};
  #release: Release | null = null;
  #fullUntil = 0;
  /** An answer is due now, whether there is news or not. */
  #isAsked = true;
  /** How often streams brought nothing. */
  #duds = 0;
  #isSilent = false;
  #newsAt = Date.now();
  #expecting: ReturnType<typeof setTimeout> | undefined;

  constructor(from: Joining, host: FeedHost) {
    this.room = from.room;
    this.cursor = from;
    this.#host = host;
  }

  /** Follows the room until `stop`, or until the host has learned why not. */
  async run(): Promise<void> {
    let failures = 0;
    while (!this.#isOver) {
      const begunAt = Date.now();
      const waitS = await this.#slotted();
      if (this.#isOver) break;
      this.#abort = new AbortController();
      this.#isSilent = false;
      try {
        if (waitS === null) await this.#stream();
        else await this.#poll(waitS);
        failures = 0;
      } catch (error) {
        if (this.#isOver) break;
        if (this.#isSilent) continue;
        const next = await this.#failed(error, waitS, Date.now() - begunAt, failures);
        if (next === null) break;
        failures = next;
      }
    }
    this.#giveBack(0);
  }

  /** A change of mine has this number: it must come soon. */
  expect(rev: number): void {
    const isMissing = () => !this.#isOver && (this.cursor.since ?? 0) < rev;
    this.#newsAt = Date.now();
    clearTimeout(this.#expecting);
    if (isMissing()) this.#wake();
    this.#expecting = setTimeout(() => isMissing() && this.#fellSilent(2), OWN_CHANGE_MS);
  }

  stop(): void {
    this.#isOver = true;
    clearTimeout(this.#expecting);
    this.#abort.abort();
    this.#wake();
    this.#giveBack(0);
  }

  /** How many failures in a row there are now; null when it is over with this room. */
  async #failed(
    error: unknown,
    waitS: number | null,
    lastedMs: number,
    failures: number,
  ): Promise<number | null> {
    const host = this.#host;
    const refused = host.refusalIn(error);
    const answer = refused?.answer as { error?: string } | null | undefined;
    if (waitS && lastedMs >= SOON_MS && !answer?.error) {
      withShorterWaits(host.network, waitS);
      this.#isAsked = true;
    } else if (refused && answer?.error) {
      if (!host.mayGoOn(this, refused)) return null;
      if (answer.error === "rate") this.#giveBack();
      await this.#pause(Math.max(AGAIN_MS, refused.wait * 1000 || 0));
    } else if (failures + 1 >= FAILURES) {
      this.#giveBack(0);
      host.lost();
      return null;
    } else {
      await this.#pause(AGAIN_MS * (1 + Math.random()));
      return failures + 1;
    }
    return failures;
  }

  /** A stream that says nothing: ends it, and asks what is missing. */
  #fellSilent(weight: number): void {
    this.#isSilent = this.#isAsked = true;
    this.#duds += weight;
    this.#abort.abort();
    this.#wake();
  }

  #moveTo(epoch: string, since: number): void {
    if (epoch !== this.cursor.epoch || since !== this.cursor.since) this.#newsAt = Date.now();
    this.cursor = { room: this.room, epoch, since };
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Null for a stream, else how long the next poll is held. */
  async #slotted(): Promise<number | null> {
    const { network, server } = this.#host;
    if (network.way !== "poll" && Date.now() >= this.#fullUntil) {
      this.#release ??= await takeSlot(server);
      if (this.#isOver) this.#giveBack(0);
    } else this.#giveBack(0);
    if (!this.#release) return 0;
    if (network.way === "sse" && !this.#isSilent) return null;
    return this.#isAsked ? 0 : network.waitS;
  }

  #giveBack(pauseMs = FULL_PAUSE_MS): void {
    this.#release?.();
    this.#release = null;
    if (pauseMs) this.#fullUntil = Date.now() + pauseMs;
  }

  async #stream(): Promise<void> {
    const host = this.#host;
    const begunAt = Date.now();
    let hasBegun = false;
    let watch = setTimeout(() => this.#fellSilent(2), FIRST_EVENT_MS);
    const hear = (events: readonly StreamEvent[]) => {
      hasBegun ||= events.length > 0;
      if (hasBegun) {
        clearTimeout(watch);
        watch = setTimeout(() => this.#fellSilent(1), SILENCE_MS);
      }
      for (const event of events) this.#take(event);
      if (!events.length && !this.#isOver) host.heard([]);
    };
    try {
      const path = eventsPath(this.cursor);
      await readStream(await host.request(path, this.#abort, "text/event-stream"), hear);
    } catch (error) {
      // What it has brought is delivered; the next goes on from there.
      if (!hasBegun && !this.#isSilent) throw error;
    } finally {
      clearTimeout(watch);
    }
    if (this.#isOver || this.#isSilent) return;
    // A good one forgives what was before.
    this.#duds = Date.now() - begunAt < SOON_MS ? this.#duds + 1 : 0;
    if (this.#duds > 1) this.#isSilent = this.#isAsked = true;
    await this.#pause(AGAIN_MS * Math.random());
  }

  #take({ id, data }: StreamEvent): void {
    if (this.#isOver) return;
    const [, epoch, rev] = /^(\w+):(\d+)$/.exec(id ?? "") ?? [];
    if (epoch) this.#moveTo(epoch, Number(rev));
    for (const frame of this.#host.parseFrames(data)) {
      if (this.#isOver) return;
      if (frame.type === "bye") {
        // Too many tabs are no reason to leave: there is a way that holds nothing.
        if (frame.code === CONNECTION_LIMIT) this.#giveBack();
        // 4001 and 4002 say: read again from where you are.
        else if (frame.code !== 4001 && frame.code !== 4002) this.#host.bye(frame);
        continue;
      }
      this.isPaging = frame.type === "sync" && frame.more;
      this.#host.heard([frame]);
    }
  }

  async #poll(waitS: number): Promise<void> {
    const host = this.#host;
    const abort = this.#abort;
    const begunAt = Date.now();
    const before = this.cursor;
    const timer = setTimeout(() => abort.abort(), ANSWER_DEADLINE_MS + waitS * 1000);
    let text: string;
    try {
      text = await (await host.request(eventsPath(before, waitS), abort)).text();
    } finally {
      clearTimeout(timer);
    }
    const frames = host.parseFrames(text);
    const sync = frames.find(({ type }) => type === "sync");
    // A page of somebody in between.
    if (sync?.type !== "sync") throw new TypeError();
    // It goes well without a stream, so that was to blame.
    if (this.#duds > 1) withoutStreams(host.network);
    this.#isAsked = this.isPaging = sync.more;
    this.#moveTo(sync.epoch, sync.upto);
    if (!this.#isOver) host.heard(frames);
    if (this.#isOver || sync.more) return;
    const isNews = before.epoch !== this.cursor.epoch || before.since !== this.cursor.since;
    const isHeld = this.#release && host.network.way !== "poll";
    // A server that cannot hold a request answers at once.
    if (isHeld && (isNews || !waitS || Date.now() - begunAt > SOON_MS)) return;
    await this.#pause(pollPauseMs(Date.now() - this.#newsAt, Math.random));
  }
}
