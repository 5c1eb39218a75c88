/**
 * What embed.js and the widget tell each other. embed.js makes the entries; the widget gives each
 * one a view.
 */

/** A script tag of ours. */
export interface Tag {
  readonly src: string;
  readonly type: string;
  readonly nonce: string;
  readonly dataset: Readonly<Record<string, string | undefined>>;
}

/** One place on the page: the bubble, or one inline room. */
export interface Entry {
  /** Names the instance; also the key in sessionStorage of "was left open". */
  readonly id: string;
  readonly tag: Tag;
  /** The element of an inline room; nothing for a bubble. */
  readonly place: HTMLElement | undefined;
  readonly host: HTMLElement;
  /**
   * The launcher, or the button that joins an inline room. Not in the page with
   * `data-launcher="none"`.
   */
  readonly button: HTMLButtonElement;
  /**
   * Options of the tag, with those of the place over them, as embed.js has read them (options.ts).
   */
  readonly data: Readonly<Record<string, string | undefined>>;
  /** Options that the page has changed since (public-api/later-verbs.ts). */
  changed?: Record<string, string>;
  /** Words of the page's own, over all others. */
  words?: Readonly<Record<string, string>>;
  view?: View;
}

export interface View {
  unmount(): void;
}

export type QueuedCall = readonly [
  verb: string,
  args: readonly unknown[],
  resolve: (answer: unknown) => void,
  reject: (cause: unknown) => void,
];

/** `window.Inglenook`: callable with a verb, and one method a verb. */
export interface Registry {
  (verb: string, ...args: unknown[]): unknown;
  [verb: string]: unknown;
  readonly all: Entry[];
  readonly queue: QueuedCall[];
  /** Answers the verbs once the widget is here. */
  run?: (verb: string, args: readonly unknown[]) => unknown;
  /** Takes an entry off the page. */
  drop(entry: Entry): void;
  /** Takes everything off the page and stops looking for places. */
  end(): void;
  /**
   * Finds the tags and places of the page; again after `end`. With options it adds an instance
   * (boot.ts), and the answer is a promise.
   */
  boot(options?: unknown): unknown;
}

/** What the page's own stub leaves behind, when somebody called before embed.js was there. */
export interface EarlyCalls {
  readonly q?: readonly (readonly [verb: string, ...args: unknown[]])[];
  readonly boot?: undefined;
}

declare global {
  interface Window {
    Inglenook?: Registry | EarlyCalls;
  }
}
