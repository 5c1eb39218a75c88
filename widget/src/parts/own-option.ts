import type { Entry } from "../entry.ts";

/** What the page, the tag or the place says itself of an option; nothing where it is a copy. */
export function ownOption(entry: Entry, name: string): string | undefined {
  const { changed, data, place, tag } = entry;
  const said =
    changed?.[name] ?? place?.dataset[name] ?? (tag.dataset.look ? "" : tag.dataset[name]);
  return said && data[name];
}
