/** Whom the visitor does not want to read: known on this device alone, by whoever has it. */

import type { Person } from "../protocol/frames.ts";
import type { Store } from "../storage.ts";

const KEY = "ignored";

export function readIgnored(store: Store): readonly Person[] {
  try {
    const kept: unknown = JSON.parse(store.get(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter(isPerson) : [];
  } catch {
    return [];
  }
}

const isPerson = (one: Partial<Person> | null): one is Person =>
  typeof one?.id === "string" && typeof one.name === "string";

/** The list with or without that person, as it is kept now. */
export function keepIgnored(
  store: Store,
  known: readonly Person[],
  { id, name }: Person,
  isIgnored: boolean,
): readonly Person[] {
  const others = known.filter((one) => one.id !== id);
  const next = isIgnored ? [...others, { id, name }] : others;
  if (next.length) store.set(KEY, JSON.stringify(next));
  else store.remove(KEY);
  return next;
}
