/** The module that embed.js imports. Importing it does nothing; `mount` brings one instance to life. */

import type { Entry, Registry } from "./entry.ts";
import { extras } from "./ui/extras.ts";
import { type ChatView, createView } from "./ui/view.tsx";

/** The later files come when the first frames are drawn, or when the page calls. */
const MORE_DELAY_MS = 300;

/** Called by embed.js: the first time for an instance, and at each press of its button. */
export function mount(registry: Registry, entry: Entry, verb?: "toggle" | "start"): ChatView {
  const bringMore = () =>
    void import("./more.ts")
      .then((more) => more.install(registry, (one) => mount(registry, one)))
      // Without a network they come with the next call or instance; the chat itself works without.
      .catch(() => {});
  entry.view ??= createView(entry, (view) => {
    if (extras.opened) extras.opened(view);
    else setTimeout(bringMore, MORE_DELAY_MS);
  });
  if (registry.queue.length) bringMore();
  const view = entry.view as ChatView;
  if (verb) view[verb]();
  return view;
}
