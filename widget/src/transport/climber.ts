/**
 * Goes down and up the ladder: opens what ladder.ts says, and tries a WebSocket beside a
 * transport by HTTP. One that is welcomed takes over between two frames: nobody is told of a loss,
 * and what was asked by HTTP is still answered there.
 */

import { BY_HTTP } from "../core.ts";
import type { Store } from "../storage.ts";
import type { HttpTransport } from "./http.ts";
import {
  afterFailure,
  climbInMs,
  type Ladder,
  type Network,
  newNetwork,
  startLadder,
  type TransportChoice,
} from "./ladder.ts";
import type { Link } from "./link.ts";
import { isHidden, isOffline } from "./page.ts";
import type { Transport, TransportEvents } from "./transport.ts";

const LOST = 1006;
const TRIAL_DEADLINE_MS = 10_000;

export interface ClimberHost {
  readonly choice: TransportChoice;
  readonly store: Store;
  /** Opens a transport by HTTP, with what is known of this network. */
  openHttp(network: Network, events: TransportEvents): Promise<HttpTransport>;
}

export interface Climber {
  /** An attempt reached nobody. True when the next goes another way. */
  failed(): boolean;
  /** Not even the session call got through: it says nothing about WebSockets. */
  unreachable(): void;
  reached(): void;
  /** There is no connection any more. */
  rest(): void;
}

export function createClimber(link: Link, host: ClimberHost): Climber {
  const { store, openHttp } = host;
  // The tag may say anything.
  const choice = /^(ws|sse|poll)$/.test(host.choice) ? host.choice : "auto";
  const openSocket = link.open;
  let ladder = startLadder(choice, store.get(BY_HTTP) !== null, Date.now());
  let network = newNetwork(choice);
  let lower: HttpTransport | null = null;
  let trial: Transport | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function stand(next: Ladder): void {
    ladder = next;
    link.open = ladder.rung === "ws" ? openSocket : openLower;
  }

  /** Its code is fetched first. */
  function openLower(_: string, events: TransportEvents): Transport {
    let over = false;
    let inner: HttpTransport | null = null;
    openHttp(network, events).then(
      (opened) => {
        if (over) return opened.close();
        inner = lower = opened;
        events.opened();
      },
      () => over || events.closed(LOST),
    );
    return {
      get name() {
        return network.way;
      },
      send: (frame) => inner?.send(frame),
      backlog: () => 0,
      close() {
        over = true;
        inner?.close();
      },
    };
  }

  function climbLater(): void {
    clearTimeout(timer);
    if (choice === "auto" && ladder.rung === "http")
      timer = setTimeout(climb, climbInMs(ladder, Date.now()));
  }

  function giveUp(): void {
    clearTimeout(timer);
    trial?.close();
    trial = null;
  }

  function climb(): void {
    ladder = { ...ladder, triedAt: Date.now() };
    if (!link.url || isHidden() || isOffline()) return climbLater();
    let said: readonly string[] = [];
    let isAdopted = false;
    const failed = () => {
      giveUp();
      climbLater();
    };
    const socket = openSocket(link.url, {
      opened() {
        const hello = link.hello();
        said = roomsOf(hello);
        socket.send(hello);
      },
      received(frames) {
        if (!isAdopted && frames.some(({ type }) => type === "welcome")) {
          // The page has gone elsewhere meanwhile: the next one will know.
          if (`${roomsOf(link.hello())}` !== `${said}`) return failed();
          isAdopted = true;
          takeOver(socket);
        }
        if (isAdopted) link.events.received(frames);
      },
      closed: (code) => (isAdopted ? link.events.closed(code) : failed()),
    });
    trial = socket;
    timer = setTimeout(failed, TRIAL_DEADLINE_MS);
  }

  function takeOver(socket: Transport): void {
    clearTimeout(timer);
    trial = null;
    lower?.retire();
    lower = null;
    link.adopt(socket);
  }

  const roomsOf = (hello: ReturnType<Link["hello"]>) =>
    hello.type === "hello" ? hello.rooms.map(({ room }) => room) : [];

  stand(ladder);
  return {
    failed() {
      const { rung } = ladder;
      stand(afterFailure(ladder, choice, Date.now()));
      return ladder.rung !== rung;
    },
    unreachable() {
      ladder = { ...ladder, failures: 0 };
    },
    reached() {
      ladder = { ...ladder, failures: 0 };
      if (link.way() === "ws") {
        network = newNetwork(choice);
        stand({ ...ladder, rung: "ws" });
        store.remove(BY_HTTP);
        return;
      }
      if (choice === "auto") store.set(BY_HTTP, "1");
      climbLater();
    },
    rest: giveUp,
  };
}
