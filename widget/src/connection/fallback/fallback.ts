/**
 * The way by HTTP, and the way back: a WebSocket is tried each minute beside the transport by HTTP.
 * One that is welcomed takes over between two frames: nobody sees a loss, and what was asked by
 * HTTP is still answered there.
 *
 * This folder is one later file of the build. It imports nothing that the first file has: its host
 * hands in what it needs, so that no third file of shared code comes about.
 */

import type { ClientFrame } from "../../protocol/frames.ts";
import type { OpenTransport, Transport, TransportChoice, TransportEvents } from "../transport.ts";
import { type HttpHost, HttpTransport } from "./http.ts";
import { newNetwork } from "./network.ts";

const TRY_EVERY_MS = 60_000;
/** A page before this one could not use WebSockets; the device may have moved since. */
const REMEMBERED_MS = 55_000;
const TRIAL_DEADLINE_MS = 10_000;

export interface FallbackHost extends Omit<HttpHost, "network"> {
  readonly choice: TransportChoice;
  /** A page before this one had to go by HTTP. */
  readonly isRemembered: boolean;
  openSocket: OpenTransport;
  /** Where the WebSocket is; null while a trial makes no sense. */
  trialUrl(): string | null;
  hello(): ClientFrame;
  /** This socket has said `hello` and was welcomed: it is the transport from now on. */
  adopt(socket: Transport): TransportEvents;
}

export class Fallback {
  readonly #host: FallbackHost;
  #network: ReturnType<typeof newNetwork>;
  /** When a WebSocket was tried last: milliseconds since 1970. */
  #triedAt: number;
  #transport: HttpTransport | null = null;
  #trial: Transport | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: FallbackHost) {
    this.#host = host;
    this.#network = newNetwork(host.choice);
    this.#triedAt = Date.now() - (host.isRemembered ? REMEMBERED_MS : 0);
  }

  open(events: TransportEvents): Transport {
    this.#transport = new HttpTransport({ ...this.#host, network: this.#network }, events);
    return this.#transport;
  }

  /** WebSockets have just failed. */
  entered(): void {
    this.#triedAt = Date.now();
  }

  /** A WebSocket is open: what was found out about HTTP is out of date. */
  left(): void {
    this.#network = newNetwork(this.#host.choice);
  }

  tryLater(): void {
    clearTimeout(this.#timer);
    if (this.#host.choice !== "auto") return;
    // A clock that was set back adds nothing.
    const since = Math.max(0, Date.now() - this.#triedAt);
    this.#timer = setTimeout(() => this.#trySocket(), Math.max(0, TRY_EVERY_MS - since));
  }

  endTrial(): void {
    clearTimeout(this.#timer);
    this.#trial?.close();
    this.#trial = null;
  }

  #trySocket(): void {
    const host = this.#host;
    this.#triedAt = Date.now();
    const url = host.trialUrl();
    if (!url) return this.tryLater();
    let asked = "";
    let adopted: TransportEvents | null = null;
    const failed = () => {
      this.endTrial();
      this.tryLater();
    };
    const socket = host.openSocket(url, {
      opened() {
        const hello = host.hello();
        asked = roomsOf(hello);
        socket.send(hello);
      },
      received: (frames) => {
        if (!adopted && frames.some(({ type }) => type === "welcome")) {
          // The page has gone elsewhere meanwhile: the next trial will know.
          if (roomsOf(host.hello()) !== asked) return failed();
          clearTimeout(this.#timer);
          this.#trial = null;
          this.#transport?.retire();
          this.#transport = null;
          adopted = host.adopt(socket);
        }
        adopted?.received(frames);
      },
      closed: (code) => (adopted ? adopted.closed(code) : failed()),
    });
    this.#trial = socket;
    this.#timer = setTimeout(failed, TRIAL_DEADLINE_MS);
  }
}

function roomsOf(hello: ClientFrame): string {
  return hello.type === "hello" ? hello.rooms.map(({ room }) => room).join() : "";
}
