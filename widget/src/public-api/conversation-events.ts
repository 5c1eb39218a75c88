/**
 * Tells the page what happens in its conversations, and the conversations what the page says of its
 * visitor.
 */

import { detailOf, EVENT_NAMES } from "../events-out.ts";
import { attributeOf, type Dataset, meaningOf, OPTIONS } from "../options.ts";
import type { EventName, SessionEvents } from "../session/events.ts";
import type { ChatView } from "../ui/chat-view.ts";
import type { Said } from "./about-visitor.ts";
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
  /** What the page says of the visitor, until there is one. */
  readonly said: Said = {};

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

  /** Says it of everybody who is here, and of whoever comes. */
  say(what: Said): Promise<unknown> {
    Object.assign(this.said, what);
    return Promise.all(this.#instances.views().map((view) => this.#say(view)));
  }

  #relay<K extends EventName>(view: ChatView, name: K, value: SessionEvents[K]): void {
    // Several views may share one conversation. The page gets each event once, from the view that
    // shows the room.
    const room = "room" in value ? value.room : undefined;
    const peers = this.#instances.views().filter(({ key }) => key === view.key);
    const speaker =
      peers.find((peer) => room && peer.session()?.room(peer.room())?.room === room) ?? peers[0];
    if (speaker !== view) return;
    if (name === "ready") void this.#say(view);
    const { host, id } = view.entry;
    this.#listeners.emit(host, name, { ...detailOf(view, name, value), instance: id });
  }

  /** Once there is somebody to say it of. The file is fetched where there is anything to say. */
  async #say(view: ChatView): Promise<void> {
    const { data } = view.entry;
    const { said } = this;
    const site = view.session()?.snapshot().site;
    if (site && (said.name || said.attributes || data.userName || site.track_page))
      await (await import("./about-visitor.ts")).sayAll(view, { said, warn });
  }
}
