/**
 * How a visitor says which message is meant: the pointer over it, a finger that stays on it or taps
 * its time, the arrows and Enter of a keyboard. One listener a gesture for the whole list.
 */

/** A press that had this file loaded. The target is kept: that of an event is gone after it. */
export interface EarlyPress {
  readonly target: HTMLElement;
  readonly key?: string;
}

export interface GestureHost {
  /** A pointer or the focus is on that message, at a part of it; 0: on none. */
  pointed(seq: number, part: Element | null): void;
  /** Its menu is asked for. `byFinger`: as a sheet. */
  opened(seq: number, byFinger: boolean): void;
  /** A quote or a reaction was pressed. */
  pressed(seq: number, button: HTMLElement): void;
}

/** A finger that stays as long means the message, not the list. */
const HOLD_MS = 450;
/** A finger that moves as far scrolls. */
const STILL_PX = 10;

const messageAt = (target: EventTarget | null): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>("[data-seq]") : null;
export const chipAt = (target: EventTarget | null): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>("[data-emoji]") : null;
const seqOf = (element: HTMLElement | null): number => Number(element?.dataset.seq ?? 0);

export class Gestures {
  readonly #list: HTMLElement;
  readonly #host: GestureHost;
  readonly #over = new AbortController();
  #hold: ReturnType<typeof setTimeout> | undefined;
  #from: PointerEvent | null = null;
  /** The click that ends a hold is none. */
  #wasHeld = false;

  constructor(list: HTMLElement, host: GestureHost) {
    this.#list = list;
    this.#host = host;
    this.#listen("pointerleave", () => host.pointed(0, null));
    this.#listen("focusin", ({ target }) => this.#point(target));
    this.#listen("focusout", ({ relatedTarget }) => {
      if (!list.contains(relatedTarget as Node | null)) host.pointed(0, null);
    });
    this.#listen("pointerdown", this.#onPointerDown);
    for (const kind of ["pointerup", "pointercancel"] as const) this.#listen(kind, this.#release);
    this.#listen("pointermove", this.#onPointerMove);
    this.#listen("contextmenu", (event) => this.#wasHeld && event.preventDefault());
    this.#listen("click", this.#onClick, true);
    this.#listen("keydown", this.#onKeyDown);
    this.#scroller().addEventListener("scroll", () => host.pointed(0, null), {
      passive: true,
      signal: this.#over.signal,
    });
  }

  end(): void {
    this.#over.abort();
    this.#release();
  }

  /** What was done before this was here, and where the pointer or the focus is by now. */
  begin(early: EarlyPress | null): void {
    if (early?.key) this.#key(early.target, early.key);
    else if (early) this.#click(early.target);
    this.#point([...this.#list.querySelectorAll(":hover,:focus")].at(-1) ?? null);
  }

  readonly #onClick = (event: Event): void => {
    if (this.#wasHeld) {
      event.stopPropagation();
      event.preventDefault();
      this.#wasHeld = false;
    } else this.#click(event.target as Element);
  };

  #click(target: Element): void {
    const seq = seqOf(messageAt(target));
    const button = target.closest<HTMLElement>("[data-quotes],[data-emoji]");
    // A pin is a quote above all messages.
    if (button && (seq || button.dataset.quotes)) this.#host.pressed(seq, button);
    else if (seq && target.closest("time")) this.#host.opened(seq, isCoarse());
  }

  #listen<K extends keyof HTMLElementEventMap>(
    kind: K,
    heed: (event: HTMLElementEventMap[K]) => unknown,
    capture = false,
  ): void {
    this.#list.addEventListener(kind, heed, { capture, signal: this.#over.signal });
  }

  #scroller(): HTMLElement {
    return this.#list.querySelector<HTMLElement>(".scroller") ?? this.#list;
  }

  #point(target: EventTarget | null): void {
    const message = messageAt(target);
    if (message) this.#host.pointed(seqOf(message), target as Element);
  }

  readonly #onPointerDown = (event: PointerEvent): void => {
    this.#wasHeld = false;
    const message = messageAt(event.target);
    if (!message || event.pointerType !== "touch") return;
    this.#from = event;
    this.#hold = setTimeout(() => {
      this.#wasHeld = true;
      const seq = seqOf(message);
      if (chipAt(event.target)) this.#host.pointed(seq, event.target as Element);
      else this.#host.opened(seq, true);
    }, HOLD_MS);
  };

  readonly #onPointerMove = ({ clientX, clientY, pointerType, target }: PointerEvent): void => {
    if (pointerType !== "touch") this.#point(target);
    const from = this.#from;
    if (from && Math.hypot(clientX - from.clientX, clientY - from.clientY) > STILL_PX)
      this.#release();
  };

  readonly #release = (): void => {
    clearTimeout(this.#hold);
    this.#from = null;
  };

  readonly #onKeyDown = (event: KeyboardEvent): void => {
    if (!this.#key(event.target as HTMLElement, event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  };

  /** Arrows go from message to message. Links and buttons inside keep their keys. */
  #key(target: HTMLElement, key: string): boolean {
    const scroller = this.#scroller();
    const isInside = target !== scroller;
    if (isInside && !target.matches("[data-seq]")) return false;
    const all = [...scroller.querySelectorAll<HTMLElement>("[data-seq]")];
    const at = isInside ? all.indexOf(target) : all.length;
    const steps: Readonly<Record<string, number>> = {
      ArrowUp: at - 1,
      ArrowDown: at + 1,
      Home: 0,
      End: all.length - 1,
    };
    const next = steps[key];
    if (key === "Escape" && isInside) scroller.focus();
    else if (/^(Enter| |ContextMenu)$/.test(key) && isInside)
      this.#host.opened(seqOf(target), false);
    else if (next === undefined || (!isInside && key !== "ArrowUp")) return false;
    else focusMessage(all[next]);
    return true;
  }
}

const isCoarse = (): boolean => matchMedia("(pointer: coarse)").matches;

/** It takes the focus only by script, and names itself by its text. */
export function focusMessage(message: HTMLElement | undefined): void {
  if (!message) return;
  message.tabIndex = -1;
  message.role = "article";
  message.focus();
  message.scrollIntoView({ block: "nearest" });
}
