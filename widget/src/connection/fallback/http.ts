/**
 * The transports by HTTP, behind the face of a socket: frames in, frames out, and nobody above
 * knows the difference.
 *
 *   hello, join, sync ─► room-feed.ts, one a room: a stream, or polls ─► sync, message, typing …
 *   send, edit, seen … ─► calls.ts: one call each ────────────────► ack, nack, history …
 */

import type {
  ByeFrame,
  ClientFrame,
  Joining,
  Limits,
  Problem,
  ServerFrame,
  Visitor,
  WelcomeFrame,
} from "../../protocol/frames.ts";
import type { Asking, Refused } from "../http-client.ts";
import type { Transport, TransportEvents, TransportName } from "../transport.ts";
import { callFor, type HttpCall, refusalFor } from "./calls.ts";
import type { Network } from "./network.ts";
import { RoomFeed } from "./room-feed.ts";

const CALL_DEADLINE_MS = 15_000;
/** As the sockets': silence for this and ten seconds more is taken for the end. */
const PING_S = 25;
const BEAT_MS = 20_000;
/** How a socket would have been closed for it. */
const CLOSES: Readonly<Record<string, number>> = {
  token_expired: 4003,
  invalid_token: 4502,
  site_disabled: 4503,
  banned: 4504,
  origin_not_allowed: 4505,
};

export interface HttpHost {
  /** `https://chat.example/api/v1/pk_…` */
  readonly api: string;
  readonly network: Network;
  about(): {
    readonly visitor: Visitor | null;
    readonly limits: Limits;
    readonly clockOffsetMs: number;
  };
  /** Rejects with `Refused` where the server says no. */
  request(url: string, asking: Asking): Promise<Response>;
  /** The error of `request`, where it is the server's answer. */
  refusalIn(error: unknown): Refused | null;
  problemOf(error: unknown): Problem & { readonly retry_ms?: number };
  parseFrames(text: unknown): readonly ServerFrame[];
}

export class HttpTransport implements Transport {
  readonly #host: HttpHost;
  readonly #events: TransportEvents;
  readonly #feeds = new Map<string, RoomFeed>();
  readonly #calls = new Set<AbortController>();
  #token = "";
  #isGreeted = false;
  #isRetired = false;
  #isOver = false;
  #beat: ReturnType<typeof setInterval> | undefined;

  constructor(host: HttpHost, events: TransportEvents) {
    this.#host = host;
    this.#events = events;
  }

  get name(): TransportName {
    return this.#host.network.way;
  }

  send(frame: ClientFrame): void {
    if (this.#isOver || this.#isRetired) return;
    if (frame.type === "hello") {
      this.#token = frame.token ?? "";
      for (const joining of frame.rooms) this.#follow(joining);
      this.#beat = setInterval(() => this.#beatAlone(), BEAT_MS);
      this.#beatAlone();
    } else if (frame.type === "join") this.#follow(frame);
    else if (frame.type === "leave") {
      this.#feeds.get(frame.room)?.stop();
      this.#feeds.delete(frame.room);
    } else if (frame.type === "sync") this.#resume(frame);
    else {
      const call = callFor(frame);
      if (call) void this.#act(frame, call);
      else this.#refuse(frame, { code: "forbidden", message: "Not by this transport." });
    }
  }

  backlog(): number {
    return 0;
  }

  close(): void {
    this.#isOver = true;
    this.#stop();
    for (const abort of this.#calls) abort.abort();
  }

  /** Another has taken over: what was asked is still answered, and nothing else comes. */
  retire(): void {
    this.#isRetired = true;
    this.#stop();
  }

  #heard(frames: readonly ServerFrame[]): void {
    if (this.#isOver) return;
    const first: ServerFrame[] = this.#isGreeted ? [] : [this.#welcome()];
    this.#isGreeted = true;
    this.#events.received([...first, ...frames]);
  }

  /** Who this is was said by the session call, and by nobody since. */
  #welcome(): WelcomeFrame {
    const { visitor, limits, clockOffsetMs } = this.#host.about();
    const now = new Date(Date.now() + clockOffsetMs).toISOString();
    const greeted = visitor as Visitor;
    return { type: "welcome", conn: "", now, ping_s: PING_S, visitor: greeted, limits };
  }

  #stop(): void {
    clearInterval(this.#beat);
    for (const feed of this.#feeds.values()) feed.stop();
    this.#feeds.clear();
  }

  #end(code?: number, bye?: ByeFrame): void {
    if (this.#isOver || this.#isRetired) return;
    this.close();
    if (bye) this.#events.received([bye]);
    this.#events.closed(code);
  }

  /** True when the answer concerns everything, and has ended it. */
  #endFor({ code: why, message: reason }: Problem): boolean {
    const code = CLOSES[why];
    if (code) this.#end(code, reason ? { type: "bye", code, reason, retry_ms: null } : undefined);
    return code !== undefined;
  }

  #request(
    { method, path, body }: HttpCall,
    { signal }: AbortController,
    accept?: string,
  ): Promise<Response> {
    const host = this.#host;
    const token = this.#token;
    return host.request(`${host.api}/${path}`, { method, body, token, accept, signal });
  }

