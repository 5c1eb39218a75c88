/**
 * What waits is noticed in every page of the workspace: in the title, the icon, the badges of the
 * rail, by a soft sound and a notification. Tabs are one: whoever is first asks, the others learn
 * of it, and one of them makes a sound.
 *
 *   the time ─► a lock, one tab ─► asked lately? ─ yes ─► that count
 *                                       └ no ─► the server ─► count to all tabs ─► new ones
 *                                                       ─► does a tab show them? ─► sound, notice
 */

import { openChannel, type TabChannel } from "../../session/tabs/channel.ts";
import { openStore, type Store } from "../../storage.ts";
import { LOOK } from "../looking.ts";
import { drawBadges } from "./badges.ts";
import { chime } from "./chime.ts";
import {
  type Item,
  type Known,
  knownAfter,
  knownOf,
  type News,
  newIn,
  shownOf,
  titled,
} from "./news.ts";
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
  | { readonly kind: "count"; readonly count: number; readonly badges: Known["badges"] }
  | { readonly kind: "new"; readonly urls: readonly string[] }
  | { readonly kind: "seen"; readonly urls: readonly string[] };

interface Place extends Looks {
  readonly url: string;
  readonly account: string;
  /** The site whose rail it is. */
  readonly site: string;
  /** The word after the number of a badge. */
  readonly waiting: string;
  /** The icon of the tab while something waits. */
  readonly icon: string;
}

export function startNoticing(): void {
  const place = document.getElementById("noticing")?.dataset;
  if (!place) return;
  const { url = "", account = "", site = "", icon = "", picture = "" } = place;
  const { answer = "", waiting = "" } = place;
  const store = openStore("local", `inglenook:workspace:${account}:`);
  new Noticing({ url, account, site, icon, picture, answer, waiting }, store).start();
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
    void this.#ask(AT_ONCE_MS, true);
    document.body.addEventListener(CHANGED, () => void this.#ask(AT_ONCE_MS, true));
    document.body.addEventListener(LOOK, () => void this.#ask(AT_ONCE_MS));
    document.addEventListener("visibilitychange", () => void this.#ask(EVERY_MS));
  }

  /** Asks the server, unless a tab has in so many milliseconds; after an act it is asked later. */
  async #ask(within: number, isAct = false): Promise<void> {
    clearTimeout(this.#timer);
    let hasAsked = false;
    const run = async () => {
      hasAsked = await this.#askAlone(within).catch(() => true);
    };
    // Without locks (no secure context) two tabs may ask at once, and both make a sound.
    if (navigator.locks) await navigator.locks.request(`inglenook:${this.#place.account}`, run);
    else await run();
    clearTimeout(this.#timer);
    if (this.#isOver) return;
    // The last answer is older than the act.
    const isOwed = isAct && !hasAsked;
    const next = () => void this.#ask(isOwed ? AT_ONCE_MS : EVERY_MS / 2);
    this.#timer = setTimeout(next, isOwed ? AT_ONCE_MS : EVERY_MS);
  }

  /** Answers whether the server was asked. */
  async #askAlone(within: number): Promise<boolean> {
    const known = knownOf(this.#store.get(KNOWN));
    const now = Date.now();
    // A clock that was set back asks.
    if (known && known.askedAt <= now && now - known.askedAt < within) {
      this.#show(known.count);
      // What is older than the page knows less than its own badges.
      if (known.askedAt > performance.timeOrigin) this.#showBadges(known.badges);
      return false;
    }
    const news = await this.#fetch();
    if (!news) return true;
    const { count, badges } = news;
    this.#store.set(KNOWN, JSON.stringify(knownAfter(news, known, now)));
    this.#show(count);
    this.#showBadges(badges);
    this.#channel.broadcast({ kind: "count", count, badges });
    await this.#notice(newIn(news, known));
    return true;
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
    if (letter.kind === "count") {
      this.#show(letter.count);
      this.#showBadges(letter.badges);
    } else if (letter.kind === "seen") for (const url of letter.urls) this.#seenElsewhere.add(url);
    else {
      const urls = letter.urls.filter(isLookedAt);
      if (urls.length) this.#channel.broadcast({ kind: "seen", urls });
    }
  }

  /** Lists that are open ask again with it: a list and its badge say the same. */
  #showBadges(badges: Known["badges"]): void {
    const own = badges[this.#place.site];
    if (own && drawBadges(own, this.#place.waiting))
      document.body.dispatchEvent(new CustomEvent(LOOK));
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
