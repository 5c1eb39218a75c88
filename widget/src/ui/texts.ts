/** The words of the widget in one language, with what the site's owner changed. */

import en from "../strings/en.json";

export type Words = Readonly<Record<string, string>>;
export type Values = Readonly<Record<string, string | number>>;

/** A locale's file: the words of the first sight, and those that more.ts brings. */
export interface WordFile {
  readonly first: Words;
  readonly later?: Words;
}

export interface Texts {
  /** BCP 47, for dates and numbers. */
  readonly lang: string;
  /** A sentence; `{name}` is filled from `values`. With `n` the plural form of that number is taken. */
  (key: string, values?: Values): string;
}

const LOADERS: Readonly<Record<string, () => Promise<{ readonly default: WordFile }>>> = {
  ar: () => import("../strings/ar.json"),
  de: () => import("../strings/de.json"),
  es: () => import("../strings/es.json"),
  fr: () => import("../strings/fr.json"),
};

/** Layers of words, the last one wins: English, the language, more.ts, the site's own. */
export function createTexts(lang: string, layers: () => readonly (Words | undefined)[]): Texts {
  const known = Object.assign({}, ...layers()) as Words;
  // A broken language tag in the page must not stop the chat.
  let plural: Intl.PluralRules;
  try {
    plural = new Intl.PluralRules(lang);
  } catch {
    lang = "en";
    plural = new Intl.PluralRules(lang);
  }
  const texts = (key: string, values: Values = {}): string => {
    const { n } = values;
    const form = typeof n === "number" ? known[`${key}.${plural.select(n)}`] : known[key];
    return (form ?? known[`${key}.other`] ?? known[key] ?? "").replace(
      /\{(\w+)\}/g,
      (gap, name: string) => {
        const value = values[name] ?? gap;
        return typeof value === "number" ? value.toLocaleString(lang) : value;
      },
    );
  };
  return Object.assign(texts, { lang });
}

export const english: WordFile = en;

/** English is there at once; other languages are a small file each. One that does not come is no reason not to chat. */
export async function loadWords(lang: string): Promise<WordFile> {
  try {
    const load = LOADERS[lang.slice(0, 2)];
    return load ? (await load()).default : en;
  } catch {
    return en;
  }
}