  // Rooms

  #follow(joining: Joining): void {
    const host = this.#host;
    this.#feeds.get(joining.room)?.stop();
    const feed = new RoomFeed(joining, {
      server: new URL(host.api).host,
      network: host.network,
      request: (path, abort, accept) => this.#request({ method: "GET", path }, abort, accept),
      refusalIn: host.refusalIn,
      parseFrames: host.parseFrames,
      heard: (frames) => this.#heard(frames),
      bye: (bye) => this.#end(bye.code, bye),
      mayGoOn: (one, refused) => this.#mayGoOn(one, refused),
      lost: () => this.#end(),
    });
    this.#feeds.set(joining.room, feed);
    void feed.run();
  }

  #mayGoOn({ room }: RoomFeed, refused: Refused): boolean {
    const problem = this.#host.problemOf(refused);
    const { code, message } = problem;
    if (this.#endFor(problem)) return false;
    // As sockets stay while a database is away.
    if (code === "rate" || refused.status >= 500) return true;
    this.#feeds.delete(room);
    this.#heard([{ type: "error", re: "join", room, code: code as "not_found", message }]);
    return false;
  }

  /** Followed anew from there: the first answer is a `sync`, and the order is one. */
  #resume({ room, epoch, since }: Extract<ClientFrame, { type: "sync" }>): void {
    const feed = this.#feeds.get(room);
    if (!feed) return;
    const isThere = feed.cursor.epoch === epoch && feed.cursor.since === since;
    if (feed.isPaging && isThere) {
      // Once: whoever asks again has waited in vain.
      feed.isPaging = false;
      return;
    }
    this.#follow({ room, epoch, since });
  }

  // Calls

  async #act(frame: ClientFrame, call: HttpCall): Promise<void> {
    const abort = new AbortController();
    this.#calls.add(abort);
    const deadline = setTimeout(() => abort.abort(), CALL_DEADLINE_MS);
    try {
      const frames = this.#host.parseFrames(await (await this.#request(call, abort)).text());
      this.#heard(frames);
      for (const answer of frames)
        if (answer.type === "ack") this.#feeds.get(answer.room)?.expect(answer.rev ?? 0);
    } catch (error) {
      if (this.#isOver) return;
      const problem = this.#host.problemOf(error);
      if (!this.#endFor(problem)) this.#refuse(frame, problem);
    } finally {
      clearTimeout(deadline);
      this.#calls.delete(abort);
    }
  }

  #refuse(...about: Parameters<typeof refusalFor>): void {
    const refusal = refusalFor(...about);
    if (refusal) this.#heard([refusal]);
  }

  /** Without a room there is nothing to follow, and nothing to miss. */
  #beatAlone(): void {
    if (!this.#feeds.size) this.#heard([]);
  }
}
