/**
 * The chat in a window of its own: a page that fills the window, with the tag of this page.
 *
 *   a press ─► the page as a text ─► `blob:` of this very origin ─► window.open ─► the panel closes
 *
 * The window has the origin of the page that opened it, so it finds the visitor in the same
 * storage, and is one more tab of theirs: messages, drafts and read marks are in step as between
 * any two tabs. No token is handed over, and the address names nobody. The window also inherits the
 * page's Content-Security-Policy, and needs no more of it than the page does.
 */

import type { Entry, Registry, Tag } from "../../entry.ts";
import type { PartProps } from "../../parts/props.ts";
import type { Ui } from "../../parts/ui.ts";

/** ui/view.ts closes a window with such a name by the panel's own button. */
const WINDOW = "inglenook-";
const SIZE = "popup,width=400,height=680";
/** What the page of a window says itself. `data-room` is not there where rooms are changed. */
const OWN = { mode: "page", open: "true", launcher: "none", load: "hover", show: "" };
/** What belongs to the place on the other page. */
const LEFT_OUT = /^(room|inglenookRoom|target|launcherLabel|position|offset.|zIndex)$/;
/** The room of a page has another address here. */
const OF_THE_PAGE = "auto";

/**
 * Not where the chat fills the window already, as on a phone, nor where nothing is stored that a
 * window could find, nor for the team, whose login is this tab's.
 */
export function canPopOut({ root, team, data }: Ui): boolean {
  const panel = root.querySelector(".panel");
  const fills = panel && getComputedStyle(panel).getPropertyValue("--ing-full");
  return !fills && !team && data.storage !== "none";
}

/** False where the browser allows no window. */
export function popOut(props: PartProps): boolean {
  const { ui, title, room, canSwitch, onRoom } = props;
  const slug = room?.info?.kind === "private" ? "private" : (room?.room ?? ui.room);
  const shown = canSwitch || ui.room === OF_THE_PAGE ? slug : ui.room;
  carryDraft(ui, shown);
  // What was chosen last is what a chat with several rooms begins with.
  if (canSwitch) onRoom(shown);
  const registry = window.Inglenook as Registry;
  const { tag, id } = registry.all.find(({ host }) => host === ui.root.host) as Entry;
  const options = {
    ...Object.fromEntries(Object.entries(ui.data).filter(([name]) => !LEFT_OUT.test(name))),
    theme: themeOf(ui),
    ...OWN,
    ...(!canSwitch && { room: shown }),
  };
  const page = new Blob([pageOf(tag, options, title)], { type: "text/html" });
  const opened = window.open(URL.createObjectURL(page), WINDOW + ui.data.site, SIZE);
  opened?.focus();
  if (opened) registry("close", id);
  return Boolean(opened);
}

/** What stands in the field goes along, also where the room has another name there. */
function carryDraft({ session: { store }, room }: Ui, shown: string): void {
  const draft = store.get(`draft:${room}`);
  if (!draft || room === shown) return;
  store.set(`draft:${shown}`, draft);
  store.remove(`draft:${room}`);
}

/** As the page has changed it since. */
const themeOf = ({ root, data }: Ui): string | undefined =>
  root.querySelector<HTMLElement>(".ing")?.dataset.theme ?? data.theme;

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

const attribute = (name: string): string =>
  `data-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** `options` as the tag has them, by their names in JavaScript. */
export function pageOf(
  { src, nonce }: Pick<Tag, "src" | "nonce">,
  options: Readonly<Record<string, string | undefined>>,
  title: string,
): string {
  const { lang, dir } = document.documentElement;
  const said = Object.entries(options).map(([name, value]) => [attribute(name), value] as const);
  const attributes = [["src", src] as const, ["nonce", nonce] as const, ...said]
    .filter(([, value]) => value)
    .map(([name, value]) => `${name}="${escaped(value as string)}"`);
  return [
    `<!doctype html><html lang="${escaped(lang)}" dir="${escaped(dir)}"><head>`,
    '<meta charset="utf-8"><meta name="color-scheme" content="light dark">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(title)}</title></head>`,
    `<body><script async ${attributes.join(" ")}></script></body></html>`,
  ].join("\n");
}
