/**
 * Every option of the tag, in one table: what is allowed, what a text means, and the default. It is
 * read once, here, as the chat comes to life; by the same rules the console says what was not
 * understood (complaints.ts). embed.js, which draws the launcher before that, reads those it
 * needs alike. docs/embed.md has the table (widget/options-table.mjs). An inline room takes the
 * same attributes on its own element, over those of the tag.
 */

import { languageOf } from "./language.ts";

interface Option {
  /** Values that are allowed; absent: any text. */
  readonly values?: readonly string[];
  /** What a text means; nothing where it is not understood. */
  readonly read?: (text: string) => string | null | undefined;
  readonly fallback: string;
  /** For the docs only; the build leaves it out. */
  readonly meaning?: string;
}

const matching = (pattern: RegExp) => (text: string) => pattern.exec(text)?.[0];
const pixels = matching(/^\d{1,4}(?= ?(?:px)?$)/);

function selector(text: string): string | null {
  try {
    document.querySelector(text);
    return text;
  } catch {
    return null;
  }
}

export const OPTIONS = {
  site: {
    fallback: "",
    meaning: "Your public site key, `pk_…`. The only one that is required.",
  },
  room: {
    fallback: "",
    meaning:
      "The room: a slug, `private` for the visitor's own line to your team, or `auto` for a room of the page itself, where the site allows its address. Empty: the site's default room, with a switcher where the site has several.",
  },
  mode: {
    values: ["bubble", "inline", "page"],
    fallback: "bubble",
    meaning:
      "`bubble` is a launcher in the corner; `inline` draws no launcher, only rooms in `<div data-inglenook-room>`; `page` fills the window once it is open.",
  },
  target: {
    read: selector,
    fallback: "[data-inglenook-room]",
    meaning:
      "A CSS selector of the elements that become inline rooms, also within open shadow roots of your page.",
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
    meaning:
      "The corner of the window where the launcher stands and the panel opens, on right-to-left pages too.",
  },
  offsetX: {
    read: pixels,
    fallback: "20",
    meaning: "Distance from that side of the window, in pixels: `20` or `20px`.",
  },
  offsetY: {
    read: pixels,
    fallback: "20",
    meaning: "Distance from the bottom of the window, in pixels.",
  },
  zIndex: {
    read: matching(/^-?\d{1,10}$/),
    fallback: "2147480000",
    meaning: "Which layer of your page the chat lies in.",
  },
  theme: {
    values: ["auto", "light", "dark"],
    fallback: "auto",
    meaning: "Colours; `auto` follows the visitor's system.",
  },
  accent: {
    read: matching(/^#[\da-f]{6}$/i),
    fallback: "",
    meaning:
      "Your colour, as `#rrggbb`; empty: the chat's own. The text on it becomes black or white, whichever can be read better.",
  },
  look: {
    fallback: "",
    meaning:
      "Which look of the dashboard the tag carries a copy of; Install writes it. With it the dashboard's look goes before the tag's.",
  },
  lang: {
    read: (text) => (text === "auto" ? text : languageOf(text)),
    fallback: "auto",
    meaning:
      "Language of words and dates, with or without a region (`de-AT`, `ar_EG`): one of those [below](#words). `auto` takes the page's `<html lang>`, then the browser's. Others fall back to English.",
  },
  dir: {
    values: ["auto", "ltr", "rtl"],
    fallback: "auto",
    meaning:
      "Direction of the text; `auto` is that of `data-lang` where it names a language, else the page's, else that of the language. It does not move the corner.",
  },
  title: {
    fallback: "",
    meaning: "The headline. Empty: the room's name.",
  },
  placeholder: {
    fallback: "",
    meaning: "The words in the empty field where one writes, on one line.",
  },
  launcherLabel: {
    fallback: "",
    meaning:
      "The words on the launcher, which is a disc without any; the words on an inline room's button.",
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
  consent: {
    values: ["ask", "granted", "none"],
    fallback: "ask",
    meaning:
      "What the site asks everybody to agree to (Settings, Rules and consent): `ask` asks it before a visitor writes; `granted`: they have agreed on your page; `none`: your page needs no consent.",
  },
  load: {
    values: ["hover", "eager"],
    fallback: "hover",
    meaning:
      "When the chat's code is fetched: as the visitor points at the launcher, or with the page; `eager` also connects, and opens inline rooms.",
  },
  show: {
    fallback: "",
    meaning:
      "Where the launcher is shown: `phone` or `desktop`, and paths such as `/blog/*`, with blanks between; `*` stands for any characters. Empty: everywhere. Links and inline rooms open the chat on every page.",
  },
  notify: {
    fallback: "",
    meaning:
      "How the visitor learns of an answer: some of `title` (the count before the page's title), `icon` (a dot on its icon), `card` (beside the launcher while the chat is closed), `alert` (the offer of a notification of the browser), `mail` (the card that takes an e-mail address) and `sound`, with blanks between; `none`: not at all. Empty: all but the sound, which each visitor may switch on; the icon only where the page shows `data:` pictures itself.",
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
  trackUrl: {
    values: ["auto", "true", "false"],
    fallback: "auto",
    meaning:
      "Whether the open chat gives this page's address and title to your team. It needs the switch in Settings, which is off until you press it; `false` keeps them all the same.",
  },
  debug: {
    fallback: "false",
    meaning: "Writes what happens to the console, and warns of options it does not know.",
  },
} as const satisfies Record<string, Option>;

type OptionName = keyof typeof OPTIONS;
export type Dataset = Readonly<Record<string, string | undefined>>;

const KEBAB = /[A-Z]/g;

/** The attribute of an option: `offsetX` is `data-offset-x`. */
export function attributeOf(name: string): string {
  return `data-${name.replace(KEBAB, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** What a text means for an option; nothing where it is not understood. */
export function meaningOf(name: string, text: string): string | null | undefined {
  const { values, read } = OPTIONS[name as OptionName] as Option;
  if (values) return values.find((value) => value === text);
  return read ? read(text) : text;
}

/**
 * A tag's or place's dataset with the options as they count: what is not understood has the
 * default.
 */
export function readOptions(dataset: Dataset): Dataset {
  const data = { ...dataset };
  for (const [name, { fallback }] of Object.entries<Option>(OPTIONS)) {
    const text = data[name]?.trim();
    data[name] = (text && meaningOf(name, text)) || fallback;
  }
  return data;
}
