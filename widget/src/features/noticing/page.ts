/**
 * What is noticed on one page, of all its instances: drawn anew whenever one of them is.
 *
 *   an instance is drawn ─► what is unread ─► launcher, title, icon; what is read by now goes
 *   a message comes ─► is it for the visitor? ─► one tab of all (one-tab.ts) ─► card, sound, alert
 */

import { plainText } from "../../parts/parts.ts";
import type { Ui } from "../../parts/ui.ts";
import type { Session } from "../../session/types.ts";
import { showAlert } from "./alerts.ts";
import { isForVisitor, isNamedUnread, messageAt, unreadAnswer, waitingMessage } from "./answers.ts";
import { Card } from "./card.tsx";
import { chime, prepareSound } from "./chime.ts";
import { Icon } from "./icon.ts";
import styles from "./noticing.css";
import { isTheOne } from "./one-tab.ts";
import { Title } from "./title.ts";
import type { Answer, NoticedView } from "./types.ts";
import { forgetWaiting, noteLeaving } from "./waiting.ts";
import { isAllowed, isNamed, isSoundOn, isTold, type Way } from "./words.ts";

const MOST = 99;
/** What a notification shows of a message. */
const ALERT_CHARS = 120;
/** What came so lately while this file was loading is told like what comes now. */
const NEW_MS = 30_000;
/** Frames that an opening panel may take to draw the message. */
const MOST_FRAMES = 90;

const AWAITS = "awaits";

interface Known {
  ui: Ui;
  session: Session;
  wasOpen: boolean;
  wasOn: boolean;
  awaits?: boolean;
  readonly card: Card;
  stop(): void;
}

interface Alerted extends Answer {
  close(): void;
}

export class Noticing {
  readonly #views = new Map<NoticedView, Known>();
  readonly #gone = new WeakSet<NoticedView>();
  readonly #title = new Title();
  readonly #icon = new Icon();
  /** The newest that was looked at, of each conversation and room. */
  readonly #heard = new Map<string, string>();
  #alerted: Alerted | null = null;

  /** An instance is drawn, open or not. */
  drawn(view: NoticedView, ui: Ui): void {
    if (this.#gone.has(view)) return;
    const known = this.#views.get(view);
    if (known?.session === ui.session) known.ui = ui;
    else this.#follow(view, ui, known);
    this.#look(view);
    this.#keepWaiting(view, ui);
    this.#drawLauncher(view, ui);
    this.#drawPage();
    this.#takeAway();
  }

  #follow(view: NoticedView, ui: Ui, before: Known | undefined): void {
    before?.stop();
    const { session } = ui;
    if (!before) this.#listen(view, ui);
    const card = before?.card ?? new Card(view);
    const stop = session.on("message:received", ({ room, message }) =>
      this.#received(view, { room, message }, true),
    );
    const [wasOpen, wasOn] = [view.isOpen(), isSoundOn(ui)];
    this.#views.set(view, { ui, session, wasOpen, wasOn, card, stop });
    if (!wasOpen || document.hidden) noteLeaving();
    // What came before this file was here.
    const { rooms, clockOffsetMs } = session.snapshot();
    for (const { slug } of rooms) {
      const room = session.room(slug);
      const message = room && unreadAnswer(ui, room);
      if (!message) continue;
      const ageMs = Date.now() + clockOffsetMs - Date.parse(message.at);
      void this.#received(view, { room: slug, message }, ageMs < NEW_MS);
    }
  }

