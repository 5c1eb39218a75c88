/** One instance on the page, as everything beside it sees it. */

import type { Entry, View } from "../entry.ts";
import type { ComposerHandle } from "../parts/props.ts";
import type { Session } from "../session/types.ts";

export interface ChatView extends View {
  readonly entry: Entry;
  /** Server and site: instances with the same share one conversation. */
  readonly key: string;
  readonly root: ShadowRoot;
  readonly panel: HTMLElement;
  /** Where one writes, once it is drawn. */
  readonly composer: { readonly current: ComposerHandle | null };
  isOpen(): boolean;
  /** Whether the panel fills the window, as on a phone; the style sheet decides. */
  fills(): boolean;
  room(): string;
  /** Goes online, where it isn't. */
  hold(): Session;
  /** The conversation, where there is one. */
  session(): Session | null;
  /** `opener` is the page's element that was pressed, where there is one. */
  open(takesFocus?: boolean, opener?: Element): Promise<void>;
  close(): void;
  toggle(): void;
  /** What an instance does by itself once its code is there: opens, connects, or nothing. */
  start(): void;
  setRoom(room: string): void;
  /** The visitor wants this room, on the next page too. */
  choose(room: string): void;
  focus(): void;
  /** Puts text where the visitor writes. */
  prefill(text: string): void;
  /** The page has changed options or words. */
  renew(): void;
  /** Whoever was here is nobody any more; who comes next is a visitor like any other. */
  forget(): void;
  /** Draws again: something outside of the conversation has changed. */
  refresh(): void;
}

/** Tells the page by a DOM event on the host; false when a listener has forbidden it. */
export function announce(view: ChatView, name: string, detail: object = {}): boolean {
  return view.entry.host.dispatchEvent(
    new CustomEvent(`inglenook:${name}`, {
      bubbles: true,
      composed: true,
      cancelable: true,
      detail: { ...detail, instance: view.entry.id },
    }),
  );
}
