/** What stands above each message: a day, the "new" line, a name with its time. Pure. */

import type { Message } from "../rooms/timeline.ts";

export interface Row {
  readonly message: Message;
  readonly at: Date;
  readonly isMine: boolean;
  /** Its day begins here. */
  readonly startsDay: boolean;
  /** The first that the visitor has not seen. */
  readonly isFirstNew: boolean;
  /** Show author and time: somebody else, or another minute, than above. */
  readonly hasHead: boolean;
}

export function rowsOf(
  messages: readonly Message[],
  before: Message | undefined,
  me: string | undefined,
  newAfter: number | null,
): readonly Row[] {
  let above = before;
  return messages.map((message) => {
    const { author, seq } = message;
    const at = new Date(message.at);
    const then = new Date(above?.at ?? 0);
    const startsDay = !above || then.toDateString() !== at.toDateString();
    const isFirstNew = newAfter !== null && seq > newAfter && (above?.seq ?? 0) <= newAfter;
    const hasHead =
      startsDay ||
      isFirstNew ||
      above?.author.id !== author.id ||
      above.author.name !== author.name ||
      then.getMinutes() !== at.getMinutes() ||
      then.getHours() !== at.getHours();
    above = message;
    return { message, at, isMine: author.id === me, startsDay, isFirstNew, hasHead };
  });
}

/**
 * The place after which everything is new; null where nothing is. My own messages are never new to
 * me.
 */
export function newLineAfter(
  groups: readonly { readonly messages: readonly Message[] }[],
  seen: number,
  me: string | undefined,
): number | null {
  for (const { messages } of groups)
    for (const { seq, author, deleted } of messages)
      if (seq > seen && author.id !== me && !deleted) return seq - 1;
  return null;
}
