/**
 * What an open chat can do a moment later: drawers, the change of one's name, words for what goes wrong, announcements for
 * screen readers, the phone's full screen. The public object comes beside it, public-api.ts.
 */

import type { Entry, Registry } from "./entry.ts";
import { shareTabs } from "./features/tabs/tabs.ts";
import { createPublicApi } from "./public-api.ts";
import { addTabSharing } from "./session/session.ts";
import words from "./strings/en-later.json";
import { Announcer } from "./ui/announcer.tsx";
import { shareDrafts } from "./ui/drafts.ts";
import { extras } from "./ui/extras.ts";
import { Header } from "./ui/header.tsx";
import { hint } from "./ui/hint.ts";
import { Jump } from "./ui/jump.tsx";
import { Notices, Typing } from "./ui/notices.tsx";
import { Remedy } from "./ui/remedy.tsx";
import { settle } from "./ui/settle.ts";
import { addStyles } from "./ui/styles.ts";
import type { ChatView } from "./ui/view.tsx";
import { Who } from "./ui/who.tsx";

const parts = { Announcer, Header, Jump, Notices, Remedy, Typing, Who, hint, settle };

/** Once a page; more instances and calls need nothing more. */
export function install(registry: Registry, mount: (entry: Entry) => ChatView): void {
  Object.assign(extras, parts, { words, css: LATER_CSS });
  const api = registry.run ? null : createPublicApi(registry, mount);
  if (!api) return;
  addTabSharing(shareTabs);
  registry.run = api.run;
  shareDrafts(() => registry.all.flatMap(({ view }) => (view ? [view as ChatView] : [])));
  extras.opened = api.wire;
  for (const { tag, view } of registry.all as readonly { tag: Entry["tag"]; view?: ChatView }[]) {
    if (!view) continue;
    addStyles(view.root, tag.nonce, LATER_CSS);
    api.wire(view);
    view.refresh();
  }
  for (const [verb, args, resolve, reject] of registry.queue.splice(0)) {
    try {
      resolve(api.run(verb, args));
    } catch (cause) {
      reject(cause);
    }
  }
}
