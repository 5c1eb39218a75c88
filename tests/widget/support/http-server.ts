/**
 * A server that can be reached by sockets and by HTTP, and a network in between with habits: one
 * room, the model's numbers, held requests. Time is the test's.
 */
import { vi } from "vitest";
import type { ClientFrame, ServerFrame, Visitor } from "../../../widget/src/protocol/frames.ts";
import { ModelServer, ROOM } from "../../convergence/model-server.ts";
import { FakeSocket, sessionAnswer } from "./browser.ts";
import { ME, welcome } from "./frames.ts";

const encoder = new TextEncoder();
const OTHER: Visitor = { id: "v_other", name: "Brave Wren", role: "visitor" };

interface Held {
  deliver(frame: ServerFrame): void;
  cut(): void;
}

interface Refusing {
  readonly status: number;
  readonly body: unknown;
}

export class HttpServer {
  readonly model = new ModelServer();
  /** `GET events sse`, `GET events 25`, `POST messages` … */
  readonly asked: string[] = [];
  readonly held = new Set<Held>();
  /** WebSockets don't open. */
  blocks = true;
  /** What streams bring is kept by somebody. */
  buffers = false;
  /** Nothing gets through. */
  away = false;
  /** A request that is held is cut at that age. */
  cutsAfterMs = Number.POSITIVE_INFINITY;
  /** The answer to a message is lost, though it is stored. */
  losesAcks = false;
  /** Answers, but for the session's, that the page may not read, as those to a foreign origin. */
  hides = false;
  /** Instead of an answer, by the beginning of what is asked. */
  refuses: Record<string, Refusing> = {};

  /** Puts it in the place of the browser's fetch and WebSocket. */
  serve(): this {
    vi.stubGlobal("fetch", (url: string, init: RequestInit) => this.answer(url, init));
    const server = this;
    vi.stubGlobal(
      "WebSocket",
      class extends FakeSocket {
        readonly listener: Held = {
          deliver: (frame) => this.receive(frame),
          cut: () => this.die(),
        };

        constructor(url: string, protocol: string) {
          super(url, protocol);
          setTimeout(() => {
            if (this.readyState) return;
            if (server.blocks || server.away) this.die();
            else this.open();
          });
        }

        override send(text: string): void {
          super.send(text);
          const frame = this.sent.at(-1);
          if (frame) setTimeout(() => this.readyState === 1 && server.receive(this, frame));
        }

        override close(code: number): void {
          super.close(code);
          server.held.delete(this.listener);
        }

        override die(code = 1006): void {
          server.held.delete(this.listener);
          super.die(code);
        }
      },
    );
    return this;
  }

  /** Somebody else writes. */
  say(body = "hello"): void {
    const cid = `other-${this.model.head}`;
    const { frame } = this.model.post(OTHER, cid, body);
    if (frame) this.deliver(frame);
  }

  deliver(frame: ServerFrame): void {
    for (const one of [...this.held]) one.deliver(frame);
  }

  /** Everything that is held open ends, without a word. */
  cut(): void {
    for (const one of [...this.held]) one.cut();
  }

  count(what: string): number {
    return this.asked.filter((one) => one.startsWith(what)).length;
  }

  private receive(socket: FakeSocket & { readonly listener: Held }, frame: ClientFrame): void {
    if (frame.type === "hello") {
      this.held.add(socket.listener);
      socket.receive(welcome());
      for (const { epoch = null, since = null } of frame.rooms)
        socket.receive(this.model.sync(ME, epoch, since));
    } else if (frame.type === "sync")
      socket.receive(this.model.sync(ME, frame.epoch, frame.since, frame.limit));
    else if (frame.type === "join") socket.receive(this.model.sync(ME, null, null));
    else if (frame.type === "send") socket.receive(this.post(frame.cid, frame.body));
  }

  private post(cid: string, body: string): ServerFrame {
    const { frame, ack } = this.model.post(ME, cid, body);
    if (frame) this.deliver(frame);
    return ack;
  }

