/** The words of the widget in one language, with what the site's owner changed. */

import { spokenFor } from "../language.ts";
import en from "../strings/en.json";

export type Words = Readonly<Record<string, string>>;
export type Values = Readonly<Record<string, string | number>>;

export interface Texts {
  /** BCP 47, for dates and numbers. */
  readonly lang: string;
  /**
   * A sentence; `{name}` is filled from `values`. With `n` the plural form of that number is taken.
   */
  (key: string, values?: Values): string;
  /** English of a file that came later; words that are known already stay. */
  add(words: Words): void;
}

/**
 * Below a thousand there is nothing to group, and of our languages Arabic alone may have other
 * digits: most chats never load the browser's number formats, which takes 10 ms.
 */
const numberText = (lang: string, value: number): string =>
  value < 1000 && !/^ar|-u-/.test(lang) ? `${value}` : value.toLocaleString(lang);

/** Layers of words, the last one wins: English, the language, the site's own. */
export function createTexts(lang: string, ...layers: readonly (Words | undefined)[]): Texts {
  let known = Object.assign({}, en.words, ...layers) as Words;
  let plural: Intl.PluralRules | undefined;
  const texts = (key: string, values: Values = {}): string => {
    const { n } = values;
    if (typeof n === "number") plural ??= new Intl.PluralRules(lang);
    const form = plural && typeof n === "number" ? known[`${key}.${plural.select(n)}`] : known[key];
    return (form ?? known[`${key}.other`] ?? known[key] ?? "").replace(
      /\{(\w+)\}/g,
      (gap, name: string) => {
        const value = values[name] ?? gap;
        return typeof value === "number" ? numberText(lang, value) : value;
      },
    );
  };
  const add = (words: Words): void => {
    known = { ...words, ...known };
  };
  return Object.assign(texts, { lang, add });
}

/** The owner's sentences in this very language, or in that of ours which is spoken for it. */
export const ownWords = (
  texts: Readonly<Record<string, Words>> | undefined,
  lang: string,
): Words | undefined => texts?.[lang] ?? texts?.[spokenFor(lang) as string];

/** Words, and the language that they are in, with the visitor's region. */
export interface Spoken {
  readonly words: Words;
  readonly lang: string;
  /** Of a language that is written from the right. */
  readonly dir?: "rtl";
}

export const english: Spoken = { ...en, lang: "en" };

/**
 * English is there at once; other languages are a small file each. One that does not come, or that
 * nobody has translated, is no reason not to chat: then dates and direction are English, too.
 */
export async function loadWords(lang: string): Promise<Spoken> {
  const tag = spokenFor(lang);
  if (tag === "en") return { ...en, lang };
  try {
    return tag ? { ...(await import(WORDS_FILE.replace("*", tag))), lang } : english;
  } catch {
    return english;
  }
}
