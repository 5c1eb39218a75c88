/**
 * Where the launcher is shown: on which pages, and on which devices. The owner says so in the look,
 * or in words of the tag: `data-show="phone /blog/* /help"`.
 */

import type { Show } from "../protocol/look.ts";

/** Where an open panel fills the window (styles.css). */
const PHONE = "(max-width: 480px), (max-height: 420px)";
const LOOK_EVERY_MS = 1000;

/** Words of the tag; those that begin with a slash are paths. */
export function showOf(text: string | undefined): Show {
  const words = text?.match(/\S+/g) ?? [];
  return {
    paths: words.filter((word) => word.startsWith("/")),
    devices: words.filter((word) => !word.startsWith("/")),
  };
}

/** `*` stands for any characters. Each part is looked for once: no pattern takes long. */
function isLike(path: string, pattern: string): boolean {
  const parts = pattern.split("*");
  const first = parts.shift() as string;
  const last = parts.pop();
  if (last === undefined) return path === first;
  if (!path.startsWith(first)) return false;
  let at = first.length;
  for (const part of parts) {
    const found = path.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return path.length - last.length >= at && path.endsWith(last);
}

/** As people write them: `/über/*`. */
function readable(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

export function isShown({ paths = [], devices = [] }: Show = {}): boolean {
  const path = location.pathname;
  const isHere = (pattern: string) => isLike(path, pattern) || isLike(readable(path), pattern);
  const device = matchMedia(PHONE).matches ? "phone" : "desktop";
  return (!devices.length || devices.includes(device)) && (!paths.length || paths.some(isHere));
}

/**
 * Calls when the page has another path or the window another shape, until `call` says false. Where
 * the browser does not tell of a path (https://caniuse.com/mdn-api_navigation), it is looked at
 * each second.
 */
export function onMove(call: () => boolean): void {
  const media = matchMedia(PHONE);
  const { navigation } = window as { readonly navigation?: EventTarget };
  let timer: ReturnType<typeof setInterval> | undefined;
  let path = location.pathname;
  const moved = () => {
    if (call()) return;
    clearInterval(timer);
    media.removeEventListener("change", moved);
    navigation?.removeEventListener("currententrychange", moved);
  };
  media.addEventListener("change", moved);
  if (navigation) navigation.addEventListener("currententrychange", moved);
  else
    timer = setInterval(() => {
      if (path === location.pathname) return;
      path = location.pathname;
      moved();
    }, LOOK_EVERY_MS);
}
