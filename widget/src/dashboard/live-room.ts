/**
 * A room on the team's page, live. The page itself asks the server every five seconds; the widget's
 * connection to the staff socket makes it ask at once. What a frame says is not used beyond "there
 * is something new", so there is one way in which messages reach the page.
 *
 *   frame ─► newest rev known ─► "inglenook:changed" ─► the cursor asks ─► swapped ─► behind? again
 */

import { Connection } from "../connection/connection.ts";
import {
  DEFAULT_LIMITS,
  type Joining,
  PROTOCOL_VERSION,
  type ServerFrame,
} from "../protocol/frames.ts";
import { openStore } from "../storage.ts";

/** The page asks at most twice a second, however many messages come. */
const ASK_EVERY_MS = 500;
/** The cursor of the page listens for it (hx-trigger). */
const CHANGED = "inglenook:changed";

export interface LivePage {
  /** The short name of the room. */
  readonly room: string;
  /** The address of the staff socket. */
  readonly url: string;
  /** Up to where the page is drawn; it moves on with each answer. */
  cursor(): { readonly epoch: string; readonly since: number };
  /** Whether frames flow now, else the page goes on by asking. */
  show(isLive: boolean): void;
  /** Whether somebody looks at the newest messages, so that they count as read. */
  isRead(): boolean;
}

export class LiveRoom {
  readonly #page: LivePage;
  readonly #connection: Connection;
  #newest = 0;
  #read = 0;
  #askedAt = 0;
  #asking: ReturnType<typeof setTimeout> | undefined;

  constructor(page: LivePage) {
    this.#page = page;
    this.#connection = new Connection({
      // The page's own asking is the fallback.
      choice: "ws",
      store: openStore("none", ""),
      api: "",
      about: () => ({ visitor: null, limits: DEFAULT_LIMITS, clockOffsetMs: 0 }),
      session: () => Promise.resolve(page.url),
      // The sign-in's cookie says who this is.
      looked: () => {},
      hello: () => ({
        type: "hello",
        v: PROTOCOL_VERSION,
        rooms: [this.#joining()],
      }),
      received: (frames) => {
        for (const frame of frames) this.#receive(frame);
      },
      down() {},
      changed: () => {
        page.show(this.#connection.isUp);
        this.read();
      },
      stopped() {},
      probe: () => ({ type: "sync", ...this.#joining(), limit: 1 }),
      left() {},
      back() {},
      // Who moderates leaves the page open behind others.
      isActive: () => true,
    });
  }

  start(): void {
    this.#connection.start();
  }

  stop(): void {
    clearTimeout(this.#asking);
    this.#connection.stop();
  }

  /** What is drawn has been read, where somebody looks at it. */
  read(): void {
    const { since } = this.#page.cursor();
    if (since <= this.#read || !this.#connection.isUp || !this.#page.isRead()) return;
    this.#read = since;
    this.#connection.write({ type: "seen", room: this.#page.room, rev: since });
  }

  /** The page has drawn an answer, which may be older than what is known here. */
  drawn(): void {
    this.read();
    if (this.#newest > this.#page.cursor().since) this.#ask();
  }

  #joining(): Required<Joining> {
    return { room: this.#page.room, ...this.#page.cursor() };
  }

  #receive(frame: ServerFrame): void {
    const { room } = this.#page;
    if (frame.type === "ping") {
      const head = frame.heads[room];
      if (head) this.#learn(head[1], head[0]);
    } else if (!("room" in frame) || frame.room !== room) return;
    else if (frame.type === "sync") this.#learn(frame.upto, frame.epoch);
    else if (frame.type === "message" || frame.type === "room") this.#learn(frame.rev);
  }

  #learn(rev: number, epoch?: string): void {
    const drawn = this.#page.cursor();
    this.#newest = Math.max(this.#newest, rev);
    if (this.#newest > drawn.since || (epoch !== undefined && epoch !== drawn.epoch)) this.#ask();
  }

  #ask(): void {
    this.#asking ??= setTimeout(
      () => {
        this.#asking = undefined;
        this.#askedAt = Date.now();
        document.body.dispatchEvent(new CustomEvent(CHANGED));
      },
      // A clock that was set back adds nothing.
      Math.max(0, ASK_EVERY_MS - Math.abs(Date.now() - this.#askedAt)),
    );
  }
}
