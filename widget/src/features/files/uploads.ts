/**
 * The files of one room that somebody is about to send, or is sending. They outlive the panel: what
 * is on its way goes on while the chat is closed or shows another room.
 *
 *   added ─► waits ─► uploading ─► stored ─► its message is sent, and it is gone from here
 *              ▲          ├─ no network, or the server is busy: waits, and goes again
 *              └─ retry ── failed: the reason stands at it
 *
 * They go one after the other. A message that is sent before its files are there is `uploading`,
 * and is sent for good with the last of them; where one cannot be stored, it comes back to be
 * changed.
 */

import type { Attachment, Problem } from "../../protocol/frames.ts";
import type { Pending } from "../../rooms/state.ts";
import type { SendOptions, Session } from "../../session/types.ts";
import { type KeptFile, keepFiles, takeFiles } from "./kept-files.ts";
import { forgetLocal, keepLocal } from "./local-files.ts";
import { measured, shrunk } from "./pictures.ts";
import { uploadBy } from "./upload.ts";

export interface Item {
  /** Of this page's own; the server's id is in `stored`. */
  readonly key: string;
  readonly name: string;
  readonly bytes: number;
  /** As the browser guesses it from the name. */
  readonly type: string;
  /** Null: it was stored before this page. */
  readonly file: File | null;
  /** So many bytes at most are sent of a picture that is larger; 0 for all. */
  readonly most: number;
  /** Of the picture on this device; empty where it is none. */
  readonly url: string;
  readonly width?: number;
  readonly height?: number;
  /** What it shows, in words. */
  readonly alt: string;
  readonly state: "waits" | "uploading" | "stored" | "failed";
  /** How much of it has left, from 0 to 1. */
  readonly progress: number;
  readonly problem: Problem | null;
  readonly stored: Attachment | null;
  /** The message that was sent with it. */
  readonly cid: string | null;
}

const TRANSIENT = /^(network|rate|slow_mode|internal|unavailable|timeout)$/;
const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 30_000;
/** With a connection beside it, what fails so often does not pass by itself. */
const MOST_TRIES = 4;

let count = 0;

const isReady = ({ stored, alt }: Item): boolean => stored?.alt === alt.trim();

export const isPicture = ({ type }: Pick<Item, "type">): boolean => type.startsWith("image/");

/** As its message shows it until it is stored. */
function asAttachment({
  key,
  name,
  bytes,
  type,
  url,
  width,
  height,
  alt,
  stored,
}: Item): Attachment {
  const size = width && height ? { width, height } : {};
  return stored ?? { id: key, name, bytes, media_type: type, alt, url, ...size };
}

function restored({ stored, alt }: KeptFile): Item {
  const { id, name, bytes, media_type: type } = stored;
  const here = { key: id, name, bytes, type, alt, stored, file: null, most: 0, url: "" };
  return { ...here, state: "stored", progress: 1, problem: null, cid: null };
}

export class Uploads {
  items: readonly Item[] = [];
  readonly #session: Session;
  readonly #room: string;
  /** Of the visitor whose files these are. */
  #me: string | undefined;
  readonly #listeners = new Set<() => void>();
  readonly #release: () => void;
  #abort: AbortController | null = null;
  #working: string | null = null;
  #tries = 0;
  #notBefore = 0;
  #wasOnline = true;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Takes text back that was not sent: the field where it is drawn, else the draft. */
  takesBack: ((text: string) => void) | null = null;

