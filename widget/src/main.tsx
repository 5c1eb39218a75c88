/** The module that embed.js imports. Importing it does nothing; `mount` brings one instance to life. */

import type { Entry, Registry } from "./entry.ts";
import { extras } from "./ui/extras.ts";
import { type ChatView, createView } from "./ui/view.tsx";

export * from "./kit.ts";

/** The later files come when the first frames are drawn, or when the page calls. */
const MORE_DELAY_MS = 300;
/** They could not be loaded: as long until the next try. The chat itself works without. */
const MORE_AGAIN_MS = 5_000;
let coming: Promise<void> | null = null;

function bringMore(registry: Registry): void {
  coming ??= Promise.all([import("./more.ts"), import("./public-api.ts")])
    .then(([more, { createPublicApi }]) =>
      more.install(registry, (one) => mount(registry, one), createPublicApi),
    )
    .catch(() => {
      const again = () => {
        coming = null;
        if (registry.all.length) bringMore(registry);
      };
      setTimeout(again, MORE_AGAIN_MS * (1 + Math.random()));
    });
}

/** Called by embed.js: the first time for an instance, and at each press of its button. */
export function mount(registry: Registry, entry: Entry, verb?: "toggle" | "start"): ChatView {
  entry.view ??= createView(entry, (view) => {
    if (extras.opened) extras.opened(view);
    else setTimeout(() => bringMore(registry), MORE_DELAY_MS);
  });
  if (registry.queue.length) bringMore(registry);
  const view = entry.view as ChatView;
  if (verb) view[verb]();
  return view;
}
