/**
 * The transports by HTTP, behind the face of a socket: frames in, frames out, and nobody above
 * knows the difference.
 *
 *   hello, join, sync ─► room-feed.ts, one a room: a stream, or polls ─► sync, message, typing …
 *   send, edit, seen … ─► calls.ts: one call each ────────────────► ack, nack, history …
 */

import type {
  ClientFrame,
  Joining,
  Limits,
  Problem,
  ServerFrame,
  Visitor,
  WelcomeFrame,
} from "../../protocol/frames.ts";
import { type Refused, request } from "../http-client.ts";
import type { Network } from "../transport-policy.ts";
import { callFor, type HttpCall, refusalFor } from "./calls.ts";
import { followRoom, type RoomFeed } from "./room-feed.ts";
import { parseFrames, type Transport, type TransportEvents } from "./transport.ts";

const LOST = 1006;
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
  problemOf(error: unknown): Problem & { readonly retry_ms?: number };
}

export interface HttpTransport extends Transport {
  /** Another has taken over: what was asked is still answered, and nothing else comes. */
  retire(): void;
}

export function openHttp(host: HttpHost, events: TransportEvents): HttpTransport {
  const { api, network } = host;
  const feeds = new Map<string, RoomFeed>();
  const calls = new Set<AbortController>();
  let token = "";
  let isGreeted = false;
  let isRetired = false;
  let isOver = false;
  let beat: ReturnType<typeof setInterval> | undefined;

  const ask = ({ method, path, body }: HttpCall, { signal }: AbortController, accept?: string) =>
    request(`${api}/${path}`, { method, body, token, accept, signal });

  function heard(frames: readonly ServerFrame[]): void {
    if (isOver) return;
    const first: ServerFrame[] = isGreeted ? [] : [welcome()];
    isGreeted = true;
    events.received([...first, ...frames]);
  }

  /** Who this is was said by the session call, and by nobody since. */
  function welcome(): WelcomeFrame {
    const { visitor, limits, clockOffsetMs } = host.about();
    const now = new Date(Date.now() + clockOffsetMs).toISOString();
    const greeted = visitor as Visitor;
    return { type: "welcome", conn: "", now, ping_s: PING_S, visitor: greeted, limits };
  }

  function stop(): void {
    clearInterval(beat);
    for (const feed of feeds.values()) feed.stop();
    feeds.clear();
  }

  function close(): void {
    isOver = true;
    stop();
    for (const abort of calls) abort.abort();
  }

  function end(code: number, reason = "", retry_ms: readonly [number, number] | null = null): void {
    if (isOver || isRetired) return;
    close();
    if (reason) events.received([{ type: "bye", code, reason, retry_ms }]);
    events.closed(code);
  }

  /** True when the answer concerns everything, and has ended it. */
  function endFor({ code, message }: Problem): boolean {
    const closes = CLOSES[code];
    if (closes) end(closes, message);
    return closes !== undefined;
  }

  // Rooms

  function follow(joining: Joining): void {
    feeds.get(joining.room)?.stop();
    feeds.set(joining.room, followRoom(joining, feedHost));
  }

  function mayGoOn({ room }: RoomFeed, refused: Refused): boolean {
    const problem = host.problemOf(refused);
    const { code, message } = problem;
    if (endFor(problem)) return false;
    // As sockets stay while a database is away.
    if (code === "rate" || refused.status >= 500) return true;
    feeds.delete(room);
    heard([{ type: "error", re: "join", room, code: code as "not_found", message }]);
    return false;
  }

  const feedHost = {
    server: new URL(api).host,
    network,
    request: (path: string, abort: AbortController, accept?: string) =>
      ask({ method: "GET", path }, abort, accept),
    heard,
    bye: ({ code, reason, retry_ms }: Extract<ServerFrame, { type: "bye" }>) =>
      end(code, reason || "closed", retry_ms),
    mayGoOn,
    lost: () => end(LOST),
  };

  // Calls

  async function act(frame: ClientFrame, call: HttpCall): Promise<void> {
    const abort = new AbortController();
    calls.add(abort);
    const deadline = setTimeout(() => abort.abort(), CALL_DEADLINE_MS);
    try {
      const frames = parseFrames(await (await ask(call, abort)).text());
      heard(frames);
      for (const answer of frames)
        if (answer.type === "ack") feeds.get(answer.room)?.expect(answer.rev ?? 0);
    } catch (error) {
      if (isOver) return;
      const problem = host.problemOf(error);
      if (!endFor(problem)) refuse(frame, problem);
    } finally {
      clearTimeout(deadline);
      calls.delete(abort);
    }
  }

  function refuse(...about: Parameters<typeof refusalFor>): void {
    const refusal = refusalFor(...about);
    if (refusal) heard([refusal]);
  }

  /** Without a room there is nothing to follow, and nothing to miss. */
  function beatAlone(): void {
    if (!feeds.size) heard([]);
  }

  function send(frame: ClientFrame): void {
    if (isOver || isRetired) return;
    if (frame.type === "hello") {
      token = frame.token ?? "";
      frame.rooms.forEach(follow);
      beat = setInterval(beatAlone, BEAT_MS);
      beatAlone();
    } else if (frame.type === "join") follow(frame);
    else if (frame.type === "leave") {
      feeds.get(frame.room)?.stop();
      feeds.delete(frame.room);
    } else if (frame.type === "sync") resume(frame);
    else {
      const call = callFor(frame);
      if (call) void act(frame, call);
      else refuse(frame, { code: "forbidden", message: "Not by this transport." });
    }
  }

  /** Followed anew from there: the first answer is a `sync`, and the order is one. */
  function resume({ room, epoch, since }: Extract<ClientFrame, { type: "sync" }>): void {
    const feed = feeds.get(room);
    if (!feed) return;
    const isThere = feed.cursor.epoch === epoch && feed.cursor.since === since;
    if (feed.isPaging && isThere) {
      // Once: whoever asks again has waited in vain.
      feed.isPaging = false;
      return;
    }
    follow({ room, epoch, since });
  }

  return {
    get name() {
      return network.way;
    },
    send,
    backlog: () => 0,
    close,
    retire() {
      isRetired = true;
      stop();
    },
  };
}