  constructor(session: Session, room: string) {
    this.#session = session;
    this.#room = room;
    this.#me = session.snapshot().visitor?.id;
    this.#release = session.subscribe(this.#look);
    addEventListener("pagehide", this.#leave);
    addEventListener("pageshow", this.#comeBack);
  }

  /** What was stored, and not sent, when the page before this one was left; with its text. */
  restore(): void {
    const kept = takeFiles(this.#session.store, this.#room);
    if (kept) this.#set([...this.items, ...kept.files.map(restored)]);
    if (kept?.text) this.#giveBack(kept.text);
  }

  /** Those that no message has taken. */
  get tray(): readonly Item[] {
    return this.items.filter(({ cid }) => !cid);
  }

  /** What goes with the next message; null for nothing. */
  get next(): SendOptions | null {
    const good = this.tray.filter(({ state }) => state !== "failed");
    if (!good.length) return null;
    const status = good.every(isReady) ? "sending" : "uploading";
    return { attachments: good.map(asAttachment), status };
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  add(file: File, problem: Problem | null, most = 0): void {
    count += 1;
    const key = `here-${count}-${Date.now().toString(36)}`;
    const { name, size: bytes, type } = file;
    const url = isPicture({ type }) ? URL.createObjectURL(file) : "";
    const state = problem ? "failed" : "waits";
    const fresh = { key, name, bytes, type, file, most, url, alt: "", state, problem } as const;
    this.#set([...this.items, { ...fresh, progress: 0, stored: null, cid: null }]);
    if (url) void measured(url).then((size) => this.#change(key, size ?? { url: "" }));
    this.#work();
  }

  describe(key: string, alt: string): void {
    this.#change(key, { alt });
  }

  retry(key: string): void {
    this.#tries = this.#notBefore = 0;
    this.#change(key, { state: "waits", problem: null, progress: 0 });
    this.#work();
  }

  remove(key: string): void {
    if (this.#working === key) this.#stop();
    this.#set(this.items.filter((item) => item.key !== key));
    forgetLocal(key);
    this.#work();
  }

  /** Nothing of it is left. */
  end(): void {
    this.#release();
    removeEventListener("pagehide", this.#leave);
    removeEventListener("pageshow", this.#comeBack);
    clearTimeout(this.#timer);
    this.#stop();
    for (const { key } of this.items) forgetLocal(key);
    this.items = [];
  }

  #stop(): void {
    this.#abort?.abort();
    this.#abort = this.#working = null;
  }

  #set(items: readonly Item[]): void {
    this.items = items;
    for (const listener of [...this.#listeners]) listener();
  }

  #change(key: string, by: Partial<Item>): void {
    if (!this.#find(key)) return;
    this.#set(this.items.map((item) => (item.key === key ? { ...item, ...by } : item)));
    this.#show(key);
  }

  #find(key: string): Item | undefined {
    return this.items.find((item) => item.key === key);
  }

  /** The list of messages draws it from the device. */
  #show(key: string): void {
    const item = this.#find(key);
    if (!item?.url) return;
    const { url, stored, cid, progress } = item;
    const isOnItsWay = cid !== null && !isReady(item);
    keepLocal(stored ? [key, stored.id] : [key], {
      key,
      url,
      progress: isOnItsWay ? progress : null,
      cancel: () => cid && this.#takeBack(cid),
    });
  }

  /** Something of the session has changed. */
  readonly #look = (): void => {
    const { visitor } = this.#session.snapshot();
    if (visitor && this.#me && visitor.id !== this.#me) {
      this.#stop();
      for (const { key } of this.items) forgetLocal(key);
      this.#set([]);
    }
    this.#me = visitor?.id ?? this.#me;
    const isOnline = this.#isOnline();
    if (isOnline && !this.#wasOnline) this.#notBefore = 0;
    this.#wasOnline = isOnline;
    if (this.items.length) this.#follow();
    this.#work();
  };

  /** Which messages took files with them, and which of those are gone from what waits. */
  #follow(): void {
    const pending = this.#session.room(this.#room)?.pending ?? [];
    for (const { cid, attachments } of pending)
      for (const { id } of attachments) {
        const item = this.items.find(({ key, stored }) => id === key || id === stored?.id);
        if (item && item.cid !== cid) this.#change(item.key, { cid });
      }
    const waits = ({ cid }: Item): boolean => !cid || pending.some((one) => one.cid === cid);
    if (!this.items.every(waits)) this.#set(this.items.filter(waits));
    for (const one of pending) if (one.status === "uploading") this.#complete(one);
  }

  /** Sends a message for good whose files are all there. */
  #complete({ cid, body, reply_to }: Pending): void {
    const own = this.items.filter((item) => item.cid === cid);
    if (!own.length || !own.every(isReady)) return;
    const attachments = own.map(asAttachment);
    this.#session.send(this.#room, body, { cid, reply_to, attachments });
  }

  /** A message that cannot be sent as it is: its text and its files can be changed again. */
  #takeBack(cid: string): void {
    const room = this.#session.room(this.#room);
    const entry = room?.pending.find((one) => one.cid === cid);
    this.#set(this.items.map((item) => (item.cid === cid ? { ...item, cid: null } : item)));
    for (const { key } of this.items) this.#show(key);
    if (entry?.status !== "uploading") return;
    this.#session.discard(this.#room, cid);
    if (entry.body) this.#giveBack(entry.body);
  }

  #giveBack(text: string): void {
    const { store } = this.#session;
    const draft = `draft:${this.#room}`;
    const whole = [store.get(draft), text].filter(Boolean).join("\n");
    if (this.takesBack) this.takesBack(whole);
    else store.set(draft, whole);
  }

  #isOnline(): boolean {
    return this.#session.snapshot().connection.status === "online";
  }

  /** Goes on with the first that can: its bytes, or the words for it that came later. */
  #work(): void {
    const wait = this.#notBefore - Date.now();
    clearTimeout(this.#timer);
    if (this.#working || !this.#isOnline()) return;
    const item = this.items.find(
      (one) => one.state === "waits" || (one.state === "stored" && one.cid && !isReady(one)),
    );
    if (!item) return;
    if (wait > 0) {
      this.#timer = setTimeout(() => this.#work(), wait);
      return;
    }
    this.#working = item.key;
    void this.#send(item, new AbortController());
  }

  async #send(item: Item, abort: AbortController): Promise<void> {
    const { key } = item;
    this.#abort = abort;
    if (!item.stored) this.#change(key, { state: "uploading", progress: 0 });
    try {
      const stored = await this.#call(item, abort.signal);
      if (abort.signal.aborted) return;
      this.#tries = 0;
      this.#change(key, { state: "stored", progress: 1, stored });
    } catch (problem) {
      if (abort.signal.aborted) return;
      this.#failed(key, problem as Problem & { readonly retry_ms?: number });
    }
    this.#working = this.#abort = null;
    if (this.items.length) this.#follow();
    this.#work();
  }

  /** What the server has of it now; its words are as they were sent. */
  async #call(item: Item, signal: AbortSignal): Promise<Attachment> {
    const { key, name, stored, most } = item;
    const alt = item.alt.trim();
    const path = `rooms/${this.#session.room(this.#room)?.room}/attachments`;
    if (stored) {
      await this.#session.call("PATCH", `${path}/${stored.id}`, { alt });
      return { ...stored, alt };
    }
    const file = item.file as File;
    const form = new FormData();
    form.set("alt", alt);
    form.set("file", most ? await shrunk(file, most) : file, name);
    // It may have been stopped meanwhile.
    if (signal.aborted) throw new Error("stopped");
    const ask = uploadBy(signal, (progress) => this.#change(key, { progress }));
    return { ...((await this.#session.call("POST", path, form, ask)) as Attachment), alt };
  }

  #failed(key: string, problem: Problem & { readonly retry_ms?: number }): void {
    const isLost = !this.#isOnline();
    if (!isLost) this.#tries += 1;
    const passes = TRANSIENT.test(problem.code) && (isLost || this.#tries < MOST_TRIES);
    const state = this.#find(key)?.stored ? "stored" : "waits";
    if (passes) {
      const pause = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#tries);
      this.#notBefore = Date.now() + (problem.retry_ms ?? pause);
      this.#change(key, { state, progress: 0 });
      return;
    }
    this.#tries = 0;
    this.#change(key, { state: "failed", problem });
    const cid = this.#find(key)?.cid;
    if (cid) this.#takeBack(cid);
  }

  /** The page is left: what is stored is kept, with the text of what waits for its files. */
  readonly #leave = (): void => {
    const pending = this.#session.room(this.#room)?.pending ?? [];
    const waits = pending.filter(({ status }) => status === "uploading");
    const own = ({ cid }: Item): boolean => !cid || waits.some((one) => one.cid === cid);
    const files = this.items
      .filter(own)
      .flatMap(({ stored, alt }) => (stored ? [{ stored, alt }] : []));
    const text = waits.map(({ body }) => body).join("\n");
    keepFiles(this.#session.store, this.#room, { files, text });
  };

  /** Out of the browser's cache: what another page took over meanwhile is that page's. */
  readonly #comeBack = ({ persisted }: PageTransitionEvent): void => {
    if (!persisted) return;
    const kept = takeFiles(this.#session.store, this.#room);
    if (!kept) this.#set(this.items.filter(({ stored }) => !stored));
  };
}

const all = new WeakMap<Session, Map<string, Uploads>>();

/** The same for as long as the session lives. */
export function uploadsIn(session: Session, room: string): Uploads {
  const ofSession = all.get(session) ?? new Map<string, Uploads>();
  all.set(session, ofSession);
  const known = ofSession.get(room) ?? new Uploads(session, room);
  ofSession.set(room, known);
  return known;
}

export function endUploads(session: Session): void {
  for (const one of all.get(session)?.values() ?? []) one.end();
  all.delete(session);
}
