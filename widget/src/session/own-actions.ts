/**
 * What a visitor does beside writing: renames himself, edits, deletes, reacts, pins. Each act sets
 * a state, so the same act may be sent again after a lost connection. The caller has a promise, and
 * a deadline.
 */

import type { ChatError, Trouble } from "../connection/errors.ts";
import type {
  AckFrame,
  ActFrame,
  ClientFrame,
  ErrorFrame,
  NackFrame,
  Visitor,
} from "../protocol/frames.ts";
import type { Ask } from "./types.ts";

const DEADLINE_MS = 30_000;
const RETRY_MS = 1_000;

interface PendingAction {
  readonly frame: ActFrame;
  readonly deadline: ReturnType<typeof setTimeout>;
  readonly resolve: (ack: AckFrame) => void;
  readonly reject: (error: ChatError) => void;
}

export interface OwnActionsHost {
  write(frame: ClientFrame): boolean;
  /** Makes a session call; afterwards there is a good token. */
  session(): Promise<unknown>;
  hasToken(): boolean;
  /** An HTTP call as the visitor; rejects with what `problemOf` reads, `ask` with a problem. */
  call(method: string, path: string, body: unknown, ask?: Ask): Promise<unknown>;
  problemOf(error: unknown): Trouble;
  /** This file is fetched at the first action, and brings no code that the first file has. */
  errorOf(problem: Trouble): ChatError;
}

export class OwnActions {
  readonly #host: OwnActionsHost;
  readonly #pending = new Map<string, PendingAction>();

  constructor(host: OwnActionsHost) {
    this.#host = host;
  }

  /** Resolves with the `ack`, rejects with a `ChatError`. Without a connection it waits for one. */
  start(frame: ActFrame, isOnline: boolean): Promise<AckFrame> {
    return new Promise((resolve, reject) => {
      const lost = this.#host.errorOf({
        code: "timeout",
        message: "The chat server did not answer in time.",
      });
      const deadline = setTimeout(() => this.#fail(frame.cid, lost), DEADLINE_MS);
      this.#pending.set(frame.cid, { frame, deadline, resolve, reject });
      if (isOnline) this.#host.write(frame);
    });
  }

  async rename(name: string): Promise<Visitor> {
    const answer = await this.call("PATCH", "me", { name });
    const { visitor = answer } = answer as { visitor?: unknown };
    return visitor as Visitor;
  }

  /** A token that is out of date is renewed, once. Rejects with a `ChatError`. */
  async call(method: string, path: string, body?: unknown, ask?: Ask): Promise<unknown> {
    const host = this.#host;
    if (!host.hasToken()) await host.session();
    const attempt = () =>
      host.call(method, path, body, ask).catch((error) => {
        throw host.errorOf(ask ? error : host.problemOf(error));
      });
    return attempt().catch(async (error: ChatError) => {
      if (error.code !== "token_expired" && error.code !== "invalid_token") throw error;
      await host.session();
      return attempt();
    });
  }

  answered(answer: AckFrame | NackFrame | ErrorFrame): void {
    const action = this.#pending.get(answer.cid ?? "");
    if (!action) return;
    const { cid } = action.frame;
    if (answer.type === "ack") this.#take(cid)?.resolve(answer);
    else if (answer.type === "nack" && !answer.final)
      // After a break in between it is sent twice, which changes nothing.
      setTimeout(
        () => this.#pending.has(cid) && this.#host.write(action.frame),
        answer.retry_ms ?? RETRY_MS,
      );
    else {
      const { code, message, field } = answer;
      this.#fail(cid, this.#host.errorOf({ code, message, field }));
    }
  }

  /** The room is in step again. */
  resend(room: string): void {
    for (const { frame } of this.#pending.values())
      if (frame.room === room) this.#host.write(frame);
  }

  stop(): void {
    const over = this.#host.errorOf({ code: "stopped", message: "The chat was closed." });
    for (const cid of [...this.#pending.keys()]) this.#fail(cid, over);
  }

  #take(cid: string): PendingAction | undefined {
    const action = this.#pending.get(cid);
    clearTimeout(action?.deadline);
    this.#pending.delete(cid);
    return action;
  }

  #fail(cid: string, error: ChatError): void {
    this.#take(cid)?.reject(error);
  }
}
