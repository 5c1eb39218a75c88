/** Emoji by their names: `:tad` offers 🎉, and `:tada:` becomes it. */

import type { EmojiFile } from "../feature.ts";
import type { Offer } from "./offer.ts";

const ASKS = /(?:^|[\s(])(:([\w+-]{2,40}))$/u;
const IS_WHOLE = /(?:^|[\s(])(:([\w+-]{2,40}):)$/u;

type Again = () => void;

/** What can be asked by now; the rest comes later, and then calls `again`. */
function namesOf(emoji: EmojiFile, again: Again) {
  const { here } = emoji;
  const names = here?.names();
  // Without it, `:tada:` stays as it is written.
  if (!names)
    emoji
      .fetch()
      .then((file) => file.fetchNames())
      .then(again, () => {});
  return names;
}

export function emojiOffers(before: string, emoji: EmojiFile, again: Again): Offer[] {
  const [, written, sought] = ASKS.exec(before) ?? [];
  if (written === undefined || sought === undefined) return [];
  const found = namesOf(emoji, again)?.find(sought) ?? [];
  return found.map(({ sign, name }) => ({
    key: sign,
    written,
    text: sign,
    view: (
      <>
        <span class="glyph">{sign}</span>
        <span lang="en">:{name}:</span>
      </>
    ),
  }));
}

/** The sign that a name between two colons means. */
export function wholeName(
  before: string,
  emoji: EmojiFile,
  again: Again,
): Pick<Offer, "written" | "text"> | null {
  const [, written, name] = IS_WHOLE.exec(before) ?? [];
  const text = name && namesOf(emoji, again)?.named(name);
  return written && text ? { written, text } : null;
}
