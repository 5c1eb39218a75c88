/**
 * A browser with nothing in it but what the engine touches: clock, sockets, fetch, storage, events.
 */
import { vi } from "vitest";
import type { ClientFrame, ServerFrame } from "../../../widget/src/protocol/frames.ts";
import { DEFAULT_LIMITS } from "../../../widget/src/protocol/frames.ts";
import type { SessionAnswer } from "../../../widget/src/protocol/session-call.ts";
import { ME, NOW, ROOM } from "./frames.ts";

export class FakeSocket {
  static all: FakeSocket[] = [];
  readonly url: string;
  readonly protocol: string;
  readonly sent: ClientFrame[] = [];
  bufferedAmount = 0;
  readyState = 0;
  closedWith: number | null = null;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor(url: string, protocol: string) {
    this.url = url;
    this.protocol = protocol;
    FakeSocket.all.push(this);
  }

  static get last(): FakeSocket {
    const socket = FakeSocket.all.at(-1);
    if (!socket) throw new Error("no socket was opened");
    return socket;
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text) as ClientFrame);
  }

  close(code: number): void {
    this.readyState = 3;
    this.closedWith = code;
  }

  // The other end

  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  receive(...frames: ServerFrame[]): void {
    const data = JSON.stringify(frames.length === 1 ? frames[0] : frames);
    this.onmessage?.({ data });
  }

  die(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }

  types(): string[] {
    return this.sent.map(({ type }) => type);
  }

  of<T extends ClientFrame["type"]>(type: T): Extract<ClientFrame, { type: T }>[] {
    return this.sent.filter(
      (frame): frame is Extract<ClientFrame, { type: T }> => frame.type === type,
    );
  }
}

export class FakeStorage {
  readonly items = new Map<string, string>();
  get length(): number {
    return this.items.size;
  }
  key(index: number): string | null {
    return [...this.items.keys()][index] ?? null;
  }
  getItem(key: string): string | null {
    return this.items.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.items.set(key, value);
  }
  removeItem(key: string): void {
    this.items.delete(key);
  }
}

export const TOKEN = "token-one";

export function sessionAnswer(over: Partial<SessionAnswer> = {}): SessionAnswer {
  return {
    token: TOKEN,
    expires_in: 2_592_000,
    visitor: ME,
    site: { name: "Shop", theme: {}, texts: {}, consent: null, default_room: ROOM },
    rooms: [{ slug: ROOM, name: "Lobby", kind: "public", topic: "", head: 0, unread: 0 }],
    ws_url: "wss://chat.example/ws/v1/pk_test/",
    limits: DEFAULT_LIMITS,
    ...over,
  };
}

type Answer = { status: number; body: unknown; headers?: Record<string, string> } | "network";

export interface Call {
  readonly url: string;
  readonly method: string;
  readonly body: Record<string, unknown>;
  readonly authorization: string | undefined;
}

export interface Browser {
  readonly window: EventTarget;
  readonly document: EventTarget & { visibilityState: string };
  readonly navigator: { onLine: boolean };
  readonly storage: FakeStorage;
  readonly calls: Call[];
  /** What the next calls get; the last one stays. */
  answers: Answer[];
  show(visible: boolean): void;
  fire(name: string): void;
}

/** Puts the fakes where a page has the real ones; `vi.unstubAllGlobals` takes them away. */
export function openBrowser(storage = new FakeStorage()): Browser {
  vi.useFakeTimers({ now: NOW });
  vi.spyOn(Math, "random").mockReturnValue(0);
  FakeSocket.all = [];
  const document = Object.assign(new EventTarget(), { visibilityState: "visible" });
  const browser: Browser = {
    window: new EventTarget(),
    document,
    navigator: { onLine: true },
    storage,
    calls: [],
    answers: [{ status: 200, body: sessionAnswer() }],
    show(visible) {
      document.visibilityState = visible ? "visible" : "hidden";
      document.dispatchEvent(new Event("visibilitychange"));
    },
    fire(name) {
      browser.window.dispatchEvent(new Event(name));
    },
  };
  const { window, navigator } = browser;
  for (const [name, value] of Object.entries({ window, document, navigator }))
    vi.stubGlobal(name, value);
  vi.stubGlobal("localStorage", storage);
  vi.stubGlobal("sessionStorage", new FakeStorage());
  vi.stubGlobal("WebSocket", FakeSocket);
  vi.stubGlobal("BroadcastChannel", undefined);
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    const headers = init.headers as Record<string, string>;
    browser.calls.push({
      url,
      method: init.method ?? "GET",
      body: JSON.parse(String(init.body)) as Record<string, unknown>,
      authorization: headers.Authorization,
    });
    const answer = browser.answers.length > 1 ? browser.answers.shift() : browser.answers[0];
    if (!answer || answer === "network") throw new TypeError("Failed to fetch");
    return new Response(JSON.stringify(answer.body), {
      status: answer.status,
      headers: answer.headers ?? {},
    });
  });
  return browser;
}

export function closeBrowser(): void {
  vi.clearAllTimers();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
}

export function pass(ms = 0): Promise<unknown> {
  return vi.advanceTimersByTimeAsync(ms);
}
