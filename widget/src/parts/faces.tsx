/**
 * Who speaks, at a glance: initials in the colour of a person, and an arch for the team. Screen
 * readers get the name, which stands beside each face as text.
 */

import type { Author } from "../protocol/frames.ts";

export const isTeam = ({ role }: { readonly role?: string }): boolean =>
  /^(mod|own)/.test(role ?? "");

/** One of eight, by the id: the same on every page, as the workspace counts it. */
export const voiceOf = (id: string | null): string =>
  `v${[...(id ?? "")].reduce((sum, sign) => sum + sign.charCodeAt(0), 0) % 8}`;

/** Two letters of a name of two words or more, else one; a dot where there is no letter. */
export function initials(name: string): string {
  const words = name.match(/[\p{L}\p{M}\p{N}]+/gu) ?? ["·"];
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words;
  return ends
    .map((word) => [...(word as string)][0])
    .join("")
    .toUpperCase();
}

export function Face({ id, name, role }: Pick<Author, "id" | "name"> & Partial<Author>) {
  const team = isTeam({ role: role ?? "" });
  return (
    <span class={`face ${team ? "arch" : voiceOf(id)}`} aria-hidden="true" translate={false}>
      <span>{team ? [...initials(name)][0] : initials(name)}</span>
    </span>
  );
}
