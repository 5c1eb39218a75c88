/**
 * Names after an "@": of those who wrote here, because the server takes only such a name for a
 * mention.
 */

import { Face, isIgnored } from "../../parts/parts.ts";
import type { PartProps } from "../../parts/props.ts";
import type { Author } from "../../protocol/frames.ts";
import type { Offer } from "./offer.ts";

/** What stands before the caret: the sign at the start of a word, and the beginning of a name. */
const ASKS = /(?:^|[\s(])(@([^@\n]{0,40}))$/u;

/** The newest first, each once, by the names they have now. */
function writersIn({ ui, room }: PartProps): Author[] {
  const known = new Map<string, Author>();
  const messages = room?.groups.flatMap((group) => group.messages) ?? [];
  for (const { author } of messages.reverse())
    if (author.id && author.id !== ui.me && author.name && !isIgnored(ui, author.id))
      if (!known.has(author.id)) known.set(author.id, author);
  return [...known.values()];
}

/** One word of the name begins so, or all of it. */
function isLike({ name }: Author, wanted: string): boolean {
  const sought = wanted.toLocaleLowerCase();
  const whole = name.toLocaleLowerCase();
  return whole !== sought && ` ${whole}`.includes(` ${sought}`);
}

export function mentionOffers(from: PartProps, before: string): Offer[] {
  const [, written, sought] = ASKS.exec(before) ?? [];
  if (written === undefined || sought === undefined) return [];
  return writersIn(from)
    .filter((author) => isLike(author, sought))
    .map((author) => ({
      key: author.id ?? "",
      written,
      text: `@${author.name}`,
      view: (
        <>
          <Face {...author} />
          <span dir="auto">{author.name}</span>
        </>
      ),
    }));
}
