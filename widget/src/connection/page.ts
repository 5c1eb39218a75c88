/** What the page and the device do that matters to a connection; works without a document too. */

export interface PageEvents {
  /** Back on the network, back from the cache, or looked at again. */
  awake(): void;
  /** Has the focus: of several tabs this is the one in use. */
  focused(): void;
  /** Is being left, perhaps into the back/forward cache, which an open socket would forbid. */
  left(): void;
  hidden(): void;
  offline(): void;
}

export function watchPage(events: PageEvents): () => void {
  const over = new AbortController();
  const listen = (target: EventTarget | undefined, name: string, listener: () => void) =>
    target?.addEventListener(name, listener, { signal: over.signal });
  // Never `unload` or `beforeunload`: they keep a page out of the back/forward cache.
  const { window, document } = globalThis as Partial<typeof globalThis>;
  listen(window, "online", events.awake);
  listen(window, "pageshow", events.awake);
  listen(window, "focus", events.focused);
  listen(window, "pagehide", events.left);
  listen(window, "offline", events.offline);
  listen(document, "resume", events.awake);
  listen(document, "visibilitychange", () => (isHidden() ? events.hidden() : events.awake()));
  return () => over.abort();
}

export function isHidden(): boolean {
  return (globalThis as Partial<typeof globalThis>).document?.visibilityState === "hidden";
}

/** Only a clear no counts: some browsers don't know. */
export function isOffline(): boolean {
  return (globalThis as Partial<typeof globalThis>).navigator?.onLine === false;
}

/** What the server makes the room of a page from: the address that the page gives itself. */
export function pageOf(): { url: string; title: string; referrer: string } {
  const canonical = document.querySelector<HTMLLinkElement>('link[rel="canonical"]');
  const { title, referrer } = document;
  return { url: canonical?.href || location.href, title, referrer };
}
