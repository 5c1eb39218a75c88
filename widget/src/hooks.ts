/** What the second half does beside the rules of the first: empty until it is here. */

import type { SyncFrame } from "./protocol.ts";
import type { Draft, Pending } from "./state-types.ts";
import type { Message } from "./timeline.ts";

export interface Hooks {
  /** `known` is what was there before; `since` has not moved yet. */
  news?(draft: Draft, message: Message, known: Message | undefined): void;
  /** The room is another. */
  info?(draft: Draft): void;
  /** One of mine has its place. */
  sent?(draft: Draft, entry: Pending, seq: number): void;
  /** What waits for approval is listed. */
  held?(draft: Draft, sync: SyncFrame): void;
}

export const hooks: Hooks = {};
