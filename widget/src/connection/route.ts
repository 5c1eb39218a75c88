/**
 * Which way the next attempt goes: by WebSocket where it can, else by HTTP.
 *
 *   ws ─ three failures in a row while HTTP works ─► http
 *    ▲                                                │
 *    └─ three failures in a row, or a WebSocket that opens: tried each minute
 *
 * The code of the transports by HTTP is fetched when the route first leads there.
 */

import type { Store } from "../storage.ts";
import type { Fallback, FallbackHost } from "./fallback/fallback.ts";
import { openSocket } from "./socket.ts";
import type { Transport, TransportChoice, TransportEvents, TransportName } from "./transport.ts";

/** There while WebSockets are blocked: the next page begins by HTTP. */
export const BY_HTTP = "http";
const FAILURES = 3;

export interface RouteHost {
  readonly choice: TransportChoice;
  readonly store: Store;
  /** What the fallback is made from, once it is needed. */
  readonly fallback: Omit<FallbackHost, "choice" | "isRemembered">;
}

export class Route {
  readonly #host: RouteHost;
  readonly #choice: TransportChoice;
  #way: "ws" | "http" | null = null;
  /** Attempts in a row that reached nobody, though the server could be asked. */
  #failures = 0;
  #fallback: Fallback | null = null;

  constructor(host: RouteHost) {
    this.#host = host;
    // The tag may say anything.
    this.#choice = /^(ws|sse|poll)$/.test(host.choice) ? host.choice : "auto";
  }

  open(url: string, events: TransportEvents): Transport {
    this.#way ??= this.#isHttpFirst() ? "http" : "ws";
    return this.#way === "ws" ? openSocket(url, events) : this.#openByHttp(events);
  }

  /** An attempt reached nobody. True when the next goes another way. */
  failed(): boolean {
    this.#failures += 1;
    if (this.#choice !== "auto" || this.#failures < FAILURES) return false;
    this.#failures = 0;
    this.#way = this.#way === "ws" ? "http" : "ws";
    this.#fallback?.entered();
    return true;
  }

  /** Not even the session call got through: it says nothing about WebSockets. */
  unreachable(): void {
    this.#failures = 0;
  }

  /** The server has said `welcome` over this transport. */
  reached(transport: TransportName | undefined): void {
    const { store } = this.#host;
    this.#failures = 0;
    if (transport === "ws") {
      this.#way = "ws";
      this.#fallback?.left();
      store.remove(BY_HTTP);
      return;
    }
    if (this.#choice === "auto") store.set(BY_HTTP, "1");
    this.#fallback?.tryLater();
  }

  /** There is no connection any more. */
  rest(): void {
    this.#fallback?.endTrial();
  }

  /** The page says so, or a page before this one had to. */
  #isHttpFirst(): boolean {
    if (this.#choice === "auto") return this.#host.store.get(BY_HTTP) !== null;
    return this.#choice !== "ws";
  }

  #openByHttp(events: TransportEvents): Transport {
    let isOver = false;
    let inner: Transport | null = null;
    this.#bringFallback().then(
      (fallback) => {
        if (isOver) return;
        inner = fallback.open(events);
        events.opened();
      },
      () => isOver || events.closed(),
    );
    return {
      get name() {
        return inner?.name ?? "sse";
      },
      send: (frame) => inner?.send(frame),
      backlog: () => 0,
      close() {
        isOver = true;
        inner?.close();
      },
    };
  }

  async #bringFallback(): Promise<Fallback> {
    const choice = this.#choice;
    const host = this.#host;
    const isRemembered = host.store.get(BY_HTTP) !== null;
    const { Fallback } = await import("./fallback/fallback.ts");
    this.#fallback ??= new Fallback({ ...host.fallback, choice, isRemembered });
    return this.#fallback;
  }
}
