/** What waits for this account, as the server says it, and what of it is new. */

export interface Item {
  readonly key: string;
  /** Notices of one place replace each other. */
  readonly tag: string;
  readonly title: string;
  readonly text: string;
  readonly url: string;
  /** In milliseconds, by the server's clock. */
  readonly at: number;
  readonly has_sound: boolean;
}

/** How much waits in each section of the rail, by the section's name. */
export type Badges = Readonly<Record<string, number>>;

export interface News {
  /** All that waits; `items` are the newest of it. */
  readonly count: number;
  /** By the number of the site. */
  readonly badges: Readonly<Record<string, Badges>>;
  readonly items: readonly Item[];
}

/** What the tabs remember together. It holds nobody's words: it outlives the sign-in. */
export interface Known {
  /** When a tab asked last, by this browser's clock. */
  readonly askedAt: number;
  readonly count: number;
  readonly badges: News["badges"];
  readonly keys: readonly string[];
  /** The newest moment that was ever seen. */
  readonly newest: number;
}

/** Two things that happen at once may come in one answer after the other. */
const OVERLAP_MS = 60_000;
const MOST_COUNTED = 99;

/** With nothing known, as after signing in, what waits is shown and nothing is new. */
export function newIn({ items }: News, known: Known | null): Item[] {
  if (!known) return [];
  return items.filter(({ key, at }) => !known.keys.includes(key) && at > known.newest - OVERLAP_MS);
}

export function knownAfter(news: News, known: Known | null, askedAt: number): Known {
  const { count, badges, items } = news;
  const newest = Math.max(known?.newest ?? 0, ...items.map(({ at }) => at));
  return { askedAt, count, badges, keys: items.map(({ key }) => key), newest };
}

/** The newest of each place; a browser shows so many at once and no more. */
export function shownOf(items: readonly Item[], most: number): Item[] {
  const byTag = new Map<string, Item>();
  for (const item of items) {
    const before = byTag.get(item.tag);
    if (!before || before.at < item.at) byTag.set(item.tag, item);
  }
  return [...byTag.values()].sort((a, b) => b.at - a.at).slice(0, most);
}

/** The title with the count before it, instead of the one that it has. */
export function titled(title: string, count: number): string {
  const plain = title.replace(/^\(\d+\+?\) /, "");
  return count ? `(${counted(count)}) ${plain}` : plain;
}

/** As badges say a number. */
export const counted = (number: number): string =>
  number > MOST_COUNTED ? `${MOST_COUNTED}+` : `${number}`;

export function knownOf(text: string | null): Known | null {
  try {
    const known = JSON.parse(text ?? "") as Partial<Known>;
    const { askedAt, count, badges, keys, newest } = known;
    if (typeof askedAt !== "number" || typeof count !== "number") return null;
    if (typeof newest !== "number" || !Array.isArray(keys)) return null;
    if (typeof badges !== "object" || !badges) return null;
    return { askedAt, count, badges, keys, newest };
  } catch {
    return null;
  }
}
