/**
 * Messages in order of `seq`, in groups of fifty: a view draws a group as one element, and an
 * unchanged message or group keeps its identity, so that only what changed is drawn again.
 */

import type { MessageState } from "./protocol.ts";

export const GROUP_SIZE = 50;

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

/** The group that holds `seq`, or would: the last that begins at or below it. */
function placeOf(groups: Groups, seq: number): number {
  let low = 0;
  let high = groups.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((groups[middle]?.messages[0]?.seq ?? 0) <= seq) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The index at which `seq` is or belongs; searched from the end, where most changes happen. */
function indexIn(messages: readonly Message[], seq: number): number {
  let index = messages.length;
  while (index > 0 && (messages[index - 1]?.seq ?? 0) >= seq) index -= 1;
  return index;
}

export function findMessage(groups: Groups, seq: number): Message | undefined {
  const messages = groups[placeOf(groups, seq)]?.messages ?? [];
  const found = messages[indexIn(messages, seq)];
  return found?.seq === seq ? found : undefined;
}

/** Adds or replaces one message; the caller has decided that it is not older than what is there. */
export function putMessage(groups: Groups, message: Message): Groups {
  const at = placeOf(groups, message.seq);
  const group = groups[at];
  if (!group) return [{ key: message.seq, messages: [message] }];
  const index = indexIn(group.messages, message.seq);
  const known = group.messages[index]?.seq === message.seq;
  const isLast = at === groups.length - 1 && index === group.messages.length;
  if (isLast && group.messages.length >= GROUP_SIZE)
    return [...groups, { key: message.seq, messages: [message] }];
  const messages = group.messages.slice();
  messages.splice(index, known ? 1 : 0, message);
  const changed = groups.slice();
  changed[at] = { key: group.key, messages };
  return changed;
}

/** Puts an older page in front, as a group of its own. */
export function prependPage(groups: Groups, page: readonly Message[]): Groups {
  const first = page[0];
  return first ? [{ key: first.seq, messages: page }, ...groups] : groups;
}

/** Drops everything below `seq`. */
export function dropBelow(groups: Groups, seq: number): Groups {
  if ((groups[0]?.messages[0]?.seq ?? seq) >= seq) return groups;
  const kept: Group[] = [];
  for (const group of groups) {
    const index = indexIn(group.messages, seq);
    if (index === 0) kept.push(group);
    else if (index < group.messages.length)
      kept.push({ key: group.key, messages: group.messages.slice(index) });
  }
  return kept;
}
