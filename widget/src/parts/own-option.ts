import type { Entry } from "../entry.ts";

/** What the tag or the place says itself of an option; nothing where it carries a copy. */
export function ownOption({ data, place, tag }: Entry, name: string): string | undefined {
  const said = place?.dataset[name] ?? (tag.dataset.look ? "" : tag.dataset[name]);
  return said && data[name];
}
