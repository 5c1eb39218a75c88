/**
 * What the server keeps for its author alone stands among the others as if it were sent: after the
 * last message that is not later. It has no number of its own.
 */

import type { Pending } from "../rooms/reduce.ts";
import type { Message } from "../rooms/timeline.ts";

/** A group's messages with mine that belong between its first and the next group's. */
export function withSent(
  messages: readonly Message[],
  sent: readonly Pending[],
  me: string,
): readonly Message[] {
  const all = [...messages];
  for (const [index, { at, cid, body, entities, reply_to, attachments }] of sent.entries()) {
    let place = all.length;
    while (place > 0 && Date.parse((all[place - 1] as Message).at) > at) place -= 1;
    const beside = all[Math.max(0, place - 1)] as Message;
    const seq = beside.seq - (place ? 0 : 1) + (index + 1) / 1024;
    const author = { id: me, name: "", role: "visitor", avatar: null } as const;
    all.splice(place, 0, {
      ...{ ...beside, cid, author, body, entities, reply_to, attachments },
      ...{ rev: 0, seq, at: new Date(at).toISOString() },
      ...{ edited_at: null, deleted: null, reactions: {}, mine: [] },
    });
  }
  return all;
}

/**
 * Those that belong to a group: not before its first message, and before the next group's. Without
 * a `first` nothing stands above the group.
 */
export function sentWithin(
  sent: readonly Pending[],
  first: Message | undefined,
  next: Message | undefined,
): readonly Pending[] {
  const from = first ? Date.parse(first.at) : 0;
  return sent.filter(({ at }) => at >= from && !(next && at >= Date.parse(next.at)));
}
