/**
 * One instance on the page: opens, closes, switches rooms, and draws the panel anew at most once a frame.
 * Nothing is asked of the server and nothing stored before `open` or `hold`.
 */

import { render } from "preact";
import type { Entry, View } from "../entry.ts";
import { readOptions } from "../options.ts";
import { openSession, type Session, type TransportChoice } from "../session.ts";
import { CHOSEN, type StorageKind } from "../storage.ts";
import { accentTokens } from "./accent.ts";
import type { Composer } from "./composer.tsx";
import { extras } from "./extras.ts";
import { isolate } from "./isolation.ts";
import { chooseLanguage, directionOf, directionOfPage } from "./language.ts";
import { Panel } from "./panel.tsx";
import { addStyles } from "./styles.ts";
import { createTexts, english, loadWords, type Spoken, type Texts } from "./texts.ts";
import { enterDialog, type Leave } from "./top-layer.ts";
import type { Ui } from "./ui.ts";

export interface ChatView extends View {
  readonly entry: Entry;
  /** Server and site: instances with the same share one conversation. */
  readonly key: string;
  readonly root: ShadowRoot;
  readonly panel: HTMLElement;
  /** Where one writes, once it is drawn. */
  readonly composer: { readonly current: Composer | null };
  isOpen(): boolean;
  /** Whether the panel fills the window, as on a phone; the style sheet decides. */
  fills(): boolean;
  room(): string;
  /** Goes online, where it isn't. */
  hold(): Session;
  /** The conversation, where there is one. */
  session(): Session | null;
  /** `opener` is the page's element that was pressed, where there is one. */
  open(takesFocus?: boolean, opener?: Element): Promise<void>;
  close(): void;
  toggle(): void;
  /** What an instance does by itself once its code is there: opens, connects, or nothing. */
  start(): void;
  setRoom(room: string): void;
  /** The visitor wants this room, on the next page too. */
  choose(room: string): void;
  focus(): void;
  /** Puts text where the visitor writes. */
  prefill(text: string): void;
  /** Draws again: something outside of the conversation has changed. */
  refresh(): void;
}

/** Tells the page by a DOM event on the host; false when a listener has forbidden it. */
export function announce(view: ChatView, name: string, detail: object = {}): boolean {
  return view.entry.host.dispatchEvent(
    new CustomEvent(`inglenook:${name}`, {
      bubbles: true,
      composed: true,
      cancelable: true,
      detail: { ...detail, instance: view.entry.id },
    }),
  );
}

const LEAST_INLINE_PX = 300;
const TICK_MS = 500;

