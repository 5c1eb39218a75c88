/** The WebSocket transport. */

import { SUBPROTOCOL } from "../protocol/frames.ts";
import { toJson } from "../protocol/json.ts";
import { parseFrames, type Transport, type TransportEvents } from "./transport.ts";

const OPEN = 1;

export function openSocket(url: string, events: TransportEvents): Transport {
  let socket: WebSocket | null = null;
  let over = false;
  const end = (code?: number) => {
    if (over) return;
    over = true;
    events.closed(code);
  };
  try {
    socket = new WebSocket(url, SUBPROTOCOL);
    socket.onopen = () => over || events.opened();
    socket.onmessage = (event) => over || events.received(parseFrames(event.data));
    // 1005 is a close frame without a code, 1006 no close frame at all: as good as each other.
    socket.onclose = ({ code }) => end(code === 1005 || code === 1006 ? undefined : code);
  } catch {
    // A page under https with a ws:// address, or a policy; the caller expects an answer later.
    setTimeout(end);
  }
  return {
    name: "ws",
    send(frame) {
      if (socket?.readyState === OPEN) socket.send(toJson(frame));
    },
    backlog: () => socket?.bufferedAmount ?? 0,
    close() {
      over = true;
      // While connecting this makes the browser warn in the console, which is better than a leak.
      socket?.close(1000);
    },
  };
}
