/** When one instance is drawn anew after a change. */

/** A hidden tab has no frames, but its badge may still be looked at. */
const HIDDEN_MS = 250;
/** A chat that connects is drawn so late at the latest. */
const CONNECTING_MS = 150;

export class DrawSchedule {
  readonly #draw: () => void;
  readonly #awaitsMessages: () => boolean;
  #isStale = false;
  #frame: number | ReturnType<typeof setTimeout> | undefined;
  #pause: ReturnType<typeof setTimeout> | undefined;

  /**
   * `awaitsMessages` says whether a drawn panel waits for its first messages: what comes before
   * them (who I am, the site, the connection) is then drawn together with them.
   */
  constructor(draw: () => void, awaitsMessages: () => boolean) {
    this.#draw = draw;
    this.#awaitsMessages = awaitsMessages;
  }

  /** The first change is drawn at once; what comes before the next frame is drawn in that. */
  readonly changed = (): void => {
    this.#isStale = true;
    if (document.hidden) this.#frame ??= setTimeout(this.#onFrame, HIDDEN_MS);
    else if (this.#awaitsMessages()) {
      if (!this.#pause) this.#pause = setTimeout(this.#onPause, CONNECTING_MS);
    } else if (this.#frame === undefined) {
      this.#frame = requestAnimationFrame(this.#onFrame);
      queueMicrotask(this.#drawStale);
    }
  };

  /** All that has changed is drawn. */
  done(): void {
    this.#isStale = false;
  }

  readonly #drawStale = (): void => {
    if (this.#isStale) this.#draw();
  };

  readonly #onFrame = (): void => {
    this.#frame = undefined;
    // What came since the panel was drawn waits for its messages.
    if (!this.#awaitsMessages()) this.#drawStale();
    else if (this.#isStale) this.changed();
  };

  readonly #onPause = (): void => {
    this.#pause = undefined;
    this.#drawStale();
  };
}
