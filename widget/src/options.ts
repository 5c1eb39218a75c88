/**
 * Every option of the tag, in one table: docs/embed.md is generated from it (widget/options-table.mjs), and nothing else
 * knows defaults. An inline room takes the same attributes on its own element, over those of the tag.
 */

import type { StorageKind } from "./storage.ts";
import type { TransportChoice } from "./transport/ladder.ts";

interface Option {
  /** Values that are allowed; absent: any text. */
  readonly values?: readonly string[];
  /** What text must look like. */
  readonly pattern?: RegExp;
  readonly fallback: string;
  /** For the docs only; the build leaves it out. */
  readonly meaning?: string;
}

export const OPTIONS = {
  site: {
    fallback: "",
    meaning: "Your public site key, `pk_…`. The only one that is required.",
  },
  room: {
    fallback: "",
    meaning:
      "The room: a slug, or `private` for the visitor's own line to your team. Empty: the site's default room, with a switcher where the site has several.",
  },
  mode: {
    values: ["bubble", "inline", "page"],
    fallback: "bubble",
    meaning:
      "`bubble` is a launcher in the corner; `inline` draws no launcher, only rooms in `<div data-inglenook-room>`; `page` fills the window once it is open.",
  },
  target: {
    fallback: "[data-inglenook-room]",
    meaning: "A CSS selector of the elements that become inline rooms.",
  },
  open: {
    values: ["remember", "true", "false"],
    fallback: "remember",
    meaning:
      "`true` opens with the page; `remember` opens again on the next page what the visitor left open in this tab (not on a phone); `false` does neither.",
  },
  position: {
    values: ["bottom-right", "bottom-left"],
    fallback: "bottom-right",
    meaning: "The launcher's corner.",
  },
  offsetX: {
    pattern: /^\d{1,4}$/,
    fallback: "20",
    meaning: "Distance from the side, in pixels.",
  },
  offsetY: {
    pattern: /^\d{1,4}$/,
    fallback: "20",
    meaning: "Distance from the bottom, in pixels.",
  },
  zIndex: {
    pattern: /^-?\d{1,10}$/,
    fallback: "2147480000",
    meaning: "Which layer of your page the chat lies in.",
  },
  theme: {
    values: ["auto", "light", "dark"],
    fallback: "auto",
    meaning: "Colours; `auto` follows the visitor's system.",
  },
  accent: {
    pattern: /^#[\da-f]{6}$/i,
    fallback: "",
    meaning:
      "Your colour, as `#rrggbb`; empty: the chat's own. The text on it becomes black or white, whichever can be read better.",
  },
  lang: {
    fallback: "auto",
    meaning:
      "Language of the words: `en`, `de`, `fr`, `es`, `ar`; `auto` takes the page's `<html lang>`, then the browser's. Others fall back to English.",
  },
  dir: {
    values: ["auto", "ltr", "rtl"],
    fallback: "auto",
    meaning: "Direction; `auto` takes the page's `<html dir>`, then that of the language.",
  },
  title: {
    fallback: "",
    meaning: "The headline. Empty: the room's name.",
  },
  placeholder: {
    fallback: "",
    meaning: "The words in the empty field where one writes.",
  },
  launcherLabel: {
    fallback: "",
    meaning: "What the launcher is called for screen readers; the text of an inline room's button.",
  },
  userName: {
    fallback: "",
    meaning: "The visitor's name, where your page knows it. They may still change it.",
  },
  storage: {
    values: ["local", "session", "none"],
    fallback: "local",
    meaning:
      "Where the visitor's token is kept after their first action: for good, for this tab, or not at all.",
  },
  load: {
    values: ["hover", "eager"],
    fallback: "hover",
    meaning:
      "When the chat's code is fetched: as the visitor points at the launcher, or with the page; `eager` also connects, and opens inline rooms.",
  },
  launcher: {
    values: ["bubble", "none"],
    fallback: "bubble",
    meaning: "`none` draws none: any element of yours with `data-inglenook-open` opens the chat.",
  },
  transport: {
    values: ["auto", "ws", "sse", "poll"],
    fallback: "auto",
    meaning:
      "How messages travel. `auto` takes a WebSocket where the visitor's network lets one through, else a stream of events, else polling, and tries the WebSocket again each minute; the others stay with theirs (`sse` may go down to polling).",
  },
  debug: {
    fallback: "false",
    meaning: "Writes what happens to the console, and warns of options it does not know.",
  },
} as const satisfies Record<string, Option>;

export type OptionName = keyof typeof OPTIONS;
type ValueOf<T> = T extends { readonly values: readonly (infer V)[] } ? V : string;
export type Options = { readonly [K in OptionName]: ValueOf<(typeof OPTIONS)[K]> } & {
  readonly storage: StorageKind;
  readonly transport: TransportChoice;
};

const KEBAB = /[A-Z]/g;

/** The attribute of an option: `offsetX` is `data-offset-x`. */
export function attributeOf(name: string): string {
  return `data-${name.replace(KEBAB, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Reads a dataset. What is wrong gets its default, and one sentence through `warn`. */
export function readOptions(
  dataset: Readonly<Record<string, string | undefined>>,
  warn: (sentence: string) => void,
): Options {
  const read: Record<string, string> = {};
  for (const [name, option] of Object.entries<Option>(OPTIONS)) {
    // An attribute without a value, like `data-debug`, means yes.
    const given = dataset[name];
    const value = given === "" && option.fallback === "false" ? "true" : given?.trim();
    const fits = !value || (option.values?.includes(value) ?? option.pattern?.test(value) ?? true);
    if (!fits)
      warn(
        `${attributeOf(name)}="${value}" is not understood; ${option.values ? `it can be ${option.values.join(", ")}` : `an example is "${name === "accent" ? "#a8431f" : option.fallback}"`}. Using "${option.fallback}".`,
      );
    read[name] = (fits && value) || option.fallback;
  }
  if (read.debug !== "false")
    for (const name of Object.keys(dataset))
      if (!(name in OPTIONS) && !/^(inglenook|turbo|astro)/.test(name))
        warn(`${attributeOf(name)} is not an option of Inglenook.`);
  return read as Options;
}
