/** What the two halves of a conversation know of each other: types only. */

import type { Events } from "./events.ts";
import type { AckFrame, NewAct, ServerFrame, Visitor } from "./protocol.ts";
import type { Room, RoomEndurance } from "./room.ts";
import type { Snapshot } from "./session-types.ts";
import type { Store } from "./storage.ts";
import type { TransportChoice } from "./transport/ladder.ts";
import type { Link } from "./transport/link.ts";

/** What of a snapshot is told by the server. */
export type About = {
  -readonly [K in "visitor" | "site" | "limits" | "rooms" | "clockOffsetMs"]: Snapshot[K];
};

/** The first half, as the second needs it. */
export interface Core {
  /** The same for all tabs on this site. */
  readonly name: string;
  /** What all of its keys in the browser's storage begin with. */
  readonly prefix: string;
  /** The room of that name, which is joined as long as it has unsent messages. */
  open(name: string): Room;
  /** `https://chat.example/api/v1/pk_…` */
  readonly api: string;
  readonly transport: TransportChoice;
  readonly about: About;
  readonly link: Link;
  readonly rooms: ReadonlyMap<string, Room>;
  readonly joined: ReadonlySet<Room>;
  readonly store: Store;
  readonly events: Events;
  together(action: () => void): void;
  changed(): void;
  snapshot(): Snapshot;
  setVisitor(visitor: Visitor): void;
  isActive(): boolean;
  token(): string | null;
  session(): Promise<string>;
  call(method: string, path: string, body: unknown): Promise<unknown>;
}

/** The second half. */
export interface Endurance extends RoomEndurance {
  start(): void;
  stop(): void;
  byHand(): void;
  /** There is another room. */
  opened(room: Room): void;
  /** Any frame, after its room. */
  hear(frame: ServerFrame): void;
  /** A frame that came before this half. */
  missed(frame: ServerFrame): void;
  /** Something changed, and views are about to be told. */
  settled(): void;
  typing(room: Room): void;
  /** The read mark moved here. */
  seen(room: Room): void;
  retry(room: Room, cid: string): void;
  discard(room: Room, cid: string): void;
  act(room: Room, by: NewAct): Promise<AckFrame>;
  rename(name: string): Promise<Visitor>;
  /** Nothing that was written until then is kept. */
  forget(until: number): void;
}
