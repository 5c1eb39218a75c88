/** What is noticed of an instance on the page: ui/chat-view.ts has it, which lies above. */

import type { Entry } from "../../entry.ts";
import type { Message } from "../../rooms/reduce.ts";

export interface NoticedView {
  readonly entry: Entry;
  /** Server and site: instances with the same share one conversation. */
  readonly key: string;
  readonly root: ShadowRoot;
  readonly panel: HTMLElement;
  isOpen(): boolean;
  /** A slug or an alias. */
  room(): string;
  open(): Promise<void>;
  /** The visitor wants this room, on the next page too. */
  choose(room: string): void;
}

/** A message that answers, names or is meant for the visitor. */
export interface Answer {
  /** The slug. */
  readonly room: string;
  readonly message: Message;
}
