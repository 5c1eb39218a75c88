/** Which language an instance speaks, and in which direction: by its options, then by its page. */

import { chooseLanguage, directionOfPage } from "../language.ts";
import type { Dataset } from "../options.ts";
import type { Spoken } from "../parts/texts.ts";

const isNamed = ({ lang }: Dataset): boolean => lang !== "auto";

export const languageFor = (data: Dataset): string =>
  isNamed(data)
    ? (data.lang as string)
    : chooseLanguage(document.documentElement.lang, navigator.language);

/** `styled` is the direction of the page when the chat came. */
export function directionFor(data: Dataset, words: Spoken | null, styled: string): string {
  if (data.dir !== "auto") return data.dir as string;
  const ofPage = isNamed(data) ? null : directionOfPage(document.documentElement, styled);
  return ofPage ?? words?.dir ?? "ltr";
}
