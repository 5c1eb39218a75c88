/** Places that more.ts fills a moment after the chat has opened; until then they are empty. */

import type { ComponentType } from "preact";
import type { RoomSummary, Visitor } from "../protocol.ts";
import type { Snapshot } from "../session.ts";
import type { Problem, RoomState } from "../state.ts";
import type { Words } from "./texts.ts";
import type { Ui } from "./ui.ts";

export interface DrawerProps {
  readonly ui: Ui;
  readonly which: "rooms" | "people";
  readonly room: RoomState | null;
  readonly visitor: Visitor | null;
  readonly rooms: readonly RoomSummary[];
  onRoom(slug: string): void;
}

export interface Extras {
  /** English for what follows. */
  words?: Words;
  Drawer?: ComponentType<DrawerProps>;
  NameForm?: ComponentType<{ readonly ui: Ui; readonly visitor: Visitor; onDone(): void }>;
  Announcer?: ComponentType<{ readonly ui: Ui; readonly room: RoomState; readonly me: string | null }>;
  Notices?: ComponentType<{ readonly ui: Ui; readonly snapshot: Snapshot; readonly room: RoomState | null }>;
  Jump?: ComponentType<{ readonly ui: Ui; readonly room: RoomState; readonly me: string | null; readonly leftAt: number; onJump(): void }>;
  typingText?: (ui: Ui, room: RoomState, me: string | null) => string;
  /** The rest of the sheet. */
  css?: string;
  /** Gives the window to a panel that fills it; the answer gives it back. */
  takeScreen?: (panel: HTMLElement) => () => void;
  /** A problem in the visitor's words. */
  problemText?: (ui: Ui, problem: Problem) => string;
}

export const extras: Extras = {};
