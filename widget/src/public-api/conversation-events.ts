/**
 * Tells the page what happens in its conversations, and gives the visitor the page's name for them.
 */

import { detailOf, EVENT_NAMES } from "../events-out.ts";
import { attributeOf, type Dataset, meaningOf, OPTIONS } from "../options.ts";
import type { EventName, SessionEvents } from "../session/events.ts";
import type { ChatView } from "../ui/chat-view.ts";
import type { Instances } from "./instances.ts";
import type { Listeners } from "./listeners.ts";
import { warn } from "./warn.ts";

/** What was not understood has its default. The file of sentences is fetched where one is due. */
function complain(asked: Dataset, data: Dataset): void {
  const isDoubtful = Object.entries(OPTIONS).some(
    ([name, { fallback }]) => asked[name] && asked[name] !== data[name] && data[name] === fallback,
  );
  if (isDoubtful || data.debug === "true")
    void import("../complaints.ts").then(({ complaintsAbout }) => {
      for (const sentence of complaintsAbout(asked, { attributeOf, meaningOf, OPTIONS }))
        warn(sentence);
    });
}

export class ConversationEvents {
  readonly #instances: Instances;
  readonly #listeners: Listeners;
  readonly #wired = new WeakSet<ChatView>();
  /** The name that the page gave, until there is somebody to give it to. */
  #wantedName: string | undefined;

  constructor(instances: Instances, listeners: Listeners) {
    this.#instances = instances;
    this.#listeners = listeners;
  }

  /** Relays what happens in the conversation of this view, from now on. */
  readonly wire = (view: ChatView): void => {
    const session = view.session();
    if (!session || this.#wired.has(view)) return;
    this.#wired.add(view);
    const { tag, place, data } = view.entry;
    complain({ ...tag.dataset, ...place?.dataset }, data);
    for (const name of EVENT_NAMES)
      session.on(name, (value: SessionEvents[typeof name]) => this.#relay(view, name, value));
    const { visitor, site } = session.snapshot();
    if (visitor && site) this.#relay(view, "ready", { visitor, site });
  };

  identify(name: string): Promise<unknown> {
    this.#wantedName = name;
    return Promise.all(this.#instances.views().map((view) => this.#applyName(view)));
  }

  #relay<K extends EventName>(view: ChatView, name: K, value: SessionEvents[K]): void {
    // Several views may share one conversation. The page gets each event once, from the view that
    // shows the room.
    const room = "room" in value ? value.room : undefined;
    const peers = this.#instances.views().filter(({ key }) => key === view.key);
    const speaker =
      peers.find((peer) => room && peer.session()?.room(peer.room())?.room === room) ?? peers[0];
    if (speaker !== view) return;
    if (name === "ready") void this.#applyName(view);
    const { host, id } = view.entry;
    this.#listeners.emit(host, name, { ...detailOf(view, name, value), instance: id });
  }

  async #applyName(view: ChatView): Promise<void> {
    const session = view.session();
    const visitor = session?.snapshot().visitor;
    const wanted = this.#wantedName ?? view.entry.data.userName;
    // A name that was given once is the visitor's: what they changed it to stays until the page
    // gives a new one.
    if (!session || !visitor || !wanted || session.store.get("named") === wanted) return;
    session.store.set("named", wanted);
    if (visitor.name === wanted) return;
    try {
      await session.rename(wanted);
    } catch (error) {
      session.store.remove("named");
      warn(`The name "${wanted}" was refused: ${(error as Error).message}`);
    }
  }
}