  private async answer(url: string, init: RequestInit): Promise<Response> {
    const { pathname, searchParams } = new URL(url);
    const part = pathname.split("/").slice(6).join("/") || pathname.split("/").slice(4).join("/");
    const isStream = new Headers(init.headers).get("Accept") === "text/event-stream";
    const wait = Number(searchParams.get("wait") ?? 0);
    const words = [init.method, part, isStream ? "sse" : wait || null];
    const what = words.filter(Boolean).join(" ");
    this.asked.push(what);
    if (init.credentials !== "omit") throw new Error("no cookies, ever");
    await new Promise((resolve) => setTimeout(resolve));
    if (init.signal?.aborted) throw new DOMException("aborted", "AbortError");
    if (this.away || (this.hides && part !== "session")) throw new TypeError("Failed to fetch");
    const refused = Object.entries(this.refuses).find(([start]) => what.startsWith(start))?.[1];
    if (refused) return json(refused.body, refused.status);
    const body = JSON.parse(String(init.body ?? "null")) as Record<string, string> | null;
    const epoch = searchParams.get("epoch");
    const since = searchParams.has("since") ? Number(searchParams.get("since")) : null;
    if (part === "session") return json(sessionAnswer());
    if (part === "events" && isStream) return this.stream(init, epoch, since);
    if (part === "events") return this.poll(init, epoch, since, wait);
    if (part === "messages" && init.method === "POST") {
      const ack = this.post(body?.cid ?? "", body?.body ?? "");
      if (this.losesAcks) throw new TypeError("Failed to fetch");
      return json(ack, 201);
    }
    if (part === "messages")
      return json(this.model.history(ME, Number(searchParams.get("before")), 50));
    return part === "me" ? json(ME) : new Response(null, { status: 204 });
  }

  private stream(init: RequestInit, epoch: string | null, since: number | null): Response {
    const { model } = this;
    let lastRev = 0;
    const body = new ReadableStream<Uint8Array>({
      start: (line) => {
        // Kept, not lost: what comes later must not overtake it.
        let kept = "";
        const write = (text: string) => {
          kept += text;
          if (this.buffers) return;
          line.enqueue(encoder.encode(kept));
          kept = "";
        };
        const end = (how: () => void) => {
          if (!this.held.delete(listener)) return;
          clearInterval(comments);
          how();
        };
        const listener: Held = {
          deliver(frame) {
            const rev = frame.type === "sync" ? frame.upto : "rev" in frame ? frame.rev : null;
            if (rev !== null && rev <= lastRev) return;
            lastRev = rev ?? lastRev;
            const id = rev === null ? "" : `id: ${model.epoch}:${rev}\n`;
            write(`${id}data: ${JSON.stringify(frame)}\n\n`);
          },
          cut: () => end(() => line.error(new TypeError("network error"))),
        };
        const comments = setInterval(() => write(":\n\n"), 15_000);
        this.held.add(listener);
        if (this.cutsAfterMs < Number.POSITIVE_INFINITY) setTimeout(listener.cut, this.cutsAfterMs);
        init.signal?.addEventListener("abort", listener.cut);
        let sync = model.sync(ME, epoch, since);
        lastRev = -1;
        listener.deliver(sync);
        while (sync.more) {
          sync = model.sync(ME, sync.epoch, sync.upto);
          listener.deliver(sync);
        }
      },
    });
    return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
  }

  private poll(
    init: RequestInit,
    epoch: string | null,
    since: number | null,
    wait: number,
  ): Promise<Response> | Response {
    const { model } = this;
    const answer = () => json(model.sync(ME, epoch, since));
    if (!wait || epoch !== model.epoch || since !== model.head) return answer();
    return new Promise((resolve, reject) => {
      const end = (how: () => void) => {
        if (this.held.delete(listener)) how();
      };
      const listener: Held = {
        deliver: () => end(() => resolve(answer())),
        cut: () => end(() => reject(new TypeError("Failed to fetch"))),
      };
      this.held.add(listener);
      init.signal?.addEventListener("abort", listener.cut);
      setTimeout(() => listener.deliver(welcome()), wait * 1000);
      if (this.cutsAfterMs < Number.POSITIVE_INFINITY) setTimeout(listener.cut, this.cutsAfterMs);
    });
  }
}

function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), { status });
}

export { ROOM };
