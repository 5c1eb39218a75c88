/**
 * Which language the chat speaks, and in which direction a page is written. Language tags are read
 * here, and nowhere else.
 */

export type Direction = "ltr" | "rtl";

/**
 * The tag as browsers write it, `ar-EG`, also where it was written `ar_EG` or `ar_EG.UTF-8`; null
 * where it is none.
 */
export function languageOf(text: string): string | null {
  try {
    const tag = (text ?? "")
      .trim()
      .replace(/[.@].*/, "")
      .replaceAll("_", "-");
    return new Intl.Locale(tag).toString();
  } catch {
    return null;
  }
}

/** The first that is a language. */
export const chooseLanguage = (...texts: readonly string[]): string =>
  texts.map(languageOf).find(Boolean) ?? "en";

/**
 * Which of our languages is spoken for a tag: `de` for `de-AT`, `pt-BR` for `pt`, `zh-Hans` for
 * `zh-CN`; none for `zh-TW`, whose script is another.
 */
export function spokenFor(tag: string): string | undefined {
  // Most visitors; the browser's list of likely languages takes a slow phone 10 ms to open.
  if (/^en\b/.test(tag)) return "en";
  const { language, script } = new Intl.Locale(tag).maximize();
  if (script === "Hant") return;
  return LANGUAGES.split(" ").find((ours) => ours.startsWith(language));
}

/**
 * The direction of the page, by attribute or style sheet; null where it says nothing, or what
 * everybody says.
 */
export function directionOfPage({ dir }: HTMLElement, styled: string): Direction | null {
  if (dir === "ltr" || dir === "rtl") return dir;
  return styled === "rtl" ? styled : null;
}
