/**
 * A draft is one for all tabs that have the room: what is typed in one appears in the field of the
 * others, and is gone from them when it is sent. Where somebody is writing just now nothing is
 * changed.
 */

import type { ChatView } from "./chat-view.ts";

export function shareDrafts(views: () => readonly ChatView[]): void {
  const draftOf = (view: ChatView) => `draft:${view.room()}`;

  function isWriting({ root }: ChatView): boolean {
    return document.hasFocus() && root.activeElement?.localName === "textarea";
  }

  function show(view: ChatView): void {
    const text = view.session()?.store.get(draftOf(view)) ?? "";
    view.composer.current?.show({ text });
  }

  addEventListener("storage", ({ key }) => {
    for (const view of views())
      if (key === `inglenook:${view.entry.data.site}:${draftOf(view)}` && !isWriting(view))
        show(view);
  });
  // Out of the cache, or out of sight until now: nobody has been writing here, whatever has the
  // focus.
  addEventListener("pageshow", () => views().forEach(show));
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) views().forEach(show);
  });
}
