/** What the session call answers, and the form of every refusal by HTTP. */

import type { Code } from "./codes.ts";
import type { Limits, RoomKind, Visitor } from "./frames.ts";
import type { Prechat, SiteLook } from "./look.ts";

export interface Site extends SiteLook {
  /** Left out by servers of before. */
  readonly prechat?: Prechat | null;
  /** Whether the owner wants the team to see which page a visitor is on. */
  readonly track_page?: boolean;
  readonly default_room: string | null;
}

export interface RoomSummary {
  readonly slug: string;
  readonly name: string;
  readonly kind: RoomKind;
  readonly topic: string;
  readonly head: number;
  readonly unread: number;
}

export interface SessionAnswer {
  readonly token: string;
  readonly expires_in: number;
  readonly visitor: Visitor;
  readonly site: Site;
  readonly rooms: readonly RoomSummary[];
  readonly ws_url: string;
  readonly limits: Limits;
}

/** Every refusal by HTTP has this form. */
export interface Refusal {
  readonly error: Code;
  readonly message: string;
  readonly hint?: string;
  readonly field?: string;
  readonly retry_ms?: number;
  readonly until?: string | null;
}
