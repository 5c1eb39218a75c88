/** What a frame is as an HTTP call, and what its refusal is as a frame: pure. */

import type { ClientFrame, Problem, ServerFrame } from "../../protocol/frames.ts";

export interface HttpCall {
  readonly method: string;
  /** Below the site's address of the API. */
  readonly path: string;
  readonly body?: unknown;
}

/**
 * Null for what is done in other ways (`hello`, `join`, `leave`, `sync`, `pong`), and for `pin`,
 * which has no call.
 */
export function callFor(frame: ClientFrame): HttpCall | null {
  if (!("room" in frame)) return null;
  const room = `rooms/${encodeURIComponent(frame.room)}`;
  switch (frame.type) {
    case "send": {
      const { type: _, room: __, ...body } = frame;
      return { method: "POST", path: `${room}/messages`, body };
    }
    case "edit": {
      const { cid, seq, body } = frame;
      return { method: "PATCH", path: `${room}/messages/${seq}`, body: { cid, body } };
    }
    case "delete":
      return { method: "DELETE", path: `${room}/messages/${frame.seq}?cid=${frame.cid}` };
    case "react": {
      const { cid, seq, emoji, on } = frame;
      const kind = encodeURIComponent(emoji);
      const path = `${room}/messages/${seq}/reactions/${kind}?cid=${cid}`;
      return { method: on ? "PUT" : "DELETE", path };
    }
    case "history": {
      const { before, limit } = frame;
      const from = before === undefined ? "" : `&before=${before}`;
      return { method: "GET", path: `${room}/messages?limit=${limit}${from}` };
    }
    case "typing":
      return { method: "POST", path: `${room}/typing` };
    case "seen":
      return { method: "POST", path: `${room}/seen`, body: { rev: frame.rev } };
    default:
      return null;
  }
}

/** As a socket would have answered; a network that failed is a refusal that passes by itself. */
export function refusalFor(
  frame: ClientFrame,
  { code, message, field, retry_ms }: Problem & { readonly retry_ms?: number },
): ServerFrame | null {
  const known = code === "network" ? "unavailable" : (code as "unavailable");
  const problem = { code: known, message, field, retry_ms };
  if ("cid" in frame) {
    const final = !/^(rate|slow_mode|internal|unavailable)$/.test(known);
    return { type: "nack", cid: frame.cid, room: frame.room, final, ...problem };
  }
  return frame.type === "history"
    ? { type: "error", re: frame.type, room: frame.room, ...problem }
    : null;
}
