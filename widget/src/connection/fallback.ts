/**
 * Opens what this network lets through, as transport-policy.ts says, and tries a WebSocket beside
 * a transport by HTTP. A WebSocket that is welcomed takes over between two frames: nobody sees a
 * loss, and what was asked by HTTP is still answered there.
 */

import type { ClientFrame } from "../protocol/frames.ts";
import { BY_HTTP, type Store } from "../storage.ts";
import { LOST } from "./close-codes.ts";
import { isHidden, isOffline } from "./page.ts";
import {
  afterFailure,
  type Network,
  newNetwork,
  type Policy,
  startPolicy,
  type TransportChoice,
  upgradeInMs,
} from "./transport-policy.ts";
import type { HttpTransport } from "./transports/http.ts";
import { openSocket } from "./transports/socket.ts";
import type { Transport, TransportEvents, TransportName } from "./transports/transport.ts";

const TRIAL_DEADLINE_MS = 10_000;

export interface FallbackHost {
  readonly choice: TransportChoice;
  readonly store: Store;
  /** Fetches the code of the transports by HTTP, and opens one with what is known of this network. */
  openHttp(network: Network, events: TransportEvents): Promise<HttpTransport>;
  /** Where the WebSocket is. */
  url(): string | null;
  hello(): ClientFrame;
  /** This socket has said `hello` and was welcomed: it is the transport from now on. */
  adopt(socket: Transport): TransportEvents;
}

export class Fallback {
  private readonly host: FallbackHost;
  private readonly choice: TransportChoice;
  private policy: Policy | null = null;
  private network: Network;
  private byHttp: HttpTransport | null = null;
  private trial: Transport | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: FallbackHost) {
    this.host = host;
    // The tag may say anything.
    this.choice = /^(ws|sse|poll)$/.test(host.choice) ? host.choice : "auto";
    this.network = newNetwork(this.choice);
  }

  open(url: string, events: TransportEvents): Transport {
    return this.current().level === "ws" ? openSocket(url, events) : this.openByHttp(events);
  }

  /** An attempt reached nobody. True when the next goes another way. */
  failed(): boolean {
    const { level } = this.current();
    this.policy = afterFailure(this.current(), this.choice, Date.now());
    return this.policy.level !== level;
  }

  /** Not even the session call got through: it says nothing about WebSockets. */
  unreachable(): void {
    this.policy = { ...this.current(), failures: 0 };
  }

  /** The server has said `welcome` over this transport. */
  reached(transport: TransportName | null): void {
    this.policy = { ...this.current(), failures: 0 };
    if (transport === "ws") {
      this.network = newNetwork(this.choice);
      this.policy = { ...this.policy, level: "ws" };
      this.host.store.remove(BY_HTTP);
      return;
    }
    if (this.choice === "auto") this.host.store.set(BY_HTTP, "1");
    this.tryLater();
  }

  /** There is no connection any more. */
  rest(): void {
    clearTimeout(this.timer);
    this.trial?.close();
    this.trial = null;
  }

  /** Storage is looked at only when somebody connects. */
  private current(): Policy {
    const isRemembered = () => this.host.store.get(BY_HTTP) !== null;
    this.policy ??= startPolicy(this.choice, isRemembered(), Date.now());
    return this.policy;
  }

  private openByHttp(events: TransportEvents): Transport {
    const { network } = this;
    let isOver = false;
    let inner: HttpTransport | null = null;
    this.host.openHttp(network, events).then(
      (opened) => {
        if (isOver) return opened.close();
        inner = this.byHttp = opened;
        events.opened();
      },
      () => isOver || events.closed(LOST),
    );
    return {
      get name() {
        return network.way;
      },
      send: (frame) => inner?.send(frame),
      backlog: () => 0,
      close() {
        isOver = true;
        inner?.close();
      },
    };
  }

  private tryLater(): void {
    clearTimeout(this.timer);
    if (this.choice === "auto" && this.current().level === "http")
      this.timer = setTimeout(() => this.trySocket(), upgradeInMs(this.current(), Date.now()));
  }

  private trySocket(): void {
    const { host } = this;
    this.policy = { ...this.current(), triedAt: Date.now() };
    const url = host.url();
    if (!url || isHidden() || isOffline()) return this.tryLater();
    let asked = "";
    let adopted: TransportEvents | null = null;
    const failed = () => {
      this.rest();
      this.tryLater();
    };
    const socket = openSocket(url, {
      opened() {
        const hello = host.hello();
        asked = roomsOf(hello);
        socket.send(hello);
      },
      received: (frames) => {
        if (!adopted && frames.some(({ type }) => type === "welcome")) {
          // The page has gone elsewhere meanwhile: the next trial will know.
          if (roomsOf(host.hello()) !== asked) return failed();
          clearTimeout(this.timer);
          this.trial = null;
          this.byHttp?.retire();
          this.byHttp = null;
          adopted = host.adopt(socket);
        }
        adopted?.received(frames);
      },
      closed: (code) => (adopted ? adopted.closed(code) : failed()),
    });
    this.trial = socket;
    this.timer = setTimeout(failed, TRIAL_DEADLINE_MS);
  }
}

function roomsOf(hello: ClientFrame): string {
  return hello.type === "hello" ? hello.rooms.map(({ room }) => room).join() : "";
}
