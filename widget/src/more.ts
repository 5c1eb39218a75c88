/**
 * The second file: everything that an open chat can do a moment later. The public object, drawers, the change of one's name,
 * words for what goes wrong, announcements for screen readers, the phone's full screen.
 */

import type { Entry, Registry } from "./entry.ts";
import { addStyles, extras } from "./kit.ts";
import { createPublicApi } from "./public-api.ts";
import en from "./strings/en.json";
import { Announcer } from "./ui/announcer.tsx";
import { Drawer } from "./ui/drawer.tsx";
import { takeScreen } from "./ui/full-screen.ts";
import { Jump } from "./ui/jump.tsx";
import { NameForm } from "./ui/name-form.tsx";
import { Notices, typingText } from "./ui/notices.tsx";
import { problemText } from "./ui/problems.ts";
import type { ChatView } from "./ui/view.tsx";

/** Once a page; more instances and calls need nothing more. */
export function install(registry: Registry, mount: (entry: Entry) => ChatView): void {
  Object.assign(extras, { words: en.later, css: LATER_CSS, Announcer, Drawer, Jump, NameForm, Notices, problemText, takeScreen, typingText });
  const api = registry.run ? null : createPublicApi(registry, mount);
  if (!api) return;
  registry.run = api.run;
  for (const { tag, view } of registry.all as readonly { tag: Entry["tag"]; view?: ChatView }[]) {
    if (!view) continue;
    addStyles(view.root, tag.nonce, LATER_CSS);
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
