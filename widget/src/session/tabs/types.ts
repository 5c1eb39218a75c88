/** How the tabs of one visitor stay in step: types only. */

import type { OutboxStorage } from "../../outbox/outbox-storage.ts";
import type { Room } from "../../rooms/room.ts";
import type { Pending } from "../../rooms/state.ts";

export type TabNews =
  | { readonly kind: "seen"; readonly room: string; readonly rev: number }
  | { readonly kind: "unread"; readonly room: string; readonly count: number }
  | { readonly kind: "discard"; readonly room: string; readonly cid: string }
  | { readonly kind: "name"; readonly name: string };

export interface TabSharing {
  /** The conversation has started, or the page is looked at again. */
  start(): void;
  /** The page is left, or the conversation ends. */
  stop(): void;
  broadcast(news: TabNews): void;
  /** The room is in step again. */
  synced(room: Room): void;
  /** Whether another tab sends this message, at least for now. */
  leaves(room: Room, entry: Pending): boolean;
}

export interface TabSharingHost {
  /** The same for all tabs on this site. */
  readonly name: string;
  /** What all keys of this site in the browser's storage begin with. */
  readonly prefix: string;
  readonly outbox: OutboxStorage;
  readonly rooms: ReadonlyMap<string, Room>;
  /** The room of that name, which is joined as long as it has unsent messages. */
  open(name: string): Room;
  /** The id of the visitor, where it is known. */
  me(): string | undefined;
  /** Views draw once after all changes inside. */
  together(action: () => void): void;
  /** Asks the server what waits in this room. */
  ask(room: Room): void;
  /** News came from another tab. */
  received(news: TabNews): void;
}
