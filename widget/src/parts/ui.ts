/** What every part of the panel needs to know. */

import type { Person } from "../protocol/frames.ts";
import type { Session } from "../session/types.ts";
import type { Texts } from "./texts.ts";

export interface Ui {
  readonly session: Session;
  /** The room that is shown: a slug or an alias. */
  readonly room: string;
  /** Who looks. */
  readonly me: string | undefined;
  /** Whom they do not want to read. */
  readonly ignored: readonly Person[];
  readonly t: Texts;
  /** The options of the tag and the place. */
  readonly data: Readonly<Record<string, string | undefined>>;
  /** What all of this is drawn into. */
  readonly root: ShadowRoot;
  /** What a member of the team does here; null for visitors. */
  readonly team: TeamHere | null;
  /** Adds a sheet to `root`, once. */
  addStyles(css: string): void;
  /** Tells the page by an event of the instance. */
  announce(name: string, detail: object): void;
  /** Draws again: something that no session knows of has changed. */
  refresh(): void;
}

export interface TeamHere {
  /** Goes on as a visitor. */
  leave(): void;
}

/** Whole seconds from now; 0 when it is over, or there is nothing to wait for. */
export function secondsUntil(at: number | null | undefined): number {
  return at ? Math.max(0, Math.ceil((at - Date.now()) / 1000)) : 0;
}

export const isIgnored = ({ ignored }: Ui, id: string | null): boolean =>
  ignored.some((person) => person.id === id);
