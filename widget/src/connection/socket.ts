/** The WebSocket transport. */

import { SUBPROTOCOL } from "../protocol/frames.ts";
import { toJson } from "../protocol/json.ts";
import { parseFrames, type Transport, type TransportEvents } from "./transport.ts";

const CONNECTING = 0;
const OPEN = 1;
/** A socket that has not opened by then is closed all the same. */
const LEAVING_DEADLINE_MS = 10_000;

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
    close(afterOpening) {
      over = true;
      if (afterOpening && socket?.readyState === CONNECTING) closeOnceOpen(socket);
      else socket?.close(1000);
    },
  };
}

/** Chromium warns in the console of the page when a socket is closed before it is open. */
function closeOnceOpen(socket: WebSocket): void {
  const close = () => socket.close(1000);
  const deadline = setTimeout(close, LEAVING_DEADLINE_MS);
  socket.onclose = () => clearTimeout(deadline);
  socket.onopen = close;
}
