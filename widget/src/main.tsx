/**
 * The module that embed.js imports. Importing it does nothing; `mount` brings one instance to life.
 */

import type { Entry, Registry } from "./entry.ts";
import { createPublicApi, type PublicApi } from "./public-api/public-api.ts";
import type { ChatView } from "./ui/chat-view.ts";
import { shareDrafts } from "./ui/drafts.ts";
import { bringEngine } from "./ui/engine-loader.ts";
import { createView } from "./ui/view.tsx";

const apis = new WeakMap<Registry, PublicApi>();

/** Called by embed.js: the first time for an instance, and at each press of its button. */
export function mount(registry: Registry, entry: Entry, verb?: "toggle" | "start"): ChatView {
  const api = apis.get(registry) ?? install(registry);
  entry.view ??= createView(entry, api.wire);
  const view = entry.view as ChatView;
  if (verb) view[verb]();
  return view;
}

/**
 * The public object answers as soon as there is an engine; embed.js keeps what was called before.
 */
function install(registry: Registry): PublicApi {
  const api = createPublicApi(registry, (entry) => mount(registry, entry));
  apis.set(registry, api);
  shareDrafts(() => registry.all.flatMap(({ view }) => (view ? [view as ChatView] : [])));
  void bringEngine().then(() => {
    registry.run = api.run;
    for (const [verb, args, resolve, reject] of registry.queue.splice(0)) {
      try {
        resolve(api.run(verb, args));
      } catch (cause) {
        reject(cause);
      }
    }
  });
  return api;
}
