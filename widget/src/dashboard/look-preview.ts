/**
 * The page of the preview: the widget as visitors get it, and here in the server's place what it
 * asks for. The draft comes from the form by a message of the page around, and reaches the widget
 * as the `site` frame that open widgets get. Nothing leaves this page.
 */

import { DEFAULT_LIMITS } from "../protocol/frames.ts";
import type { SiteLook } from "../protocol/look.ts";

const ROOM = "p_preview";
const ME = { id: "v_preview", name: "Amber Otter", role: "visitor" };
const OWN_ORIGIN = new URL(location.href).origin;

const stored = JSON.parse(document.getElementById("look")?.textContent ?? "{}") as SiteLook;
// The path of this page is none of the site's.
let look = { ...stored, theme: { ...stored.theme, show: {} } };

const state = {
  type: "room",
  room: ROOM,
  ...{ rev: 0, name: "", kind: "private", topic: "", announcement: "", slow_s: 0 },
  ...{ locked: false, archived: false, pinned: [], first_seq: 1, gone: false, rules: "" },
  ...{ locked_until: null, read_only_for: "nobody" },
};
const sync = {
  type: "sync",
  room: ROOM,
  ...{ epoch: "preview", head: 0, since: 0, upto: 0, mode: "snapshot", state, messages: [] },
  ...{ more: false, older: false, held: [], seen: 0 },
  may: { send: null, until: null, files: [] },
};

/** Says what a server says to somebody who only looks. */
class PreviewSocket extends EventTarget {
  static open: PreviewSocket | undefined;
  readyState = 0;
  readonly bufferedAmount = 0;
  onopen = () => {};
  onmessage = (_: { readonly data: string }) => {};
  onclose = () => {};

  constructor() {
    super();
    PreviewSocket.open = this;
    setTimeout(() => {
      this.readyState = 1;
      this.onopen();
    });
  }

  say(...frames: readonly object[]): void {
    setTimeout(() => this.onmessage({ data: JSON.stringify(frames) }));
  }

  send(text: string): void {
    const frame = JSON.parse(text) as { readonly type: string; readonly cid?: string };
    const now = new Date().toISOString();
    if (frame.type === "hello") {
      const welcome = { type: "welcome", conn: "preview", now, ping_s: 3600, visitor: ME };
      this.say({ ...welcome, limits: DEFAULT_LIMITS }, sync);
    } else if (frame.type === "join") this.say(sync);
    else if (frame.type === "send")
      this.say({
        ...{ type: "nack", cid: frame.cid, room: ROOM, code: "forbidden", final: true },
        message: "This is a preview.",
      });
  }

  close(): void {
    this.readyState = 3;
  }
}

const answer = () => ({
  ...{ token: "preview", expires_in: 3600, visitor: ME, ws_url: "wss://preview.invalid/" },
  site: { ...look, default_room: ROOM },
  rooms: [{ slug: ROOM, name: "", kind: "private", topic: "", head: 0, unread: 0 }],
  limits: DEFAULT_LIMITS,
});

function draw(): void {
  PreviewSocket.open?.say({ type: "site", ...look, away: null });
}

function start(): void {
  window.fetch = async () => Response.json(answer());
  // A browser may never call a frame idle that is partly out of sight.
  Object.assign(window, { WebSocket: PreviewSocket, requestIdleCallback: null });
  const tag = document.createElement("script");
  Object.assign(tag.dataset, {
    ...{ site: "pk_preview", room: "private", storage: "none", open: "true", look: "preview" },
    lang: document.documentElement.lang,
  });
  tag.src = "/embed.js";
  document.body.append(tag);
}

/** The frame is sandboxed, so the page around is known by its origin and its place. */
addEventListener("message", ({ data, origin, source }) => {
  if (origin !== OWN_ORIGIN || source !== parent) return;
  const { theme, dark } = data as { readonly theme: SiteLook["theme"]; readonly dark: boolean };
  look = { ...look, theme: { ...look.theme, ...theme } };
  document.documentElement.toggleAttribute("data-dark", dark);
  (window as { Inglenook?: { setTheme?: (theme: string) => unknown } }).Inglenook?.setTheme?.(
    dark ? "dark" : "light",
  );
  draw();
});

start();
