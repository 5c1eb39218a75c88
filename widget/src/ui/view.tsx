/**
 * One instance on the page: opens, closes, switches rooms, and draws the panel anew at most twice a
 * frame. It asks the server for nothing and stores nothing before `open` or `hold`.
 */

import { render } from "preact";
import type { Entry } from "../entry.ts";
import { readOptions } from "../options.ts";
import type { ComposerHandle } from "../parts/props.ts";
import { createTexts, loadWords, ownWords, type Spoken } from "../parts/texts.ts";
import type { Ui } from "../parts/ui.ts";
import type { RoomState } from "../rooms/reduce.ts";
import type { Session, Snapshot, TransportChoice } from "../session/types.ts";
import { CHOSEN, type StorageKind, type Store, storeOfSite } from "../storage.ts";
import { teamStore } from "../team-login.ts";
import { announce, type ChatView } from "./chat-view.ts";
import { DrawSchedule } from "./draw-schedule.ts";
import { bringEngine, engineHere, engineSoon } from "./engine-loader.ts";
import { focusedIn, focusFirst, keepFocus } from "./focus.ts";
import { isolate } from "./isolation.ts";
import { directionFor, languageFor } from "./languages.ts";
import { isLinked } from "./list.tsx";
import { loadingSession } from "./loading-session.ts";
import { focused, modalDialog } from "./modal-dialog.ts";
import { drawOutside } from "./outside.ts";
import { Panel } from "./panel.tsx";
import { appendPanel, createPanel, isOver } from "./panel-frame.ts";
import { rememberOpen, wasLeftOpen } from "./remembered-open.ts";
import { addStyles } from "./styles.ts";
import type { Leave } from "./top-layer.ts";

const TICK_MS = 500;
/** What changes around the messages follows theirs, once they are on the screen. */
const AROUND_MS = 50;

export function createView(entry: Entry, opened: (view: ChatView) => void): ChatView {
  Object.assign(entry.data, readOptions(entry.data));
  return new PanelView(entry, opened);
}

class PanelView implements ChatView {
  readonly entry: Entry;
  readonly key: string;
  readonly root: ShadowRoot;
  readonly panel: HTMLElement;
  readonly composer: { current: ComposerHandle | null } = { current: null };

