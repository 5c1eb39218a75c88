/**
 * What waits is noticed in every page of the workspace: in the title, the icon, by a soft sound and
 * a notification. Tabs are one: whoever is first asks, the others learn of it, and one of them
 * makes a sound.
 *
 *   the time ─► a lock, one tab ─► asked lately? ─ yes ─► that count
 *                                       └ no ─► the server ─► count to all tabs ─► new ones
 *                                                       ─► does a tab show them? ─► sound, notice
 */

import { openChannel, type TabChannel } from "../../session/tabs/channel.ts";
import { openStore, type Store } from "../../storage.ts";
import { chime } from "./chime.ts";
import { type Item, knownAfter, knownOf, type News, newIn, shownOf, titled } from "./news.ts";
import { type Looks, showNotifications, startCard, stateOf } from "./notifications.ts";

const EVERY_MS = 10_000;
/** After an act of one's own it is asked at once, though not more often than this. */
const AT_ONCE_MS = 1500;
const ANSWER_MS = 10_000;
/** So long another tab has to say that somebody looks at it. */
const LOOKED_MS = 150;
const MOST_AT_ONCE = 3;
const KNOWN = "noticed";
/** The pages dispatch it after each act (dashboard/undo.py). */
const CHANGED = "inglenook:changed";

type Letter =
  | { readonly kind: "count"; readonly count: number }
  | { readonly kind: "new"; readonly urls: readonly string[] }
  | { readonly kind: "seen"; readonly urls: readonly string[] };

interface Place extends Looks {
  readonly url: string;
  readonly account: string;
  /** The icon of the tab while something waits. */
  readonly icon: string;
}

export function startNoticing(): void {
  const place = document.getElementById("noticing")?.dataset;
  if (!place) return;
  const { url = "", account = "", icon = "", picture = "", answer = "" } = place;
  const store = openStore("local", `inglenook:workspace:${account}:`);
  new Noticing({ url, account, icon, picture, answer }, store).start();
  startCard(store);
  for (const button of document.querySelectorAll<HTMLElement>("[data-try-sound]")) {
    button.hidden = false;
    button.addEventListener("click", () => void chime());
  }
}

class Noticing {
  readonly #place: Place;
  readonly #store: Store;
  readonly #channel: TabChannel<Letter>;
  readonly #link = document.querySelector<HTMLLinkElement>("link[rel=icon]");
  readonly #plainIcon = this.#link?.href ?? "";
  #seenElsewhere = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  constructor(place: Place, store: Store) {
    this.#place = place;
    this.#store = store;
    this.#channel = openChannel<Letter>(
      "inglenook:workspace",
      () => place.account,
      (letter) => this.#receive(letter),
    );
  }

  start(): void {
    void this.#ask(AT_ONCE_MS);
    document.body.addEventListener(CHANGED, () => void this.#ask(AT_ONCE_MS));
    document.addEventListener("visibilitychange", () => void this.#ask(EVERY_MS));
  }

  /** Asks the server, unless a tab has in so many milliseconds. */
  async #ask(within: number): Promise<void> {
    clearTimeout(this.#timer);
    const run = () => this.#askAlone(within).catch(() => {});
    // Without locks (no secure context) two tabs may ask at once, and both make a sound.
    if (navigator.locks) await navigator.locks.request(`inglenook:${this.#place.account}`, run);
    else await run();
    clearTimeout(this.#timer);
    if (!this.#isOver) this.#timer = setTimeout(() => void this.#ask(EVERY_MS / 2), EVERY_MS);
  }

  async #askAlone(within: number): Promise<void> {
    const known = knownOf(this.#store.get(KNOWN));
    const now = Date.now();
    // A clock that was set back asks.
    if (known && known.askedAt <= now && now - known.askedAt < within)
      return this.#show(known.count);
    const news = await this.#fetch();
    if (!news) return;
    this.#store.set(KNOWN, JSON.stringify(knownAfter(news, known, now)));
    this.#show(news.count);
    this.#channel.broadcast({ kind: "count", count: news.count });
    await this.#notice(newIn(news, known));
  }

  async #fetch(): Promise<News | null> {
    const answer = await fetch(this.#place.url, {
      redirect: "manual",
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    // Signed out: the next page says so.
    if (answer.type === "opaqueredirect") this.#isOver = true;
    return answer.ok ? ((await answer.json()) as News) : null;
  }

  async #notice(items: readonly Item[]): Promise<void> {
    if (!items.length) return;
    this.#seenElsewhere = new Set();
    this.#channel.broadcast({ kind: "new", urls: items.map(({ url }) => url) });
    await new Promise((resolve) => setTimeout(resolve, LOOKED_MS));
    const unseen = items.filter(({ url }) => !isLookedAt(url) && !this.#seenElsewhere.has(url));
    if (unseen.some((item) => item.has_sound)) void chime();
    if (stateOf(this.#store) === "granted")
      await showNotifications(shownOf(unseen, MOST_AT_ONCE), this.#place);
  }

  #receive(letter: Letter): void {
    if (letter.kind === "count") this.#show(letter.count);
    else if (letter.kind === "seen") for (const url of letter.urls) this.#seenElsewhere.add(url);
    else {
      const urls = letter.urls.filter(isLookedAt);
      if (urls.length) this.#channel.broadcast({ kind: "seen", urls });
    }
  }

  #show(count: number): void {
    const title = titled(document.title, count);
    if (document.title !== title) document.title = title;
    if (this.#link) this.#link.href = count ? this.#place.icon : this.#plainIcon;
    // The icon of the installed app, where there is one.
    if ("setAppBadge" in navigator) void navigator.setAppBadge(count).catch(() => {});
  }
}

/** Whether somebody has this very place before them. */
const isLookedAt = (url: string): boolean => document.hasFocus() && location.pathname === url;
