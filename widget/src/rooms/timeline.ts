/**
 * Messages in order of `seq`, in groups: a page of history, or ten that came one by one. A view
 * draws a group as one element, and an unchanged message or group keeps its identity, so that the
 * view draws only what changed.
 */

import type { MessageState } from "../protocol/frames.ts";

export const GROUP_SIZE = 10;

export interface Message extends MessageState {
  /** Emoji with which I reacted myself. */
  readonly mine: readonly string[];
}

export interface Group {
  /** Stable while the group lives, also when messages at its ends come and go. */
  readonly key: number;
  readonly messages: readonly Message[];
}

export type Groups = readonly Group[];

export const groupOf = (messages: readonly Message[]): Groups =>
  messages[0] ? [{ key: messages[0].seq, messages }] : [];

/** Where `seq` is or belongs among what is in order; from the end, where most changes happen. */
function indexOf<T>(
  list: readonly T[],
  seq: number,
  seqOf: (one: T) => number | undefined,
): number {
  let index = list.length;
  while (index > 0 && (seqOf(list[index - 1] as T) ?? 0) >= seq) index -= 1;
  return index;
}

/** The group that holds `seq`, or would: the last that begins at or below it. */
const placeOf = (groups: Groups, seq: number): number =>
  Math.max(0, indexOf(groups, seq + 1, ({ messages }) => messages[0]?.seq) - 1);
const placeIn = (messages: readonly Message[], seq: number): number =>
  indexOf(messages, seq, (message) => message.seq);

export function findMessage(groups: Groups, seq: number): Message | undefined {
  const { messages = [] } = groups[placeOf(groups, seq)] ?? {};
  const found = messages[placeIn(messages, seq)];
  return found?.seq === seq ? found : undefined;
}

/** Adds or replaces one message; the caller has decided that it is not older than what is there. */
export function putMessage(groups: Groups, message: Message): Groups {
  const at = placeOf(groups, message.seq);
  const group = groups[at];
  const messages = group?.messages.slice() ?? [];
  const index = placeIn(messages, message.seq);
  const isLast = index === messages.length && at === groups.length - 1;
  if (!group || (isLast && index >= GROUP_SIZE)) return [...groups, ...groupOf([message])];
  messages.splice(index, messages[index]?.seq === message.seq ? 1 : 0, message);
  const changed = groups.slice();
  changed[at] = { ...group, messages };
  return changed;
}
