/**
 * What stands around each message: a day, the "new" line, a name with its time, or how my own
 * stands. Pure.
 */

import type { Pending } from "../rooms/reduce.ts";
import type { Message } from "../rooms/timeline.ts";

export interface Row {
  readonly message: Message;
  readonly at: Date;
  readonly isMine: boolean;
  /** Its day begins here. */
  readonly startsDay: boolean;
  /** The first that the visitor has not seen. */
  readonly isFirstNew: boolean;
  /** Show author and time: somebody else than above, or a while later. */
  readonly hasHead: boolean;
  /** The next one begins anew, or there is none: how my own stands is said here. */
  readonly isLast: boolean;
}

/** What the server keeps for its author alone, who shall take it for sent. */
export const shownAsSent = ({ status, asSent }: Pending): boolean => !!asSent && status === "held";

/** What follows within this time belongs to what stands above it. */
const TOGETHER_MS = 5 * 60_000;

/** Whether one that stands right below another goes on with it. */
function goesOn(above: Message | undefined, { author, at }: Message): boolean {
  if (!above || above.author.id !== author.id || above.author.name !== author.name) return false;
  const [then, now] = [new Date(above.at), new Date(at)];
  return +now - +then < TOGETHER_MS && then.getDate() === now.getDate();
}

/** `before` and `after` are the messages around these. */
export function rowsOf(
  messages: readonly Message[],
  before: Message | undefined,
  me: string | undefined,
  newAfter: number | null,
  after?: Message,
): readonly Row[] {
  return messages.map((message, index) => {
    const above = index ? messages[index - 1] : before;
    const below = messages[index + 1] ?? after;
    const at = new Date(message.at);
    const startsDay = new Date(above?.at ?? 0).toDateString() !== at.toDateString();
    const isFirst = ({ seq }: Message, over: Message | undefined) =>
      newAfter !== null && seq > newAfter && (over?.seq ?? 0) <= newAfter;
    const isFirstNew = isFirst(message, above);
    const hasHead = isFirstNew || !goesOn(above, message);
    const isLast = !below || isFirst(below, message) || !goesOn(message, below);
    const isMine = message.author.id === me;
    return { message, at, isMine, startsDay, isFirstNew, hasHead, isLast };
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