export function createView(entry: Entry, opened: (view: ChatView) => void): ChatView {
  const { id, host, button, place, tag } = entry;
  Object.assign(entry.data, readOptions(entry.data));
  const { data } = entry;
  const root = host.shadowRoot as ShadowRoot;
  const html = document.documentElement;
  const panel = document.createElement("div");
  const base = tag.src.replace(/\/[^/]*$/, "");
  const site = data.site as string;
  const isNamed = data.lang !== "auto";
  const lang = isNamed ? (data.lang as string) : chooseLanguage(html.lang, navigator.language);
  const styled = getComputedStyle(html).direction;
  const own = (data.inglenookRoom || data.room || "").replace(/^auto$/, "");
  const remembers = data.open === "remember" && data.storage !== "none";

  const composer: { current: Composer | null } = { current: null };
  let isOpen = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let room = own;
  let words: Spoken | null = null;
  let changed: Readonly<Record<string, string>> | undefined;
  let ui: Ui | null = null;
  let session: Session | null = null;
  let leaveRoom = () => {};
  let leaveDialog: Leave | undefined;
  /** The room that was chosen on an earlier page. */
  let recalled: string | null = null;

  addStyles(root, tag.nonce, WIDGET_CSS);
  if (extras.css) addStyles(root, tag.nonce, extras.css);
  isolate(root);
  const isPage = data.mode === "page";
  const isAlone = data.launcher === "none";
  panel.className = place
    ? "ing inline"
    : `ing dialog${isPage ? " page" : ""}${isAlone ? " alone" : ""}`;
  panel.dataset.theme = data.theme;
  for (const [name, value] of accentTokens(data.accent)) panel.style.setProperty(name, value);

  function schedule(): void {
    // A hidden tab has no frames, but its badge may still be looked at.
    if (!timer)
      timer = document.hidden ? setTimeout(draw, 250) : (requestAnimationFrame(draw) as never);
  }

  function texts(): Texts {
    const file = words ?? english;
    return createTexts(file.lang, () => [
      english.first,
      extras.words,
      file.first,
      file.later,
      changed,
    ]);
  }

  function draw(): void {
    timer = undefined;
    if (!session || !words) return;
    const snapshot = session.snapshot();
    const { connection, site: about, visitor } = snapshot;
    const state = session.room(room);
    // It is gone since.
    if (state?.problem && room === recalled) {
      session.store.remove(CHOSEN);
      return view.setRoom("");
    }
    const me = visitor?.id;
    // The same object while nothing in it changed: drawn messages depend on it.
    if (
      !ui ||
      ui.room !== room ||
      ui.me !== me ||
      about?.texts !== changed ||
      ui.more !== extras.words
    ) {
      changed = about?.texts;
      ui = { session, room, me, t: texts(), data, more: extras.words };
      panel.lang = ui.t.lang;
    }
    button.setAttribute("aria-expanded", `${isOpen}`);
    const pageDir = isNamed ? null : directionOfPage(html, styled);
    const dir = data.dir === "auto" ? (pageDir ?? directionOf(panel.lang)) : (data.dir as string);
    // Set anew, the same value too makes the browser look at everything inside.
    if (panel.dir !== dir) panel.dir = dir;
    panel.hidden = !isOpen;
    const hasFocus = (host.getRootNode() as Document).activeElement === host;
    const held = hasFocus ? (root.activeElement as HTMLElement | null) : null;
    if (connection.stop?.remedy === "hide" && !isOpen && !place) host.hidden = true;
    render(
      isOpen && (
        <Panel
          ui={ui}
          snapshot={snapshot}
          room={state}
          isDialog={!place}
          canSwitch={!own}
          composer={composer}
          onRoom={view.choose}
          onClose={view.close}
        />
      ),
      panel,
    );
    if (isOpen && held && held !== button) keepFocus(held);
    extras.settle?.(view, ui);
    // Countdowns are drawn by the clock, all else when something happens.
    const soon = Math.max(connection.retryAt ?? 0, state?.notBefore ?? 0);
    if (isOpen && soon > Date.now()) setTimeout(schedule, TICK_MS);
  }

  /** What had the focus may be gone, or take none any more: it must not fall out of the chat. */
  function keepFocus(held: HTMLElement): void {
    if (held.isConnected && !held.matches(":disabled")) return;
    if (held.localName === "textarea") return view.focus();
    const next = root.querySelector(".scroller") ?? root.querySelector(".panel button");
    (next as HTMLElement | null)?.focus();
  }

  const view: ChatView = {
    entry,
    key: `${base} ${site}`,
    root,
    panel,
    composer,
    isOpen: () => isOpen,
    fills: () => getComputedStyle(panel).getPropertyValue("--ing-full") !== "",
    room: () => room,
    session: () => session,
    refresh: schedule,
    hold() {
      if (session) return session;
      session = openSession({
        base,
        site,
        storage: data.storage as StorageKind,
        transport: data.transport as TransportChoice,
      });
      session.subscribe(schedule);
      recalled = room ? null : session.store.get(CHOSEN);
      room ||= recalled ?? "";
      leaveRoom = session.join(room);
      session.start();
      void loadWords(lang).then((file) => {
        words = file;
        schedule();
      });
      opened(view);
      return session;
    },
    async open(takesFocus = true, opener) {
      if (!isOpen && announce(view, "open")) {
        isOpen = true;
        host.hidden = false;
        view.hold().setActive(true);
        if (!panel.isConnected) {
          if (place) button.remove();
          root.append(panel);
          if (place && host.clientHeight < LEAST_INLINE_PX)
            host.style.setProperty("--ing-height", "480px");
        }
        panel.hidden = false;
        remember();
        words ??= await loadWords(lang);
        draw();
      }
      if (!takesFocus) return;
      if (!place && isOpen) leaveDialog = enterDialog(host, opener) ?? leaveDialog;
      view.focus();
    },
    close() {
      if (!isOpen || place || !announce(view, "close")) return;
      const hadFocus = panel.contains(root.activeElement);
      isOpen = false;
      session?.setActive(false);
      remember();
      draw();
      if (hadFocus) button.focus();
      leaveDialog?.(hadFocus);
    },
    toggle() {
      if (isOpen) view.close();
      else void view.open();
    },
    start() {
      // A page that is only prepared has no visitor yet.
      if ((document as { readonly prerendering?: boolean }).prerendering)
        document.addEventListener("prerenderingchange", view.start, { once: true });
      else if (data.open === "true" || (place && data.load === "eager") || stored())
        void view.open(false);
      else if (data.load === "eager") view.hold();
    },
    setRoom(next) {
      if (next === room) return;
      room = next;
      if (session) {
        const leaveOld = leaveRoom;
        leaveRoom = session.join(room);
        leaveOld();
      }
      schedule();
      announce(view, "room:change", { room });
    },
    choose(next) {
      view.setRoom(next);
      view.hold().store.set(CHOSEN, next);
    },
    prefill(text) {
      view.hold().store.set(`draft:${room}`, text);
      composer.current?.write(text);
    },
    focus() {
      const field = root.querySelector<HTMLElement>("textarea:not([disabled])");
      (field ?? root.querySelector<HTMLElement>(".scroller, .panel button"))?.focus();
    },
    unmount() {
      announce(view, "destroy");
      isOpen = false;
      leaveDialog?.(false);
      if (ui) extras.settle?.(view, ui);
      render(null, panel);
      session?.close();
      session = null;
      delete entry.view;
    },
  };

  /** Storage may be forbidden; the chat just doesn't remember then. */
  function remember(): void {
    try {
      // On a phone it would hide the next page.
      if (remembers && isOpen && !view.fills()) sessionStorage.setItem(id, "1");
      else sessionStorage.removeItem(id);
    } catch {}
  }

  function stored(): boolean {
    try {
      return remembers && !!sessionStorage.getItem(id);
    } catch {
      return false;
    }
  }
  return view;
}
