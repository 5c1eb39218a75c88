/**
 * The owner's look of the launcher: colour, place, picture. What the tag says goes before it, but
 * for a tag with `data-look`: such a tag only carries a copy of an earlier look.
 *
 * The first page takes it with the session. It is kept on this device, where storage is allowed,
 * and the next page has it before anything is asked (returning.ts): until the tag itself changes.
 */

import type { Entry } from "../entry.ts";
import { ownOption } from "../parts/own-option.ts";
import type { Theme } from "../protocol/look.ts";
import type { Store } from "../storage.ts";

const LOOK = "look";
/** embed.js looks for the rooms of heeds.ts; a blank is none of them. */
const HEEDS = "heeds";

/** The look's colour, where it is one and the tag has none of its own. */
export function accentOf(entry: Entry, { accent }: Theme): string | undefined {
  const isOne = typeof accent === "string" && /^#[\da-f]{6}$/i.test(accent);
  return isOne && !ownOption(entry, "accent") ? accent : undefined;
}

/** Where a look says nothing, what embed.js has set stays. */
function move(entry: Entry, { side, offset_x: x, offset_y: y }: Theme): void {
  const { style } = entry.host;
  const was = style.getPropertyValue("--ing-left") ? "left" : "right";
  const isFree = !ownOption(entry, "position");
  const now = isFree && /^(left|right)$/.test(`${side}`) ? (side as string) : was;
  const offset = style.getPropertyValue(`--ing-${was}`);
  style.removeProperty(`--ing-${was}`);
  const isNumber = typeof x === "number" && !ownOption(entry, "offsetX");
  style.setProperty(`--ing-${now}`, isNumber ? `${x}px` : offset);
  if (typeof y === "number" && !ownOption(entry, "offsetY")) style.setProperty("--y", `${y}px`);
}

/** In place of the hearth once it is there: a page may forbid it, or be without a network. */
function hang({ host, button }: Entry, icon = ""): void {
  if (icon === (button.dataset.icon ?? "")) return;
  delete button.dataset.icon;
  if (!icon) return;
  const picture = new Image();
  picture.referrerPolicy = "no-referrer";
  picture.onload = () => {
    host.style.setProperty("--icon", `url(${JSON.stringify(icon)})`);
    button.dataset.icon = icon;
  };
  picture.src = icon;
}

/** `entry` is a bubble's. */
export function drawLauncher(entry: Entry, theme: Theme): void {
  const accent = accentOf(entry, theme);
  if (accent) entry.host.style.setProperty("--ing-accent", accent);
  move(entry, theme);
  hang(entry, theme.icon);
}

/** As text: what the tag says of itself, which tells one tag from another. */
const saidBy = ({ tag }: Entry) => JSON.stringify(tag.dataset);

/** Whether the tag shows it already, so that the next page needs nothing more. */
function isInTag({ tag: { dataset } }: Entry, theme: Theme): boolean {
  const { accent, side = "right", offset_x: x = 20, offset_y: y = 20, label, icon, show } = theme;
  const { position = "bottom-right", offsetX = "20", offsetY = "20" } = dataset;
  const where = [...(show?.devices ?? []), ...(show?.paths ?? [])].join(" ");
  return (
    !icon &&
    (!accent || accent === dataset.accent) &&
    (!label || label === dataset.launcherLabel) &&
    position === `bottom-${side}` &&
    offsetX === `${x}` &&
    offsetY === `${y}` &&
    where === (dataset.show ?? "")
  );
}

export function keepLook(entry: Entry, store: Store, theme: Theme): void {
  if (isInTag(entry, theme)) return store.remove(LOOK);
  const { accent, side, offset_x, offset_y, label, icon, show } = theme;
  const kept = { accent, side, offset_x, offset_y, label, icon, show };
  store.set(LOOK, JSON.stringify({ tag: saidBy(entry), theme: kept }));
  if (!store.get(HEEDS)) store.set(HEEDS, " ");
}

/** What an earlier page has kept; nothing where the tag is another one by now. */
export function keptLook(entry: Entry, store: Store): Theme | null {
  try {
    const { tag, theme } = JSON.parse(store.get(LOOK) as string) as { tag: string; theme: Theme };
    return tag === saidBy(entry) ? theme : null;
  } catch {
    return null;
  }
}
