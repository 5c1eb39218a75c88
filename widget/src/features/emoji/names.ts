/**
 * The names of emoji, which are a file of their own: scripts/emoji_names.py makes it. A row is
 * `👍~ thumbs_up +1 thumbsup/yes ok`: the emoji, "~" where it may have a skin tone, its names, and
 * words that find it. `[nature 🐻` begins a category.
 */

import { LazyFile } from "../../parts/parts.ts";
import type { EmojiNames } from "../feature.ts";

export interface Named {
  readonly sign: string;
  readonly hasTones: boolean;
  /** The first is what it is called. */
  readonly names: readonly string[];
  readonly words: readonly string[];
}

export interface Category {
  readonly name: string;
  /** On its tab. */
  readonly sign: string;
  readonly signs: readonly Named[];
}

export interface Table {
  readonly categories: readonly Category[];
  readonly byName: ReadonlyMap<string, Named>;
}

const MOST_FOUND = 60;

function readRow(row: string): Named {
  const at = row.indexOf(" ");
  const [names = "", words = ""] = row.slice(at + 1).split("/");
  const hasTones = row[at - 1] === "~";
  return {
    sign: row.slice(0, hasTones ? at - 1 : at),
    hasTones,
    names: names.split(" "),
    words: words.split(" ").filter(Boolean),
  };
}

export function readTable(rows: readonly string[]): Table {
  const categories: (Category & { readonly signs: Named[] })[] = [];
  const byName = new Map<string, Named>();
  for (const row of rows) {
    if (row.startsWith("[")) {
      const [name = "", sign = ""] = row.slice(1).split(" ");
      categories.push({ name, sign, signs: [] });
      continue;
    }
    const named = readRow(row);
    categories.at(-1)?.signs.push(named);
    for (const name of named.names) if (!byName.has(name)) byName.set(name, named);
  }
  return { categories, byName };
}

/**
 * How well it answers, 0 best; nothing where it does not. Every word that is sought begins a word
 * of one of its names, or one of the words that find it.
 */
function rank({ names, words }: Named, sought: string): number | undefined {
  if (names.includes(sought)) return 0;
  if (names.some((name) => name.startsWith(sought))) return 1;
  if (words.includes(sought)) return 2;
  const all = [...names.flatMap((name) => name.split("_")), ...words];
  const answers = (part: string) => all.some((word) => word.startsWith(part));
  return sought.split("_").every(answers) ? 3 : undefined;
}

/** The shortest name by which it was found, or else what it is called. */
const answerOf = ({ names }: Named, sought: string): string =>
  names
    .filter((name) => name.startsWith(sought))
    .sort((one, other) => one.length - other.length)[0] ?? (names[0] as string);

export interface Found extends Named {
  readonly name: string;
}

export function findIn({ categories }: Table, text: string): Found[] {
  const sought = text.toLowerCase().trim().replace(/\s+/g, "_");
  if (!sought) return [];
  const ranks: Found[][] = [[], [], [], []];
  for (const { signs } of categories)
    for (const named of signs) {
      const place = rank(named, sought);
      if (place !== undefined) ranks[place]?.push({ ...named, name: answerOf(named, sought) });
    }
  // Of names that begin so, the one that is almost written is meant.
  ranks[1]?.sort((one, other) => one.name.length - other.name.length);
  return ranks.flat().slice(0, MOST_FOUND);
}

/** With the variation selector a tone would be a second sign. */
export function toned({ sign, hasTones }: Pick<Named, "sign" | "hasTones">, tone: string): string {
  if (!tone || !hasTones) return sign;
  const [first = "", ...rest] = sign;
  if (rest[0] === "\uFE0F") rest.shift();
  return first + tone + rest.join("");
}

let table: Table | null = null;

const file = new LazyFile(async () => {
  const { rows } = await import("./names.json");
  table = readTable(rows);
  return table;
});

export const fetchNames = (): Promise<Table> => file.fetch();
export const tableHere = (): Table | null => table;

export const names: EmojiNames["names"] = () => {
  const known = table;
  return (
    known && {
      find: (text) => findIn(known, text),
      named: (name) => known.byName.get(name.toLowerCase())?.sign,
    }
  );
};
