/** The instances of the page: which there are, which one a call means, and how they go. */

import type { Entry, Registry } from "../entry.ts";
import type { ChatView } from "../ui/chat-view.ts";

/** What `destroy` has cleared, one by one, is marked (later-verbs.ts). */
const isGone = (entry: Entry): boolean => !(entry.host instanceof HTMLElement);

export class Instances {
  readonly #registry: Registry;
  readonly #mount: (entry: Entry) => ChatView;

  constructor(registry: Registry, mount: (entry: Entry) => ChatView) {
    this.#registry = registry;
    this.#mount = mount;
  }

  entries(): Entry[] {
    return this.#registry.all.filter((entry) => !isGone(entry));
  }

  /** The room that the tag or the place names. */
  roomOf({ data }: Entry): string {
    return data.inglenookRoom || data.room || "";
  }

  /** Those that have a view by now. */
  views(): ChatView[] {
    return this.entries().flatMap(({ view }) => (view ? [view as ChatView] : []));
  }

  /**
   * The instance that is meant: by its id or room, by an element of the page that opens it, or the
   * first bubble.
   */
  one(which: unknown): ChatView {
    const all = this.entries();
    const wanted = which instanceof Element ? which.getAttribute("data-inglenook-open") : which;
    const found = wanted
      ? all.find((entry) => entry.id === wanted || this.roomOf(entry) === wanted)
      : undefined;
    if (!found && typeof which === "string")
      throw new TypeError(
        `There is no instance "${which}". Inglenook.instances() tells their ids.`,
      );
    const entry = found ?? all.find(({ place }) => !place) ?? all[0];
    if (!entry) throw new Error("There is no chat on this page. Is the tag there, with data-site?");
    return this.#mount(entry);
  }

  /** Does it to the instance that is meant, or to all where none is named. */
  each(which: unknown, act: (view: ChatView) => void): void {
    const views = which === undefined ? this.entries().map(this.#mount) : [this.one(which)];
    for (const view of views) act(view);
  }
}
