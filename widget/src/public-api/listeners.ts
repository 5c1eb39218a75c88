/** Who on the page has asked for events by `on` and `once`. The events travel as DOM events. */

import { text } from "./arguments.ts";

type Listener = (detail: unknown) => unknown;
type Asked = readonly [listener: unknown, stop: () => void];

export class Listeners {
  readonly #asked = new Map<string, Set<Asked>>();
  /**
   * Details as the listeners of `on` see them. DOM events go without the message's text, because
   * any script may listen to them.
   */
  readonly #whole = new WeakMap<object, object>();

  /** Dispatches the event on the host: without text to the page, whole to the listeners of `on`. */
  emit(host: HTMLElement, name: string, detail: object): void {
    const { body: _, ...shown } = detail as { readonly body?: unknown };
    this.#whole.set(shown, detail);
    host.dispatchEvent(
      new CustomEvent(`inglenook:${name}`, { bubbles: true, composed: true, detail: shown }),
    );
  }

  /** Returns the way to stop. */
  add(event: unknown, listener: unknown, isOnce: boolean): () => void {
    const name = text(event, "The event");
    if (typeof listener !== "function") throw new TypeError("The listener must be a function.");
    const onEvent = (happening: Event) => {
      const { detail } = happening as CustomEvent<object>;
      if (isOnce) stop();
      // An open or close may be forbidden from here, too.
      if ((listener as Listener)(this.#whole.get(detail) ?? detail) === false)
        happening.preventDefault();
    };
    const stop = () => {
      removeEventListener(`inglenook:${name}`, onEvent);
      this.#asked.get(name)?.delete(asked);
    };
    const asked: Asked = [listener, stop];
    this.#asked.set(name, (this.#asked.get(name) ?? new Set()).add(asked));
    addEventListener(`inglenook:${name}`, onEvent);
    return stop;
  }

  /** Stops one listener of the event, or all of them. */
  remove(event: unknown, listener: unknown): void {
    for (const [known, stop] of [...(this.#asked.get(text(event, "The event")) ?? [])])
      if (!listener || known === listener) stop();
  }
}