  #listen(view: NoticedView, ui: Ui): void {
    const { host } = view.entry;
    const end = new AbortController();
    const { signal } = end;
    ui.addStyles(styles);
    host.addEventListener(
      "inglenook:destroy",
      () => {
        end.abort();
        this.#drop(view);
      },
      { signal },
    );
    const left = () => {
      if (document.hidden) noteLeaving();
      ui.refresh();
    };
    document.addEventListener("visibilitychange", left, { signal });
    // A press lets the browser sound from now on.
    const pressed = () => {
      const now = this.#views.get(view)?.ui;
      if (now && isSoundOn(now)) prepareSound();
    };
    host.addEventListener("click", pressed, { signal });
  }

  #drop(view: NoticedView): void {
    const known = this.#views.get(view);
    this.#gone.add(view);
    this.#views.delete(view);
    known?.stop();
    known?.card.remove();
    forgetWaiting();
    if (this.#views.size === 0) this.#alerted?.close();
    this.#drawPage();
  }

  /** What the visitor did since it was drawn last. */
  #look(view: NoticedView): void {
    const known = this.#views.get(view);
    if (!known) return;
    const [isOpen, isOn] = [view.isOpen(), isSoundOn(known.ui)];
    if (known.wasOpen && !isOpen) noteLeaving();
    if (isOpen) known.card.hide();
    // Whoever switches it on hears it.
    if (isOn && !known.wasOn) void chime();
    Object.assign(known, { wasOpen: isOpen, wasOn: isOn });
  }

  /** The next page goes online by itself while an answer is waited for (returning.ts). */
  #keepWaiting(view: NoticedView, ui: Ui): void {
    const known = this.#views.get(view);
    const { session } = ui;
    const own = session.snapshot().rooms.find(({ kind }) => kind === "private");
    const room = own ? session.room(own.slug) : null;
    if (!known || !room?.epoch) return;
    const awaits = isTold(ui) && waitingMessage(ui, room) !== undefined;
    if (awaits === known.awaits) return;
    known.awaits = awaits;
    if (awaits) session.store.set(AWAITS, "1");
    else session.store.remove(AWAITS);
  }

  #drawLauncher(view: NoticedView, ui: Ui): void {
    const { button, place } = view.entry;
    if (place) return;
    const { session, room, t } = ui;
    const shown = session.room(room);
    const others = session
      .snapshot()
      .rooms.filter(({ slug }) => slug !== shown?.room && session.heeds(slug));
    const n = view.isOpen()
      ? 0
      : others.reduce((sum, { unread }) => sum + unread, shown?.unread ?? 0);
    if (!n) return void delete button.dataset.unread;
    button.dataset.unread = isNamedUnread(ui, shown) ? "@" : n > MOST ? `${MOST}+` : `${n}`;
    button.setAttribute("aria-label", t("launcher.unread", { n }));
  }

  #drawPage(): void {
    this.#title.show(this.#count("title"));
    const isNamedHere = [...this.#views.values()].some(({ ui }) => isNamed(ui.data, "icon"));
    this.#icon.show(this.#count("icon") > 0, isNamedHere, this.#accent());
  }

  /** What waits for the visitor where this way is allowed; not what others say to each other. */
  #count(way: Way): number {
    const counts = new Map<string, number>();
    for (const [view, { ui }] of this.#views)
      if (isAllowed(ui.data, way))
        for (const { slug, unread } of ui.session.snapshot().rooms)
          if (unread && ui.session.heeds(slug) && !this.#isBefore(view.key, slug))
            counts.set(`${view.key} ${slug}`, unread);
    return [...counts.values()].reduce((sum, one) => sum + one, 0);
  }

  #accent(): string {
    const [view] = this.#views.keys();
    return view ? getComputedStyle(view.entry.host).getPropertyValue("--ing-accent") : "";
  }

  /** What was read, here or in another tab, or is deleted, goes. */
  #takeAway(): void {
    for (const { ui, card } of this.#views.values())
      if (card.answer && isOver(ui.session, card.answer)) card.hide();
    const alerted = this.#alerted;
    if (!alerted) return;
    const views = [...this.#views.values()];
    if (!views.some(({ session }) => !isOver(session, alerted))) {
      alerted.close();
      this.#alerted = null;
    }
  }

  /** Whether the room is open on this page, and the page in sight. */
  #isBefore(key: string, slug: string): boolean {
    return (
      !document.hidden &&
      [...this.#views].some(
        ([view, { session }]) =>
          view.key === key && view.isOpen() && session.room(view.room())?.room === slug,
      )
    );
  }

  async #received(view: NoticedView, answer: Answer, isLive: boolean): Promise<void> {
    const known = this.#views.get(view);
    const { room: slug, message } = answer;
    const room = known?.session.room(slug);
    if (!known || !room || !isForVisitor(known.ui, room, message)) return;
    // Instances of one conversation hear the same.
    const name = `${view.key} ${slug}`;
    const mark = `${room.epoch} ${String(message.seq).padStart(16, "0")}`;
    const { store } = known.session;
    const before = [this.#heard.get(name), store.get(`noticed:${slug}`)];
    if (before.some((one) => one?.split(" ")[0] === room.epoch && one && one >= mark)) return;
    this.#heard.set(name, mark);
    const isRead = this.#isBefore(view.key, slug) && document.hasFocus();
    const isMine = await isTheOne(`inglenook ${known.ui.me} ${name} ${mark}`, isRead);
    if (!isMine || this.#gone.has(view)) return;
    store.set(`noticed:${slug}`, mark);
    if (isRead || isOver(known.session, answer)) return;
    this.#tell(view, answer, isLive);
  }

  #tell(heardBy: NoticedView, answer: Answer, isLive: boolean): void {
    const view = this.#viewFor(heardBy.key, answer.room);
    const known = view && this.#views.get(view);
    if (!view || !known) return;
    const { ui, card } = known;
    const open = () => void openAt(view, ui.session, answer);
    if (!view.isOpen() && isAllowed(ui.data, "card")) {
      for (const other of this.#views.values()) other.card.hide();
      card.show(ui, answer, open);
    }
    if (!isLive) return;
    if (isSoundOn(ui)) void chime();
    if (document.hasFocus() && !document.hidden) return;
    if (!isAllowed(ui.data, "alert") || !isTold(ui)) return;
    const { author, attachments } = answer.message;
    const close = showAlert({
      title: author.name || ui.t("message.someone"),
      body: (plainText(answer.message) || attachments[0]?.name || "").slice(0, ALERT_CHARS),
      tag: `inglenook ${view.key} ${answer.room}`,
      onOpen: open,
    });
    if (close) this.#alerted = { ...answer, close };
  }

  /** Which instance can show that room: the one that does, or one that may change rooms. */
  #viewFor(key: string, slug: string): NoticedView | undefined {
    const views = [...this.#views].filter(([view]) => view.key === key);
    const showing = views.find(([view, { session }]) => session.room(view.room())?.room === slug);
    const free = views.find(([{ entry }]) => !entry.data.inglenookRoom && !entry.data.room);
    return (showing ?? free)?.[0];
  }
}

function isOver(session: Session, { room: slug, message: { seq } }: Answer): boolean {
  const room = session.room(slug);
  return !room || room.seen >= seq || Boolean(messageAt(room, seq)?.deleted);
}

async function openAt(view: NoticedView, session: Session, answer: Answer): Promise<void> {
  const { room: slug, message } = answer;
  if (session.room(view.room())?.room !== slug) view.choose(slug);
  await view.open();
  for (let frames = 0; frames < MOST_FRAMES; frames += 1) {
    const found = view.root.querySelector(`[data-seq="${message.seq}"]`);
    if (found) return found.scrollIntoView({ block: "center" });
    await new Promise(requestAnimationFrame);
  }
}
