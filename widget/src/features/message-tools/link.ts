/**
 * Links to messages. Of a page with the chat it is the page's own address, with the room and the
 * message as its fragment: `#ing-m41-lobby`. embed.js wakes the chat by it, and the panel opens.
 * A page that has a fragment of its own keeps it, and a window of the chat's own has no address:
 * then the link leads to the room's page on the chat's server.
 */

import type { PartProps } from "../../parts/props.ts";
import type { RoomState } from "../../rooms/reduce.ts";

const FRAGMENT = /^#ing-m(\d{1,15})-([\w-]+)$/;
/** The room that belongs to the page has another slug on each. */
const OF_THE_PAGE = "auto";

interface Linked {
  readonly seq: number;
  readonly room: string;
}

let followed = location.hash;
/** Where the visitor was sent, until somebody took them there. */
let wanted = readLink(followed);
/** Whether its room was asked for. */
let hasAsked = false;

function readLink(hash: string): Linked | null {
  const [, seq, room] = FRAGMENT.exec(hash) ?? [];
  return seq && room ? { seq: Number(seq), room } : null;
}

/** `files`: where the widget's own files are. */
export function linkTo(
  { ui }: Pick<PartProps, "ui">,
  { room }: RoomState,
  seq: number,
  page = location,
  files = import.meta.url,
): string {
  const { protocol, origin, pathname, search, hash } = page;
  const isOwn = FRAGMENT.test(hash);
  if (/^http/.test(protocol) && (!hash || isOwn)) {
    const name = ui.room === OF_THE_PAGE ? OF_THE_PAGE : room;
    return `${origin}${pathname}${search}#ing-m${seq}-${name}`;
  }
  const path = `../s/${ui.data.site}/r/${room}/?before=${seq + 1}#m-${seq}`;
  return new URL(path, files).href;
}

/** Follows a link that is pasted into the address of a page that is open already. */
export function onLink(follow: () => void, signal: AbortSignal): void {
  const read = () => {
    // Each chat of the page gets the event.
    if (location.hash !== followed) {
      followed = location.hash;
      wanted = readLink(followed);
      hasAsked = false;
    }
    follow();
  };
  addEventListener("hashchange", read, { signal });
}

/**
 * The message of this room that a link names: once, when the room is here. A chat that may show
 * other rooms changes to the one that is meant.
 */
export function linkedMessage({ ui, room, snapshot, canSwitch, onRoom }: PartProps): number {
  if (!wanted || !room?.epoch) return 0;
  const { seq, room: name } = wanted;
  if (name === ui.room || name === room.room) {
    wanted = null;
    return seq;
  }
  if (canSwitch && !hasAsked && snapshot.rooms.some(({ slug }) => slug === name)) {
    hasAsked = true;
    onRoom(name);
  }
  return 0;
}