  readonly #opened: (view: ChatView) => void;
  readonly #base: string;
  readonly #site: string;
  #lang: string;
  /** The direction of the page when the chat came. */
  readonly #pageDirection = getComputedStyle(document.documentElement).direction;
  /** The room that the tag or the place names. */
  readonly #ownRoom: string;
  /** A member of the team's, or the visitor's. */
  #store: Store;
  #isTeam: boolean;
  readonly #loadingSession: Session;
  #isOpen = false;
  #room: string;
  #words: Spoken | null = null;
  #changedTexts: Readonly<Record<string, string>> | undefined;
  #ui: Ui | null = null;
  /** The room as it was drawn last. */
  #drawn: RoomState | null = null;
  #around: ReturnType<typeof setTimeout> | undefined;
  #session: Session | null = null;
  #leaveRoom = () => {};
  #leaveDialog: Leave | undefined;
  /** The room that was chosen on an earlier page. */
  #recalled: string | null = null;
  readonly #schedule = new DrawSchedule(
    () => this.#draw(),
    () => this.#awaitsMessages(),
  );

  constructor(entry: Entry, opened: (view: ChatView) => void) {
    const { host, button, place, tag, data } = entry;
    this.entry = entry;
    this.#opened = opened;
    this.#base = tag.src.replace(/\/[^/]*$/, "");
    this.#site = data.site as string;
    this.key = `${this.#base} ${this.#site}`;
    this.#lang = languageFor(data);
    this.#ownRoom = data.inglenookRoom || data.room || "";
    this.#room = this.#ownRoom;
    const ofTeam = teamStore(data.storage as StorageKind, this.#site);
    this.#isTeam = ofTeam !== null;
    this.#store = ofTeam ?? this.#visitorsStore();
    this.#loadingSession = loadingSession(this.#store);
    this.root = host.shadowRoot as ShadowRoot;
    this.panel = createPanel(entry);
    if (place) host.dataset.inline = "";
    // What embed.js said when this could not be loaded. The button of an inline room has its own
    // words.
    else button.textContent = data.launcherLabel ?? "";
    this.#addStyles(WIDGET_CSS);
    isolate(this.root);
  }

  isOpen(): boolean {
    return this.#isOpen;
  }

  fills(): boolean {
    return getComputedStyle(this.panel).getPropertyValue("--ing-full") !== "";
  }

  room(): string {
    return this.#room;
  }

  session(): Session | null {
    return this.#session;
  }

  hold(): Session {
    const engine = engineHere();
    if (this.#session || !engine) return this.#session ?? this.#loadingSession;
    const transport = this.entry.data.transport as TransportChoice;
    this.#recall();
    const session = engine.openSession({
      base: this.#base,
      site: this.#site,
      store: this.#store,
      isTeam: this.#isTeam,
      transport,
      look: this.entry.data.look,
    });
    this.#session = session;
    session.subscribe(this.refresh);
    this.#leaveRoom = session.join(this.#room);
    session.start();
    void loadWords(this.#lang).then((file) => {
      this.#words = file;
      this.refresh();
    });
    this.#opened(this);
    return session;
  }

  async open(takesFocus = true, opener?: Element): Promise<void> {
    const { host, place } = this.entry;
    if (!this.#isOpen && announce(this, "open")) {
      this.#isOpen = true;
      host.hidden = false;
      if (!this.panel.isConnected) appendPanel(this);
      this.panel.hidden = false;
      this.#recall();
      this.#words ??= await loadWords(this.#lang);
      // The request goes out first, and its answer comes while the panel is drawn.
      if (!engineHere()) await engineSoon();
      // Closed meanwhile.
      if (!this.#isOpen) return;
      this.#goOnline();
      this.#draw();
      // The first look into a storage makes the page wait: it waits with the panel on the screen.
      setTimeout(() => this.#isOpen && this.#remember());
    }
    if (!takesFocus) return;
    if (!place) await this.#enterDialog(opener ?? focused());
    this.focus();
  }

  close(): void {
    const { button, data, place } = this.entry;
    if (!this.#isOpen || place || !announce(this, "close")) return;
    // A window of its own has nothing but the chat (features/drawer/popout.ts).
    if (data.mode === "page" && window.name.startsWith("inglenook-")) window.close();
    const hadFocus = this.panel.contains(this.root.activeElement);
    this.#isOpen = false;
    this.#session?.setActive(false);
    this.#remember();
    this.#draw();
    if (hadFocus) button.focus();
    this.#leaveDialog?.(hadFocus);
  }

  toggle(): void {
    if (this.#isOpen) this.close();
    else void this.open();
  }

  start(): void {
    const { data, place } = this.entry;
    // A page that is only prepared has no visitor yet.
    if ((document as { readonly prerendering?: boolean }).prerendering)
      document.addEventListener("prerenderingchange", () => this.start(), { once: true });
    else if (
      this.#isTeam ||
      data.open === "true" ||
      (place && data.load === "eager") ||
      isLinked(this.#ownRoom) ||
      wasLeftOpen(this.entry)
    )
      void this.open(false);
    else if (data.load === "eager") this.#goOnline();
  }

  setRoom(next: string): void {
    if (next === this.#room) return;
    this.#room = next;
    if (this.#session) {
      const leaveOld = this.#leaveRoom;
      this.#leaveRoom = this.#session.join(next);
      leaveOld();
    }
    this.refresh();
    announce(this, "room:change", { room: next });
  }

  choose(next: string): void {
    this.setRoom(next);
    this.#store.set(CHOSEN, next);
  }

  prefill(text: string): void {
    this.hold();
    this.#store.set(`draft:${this.#room}`, text);
    this.composer.current?.write(text);
  }

  focus(): void {
    focusFirst(this.root, "textarea", ".scroller", "button");
  }

  unmount(): void {
    announce(this, "destroy");
    this.#isOpen = false;
    this.#leaveDialog?.(false);
    if (this.#ui) drawOutside(this, this.#ui);
    render(null, this.panel);
    this.#session?.close();
    this.#session = null;
    delete this.entry.view;
  }

  forget(): void {
    this.#session?.reset();
    for (const key of this.#store.keys("")) this.#store.remove(key);
    this.#session?.close();
    this.#session = null;
    this.#isTeam = false;
    this.#store = this.#visitorsStore();
    if (this.#isOpen) this.#goOnline();
    this.refresh();
  }

  async renew(): Promise<void> {
    const lang = languageFor(this.entry.data);
    this.#lang = lang;
    this.panel.dataset.theme = this.entry.data.theme;
    const words = this.#words && (await loadWords(lang));
    // Another language was asked for meanwhile.
    if (lang !== this.#lang) return;
    this.#words = words;
    this.#ui = null;
    this.refresh();
  }

  readonly refresh = (): void => this.#schedule.changed();

  readonly #draw = (): void => {
    this.#schedule.done();
    // Before the engine is here the panel is drawn all the same.
    const session = this.#session ?? this.#loadingSession;
    if (!this.#words || (!this.#session && !this.panel.isConnected)) return;
    const snapshot = session.snapshot();
    if (this.#isTeam && this.#session && isOver(snapshot, this.#ui?.me)) return this.forget();
    const state = session.room(this.#room);
    if (state?.problem && this.#room === this.#recalled) return this.#forgetRecalled();
    const ui = this.#uiFor(session, snapshot);
    const before = this.#drawn;
    const isBrief =
      this.#isOpen && before?.epoch === state?.epoch && before?.groups !== state?.groups;
    this.#drawn = state;
    if (!isBrief) this.#drawFrame(snapshot);
    const held = focusedIn(this.entry.host);
    this.#render(ui, snapshot, state, isBrief);
    if (this.#isOpen && held && held !== this.entry.button) keepFocus(this, held);
    if (isBrief) {
      this.#around ??= setTimeout(this.#draw, AROUND_MS);
      return;
    }
    this.#around = void clearTimeout(this.#around);
    drawOutside(this, ui);
    // Countdowns are drawn by the clock, all else when something happens.
    const soon = Math.max(snapshot.connection.retryAt ?? 0, state?.notBefore ?? 0);
    if (this.#isOpen && soon > Date.now()) setTimeout(this.refresh, TICK_MS);
  };

  /** Whether the panel is drawn with its session, and its first messages are on their way. */
  #awaitsMessages(): boolean {
    const session = this.#session;
    if (!session || this.#ui?.session !== session || !this.#isOpen) return false;
    const room = session.room(this.#room);
    if (room?.epoch || room?.problem || room?.pending.length) return false;
    return /^(connecting|online)$/.test(session.snapshot().connection.status);
  }

  /** The same object while nothing in it changed: drawn messages depend on it. */
  #uiFor(session: Session, { site, visitor, ignored }: Snapshot): Ui {
    const { data, words: ofPage } = this.entry;
    const me = visitor?.id;
    const room = this.#room;
    const known = this.#ui;
    const changed = ownWords(site?.texts, this.#lang);
    if (
      known?.room === room &&
      known.me === me &&
      known.session === session &&
      known.ignored === ignored &&
      changed === this.#changedTexts
    )
      return known;
    this.#changedTexts = changed;
    const { lang, words } = this.#words as Spoken;
    const t = createTexts(lang, words, changed, ofPage);
    const team = this.#isTeam ? { leave: () => session.reset() } : null;
    const { root, refresh } = this;
    const tools = { addStyles: this.#addStyles, refresh, announce: announce.bind(null, this) };
    this.#ui = { session, room, me, ignored, t, data, root, team, ...tools };
    // Set anew, the same value too makes the browser look at everything inside.
    if (this.panel.lang !== lang) this.panel.lang = lang;
    return this.#ui;
  }

  /** What the panel and its button say about themselves. */
  #drawFrame({ connection }: Snapshot): void {
    const { button, data, host, place } = this.entry;
    const { panel } = this;
    button.setAttribute("aria-expanded", `${this.#isOpen}`);
    const dir = directionFor(data, this.#words, this.#pageDirection);
    // Set anew, the same value too makes the browser look at everything inside.
    if (panel.dir !== dir) panel.dir = dir;
    panel.hidden = !this.#isOpen;
    if (connection.stop?.remedy === "hide" && !this.#isOpen && !place) host.hidden = true;
  }

  #render(ui: Ui, snapshot: Snapshot, room: RoomState | null, isBrief: boolean): void {
    render(
      this.#isOpen && (
        <Panel
          ui={ui}
          snapshot={snapshot}
          room={room}
          isBrief={isBrief}
          isDialog={!this.entry.place}
          canSwitch={!this.#ownRoom}
          composer={this.composer}
          onRoom={this.#onRoom}
          onClose={this.#onClose}
        />
      ),
      this.panel,
    );
  }

  readonly #addStyles = (css: string): void => addStyles(this.root, this.entry.tag.nonce, css);
  readonly #onRoom = (room: string): void => this.choose(room);
  readonly #onClose = (): void => this.close();

  /** The room that was chosen on an earlier page, where this instance names none. */
  #recall(): void {
    if (this.#room || this.#session) return;
    this.#recalled = this.#store.get(CHOSEN);
    this.#room = this.#recalled ?? "";
  }

  /** The room is gone since. */
  #forgetRecalled(): void {
    this.#store.remove(CHOSEN);
    this.setRoom("");
  }

  /** At once where the engine is here. */
  #goOnline(): void {
    if (engineHere()) this.hold().setActive(this.#isOpen);
    else void bringEngine(this.refresh).then(() => this.entry.view === this && this.#goOnline());
  }

  /** Few pages have one open; its file comes when it is needed. */
  async #enterDialog(opener: Element | null): Promise<void> {
    const { host } = this.entry;
    const dialog = modalDialog(opener);
    if (!dialog || dialog.contains(host)) return;
    const { enterDialog } = await import("./top-layer.ts");
    if (this.#isOpen) this.#leaveDialog = enterDialog(host, opener, dialog);
  }

  /** On a phone, a chat that is open would hide the next page. */
  #remember(): void {
    rememberOpen(this.entry, this.#visitorsStore(), this.#isOpen && !this.fills());
  }

  #visitorsStore(): Store {
    return storeOfSite(this.entry.data.storage as StorageKind, this.#site);
  }
}
