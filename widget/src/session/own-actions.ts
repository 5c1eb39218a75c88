/**
 * Edits, deletions, reactions, pins. They set a state, so the same act may be sent again after a
 * lost connection; the caller has a promise, and a deadline.
 */

import { ChatError } from "../connection/errors.ts";
import type { AckFrame, ActFrame, ClientFrame, ErrorFrame, NackFrame } from "../protocol/frames.ts";

const DEADLINE_MS = 30_000;
const RETRY_MS = 1_000;

interface Waiting {
  readonly frame: ActFrame;
  readonly deadline: ReturnType<typeof setTimeout>;
  readonly resolve: (ack: AckFrame) => void;
  readonly reject: (error: ChatError) => void;
}

export class OwnActions {
  private readonly write: (frame: ClientFrame) => boolean;
  private readonly waiting = new Map<string, Waiting>();

  constructor(write: (frame: ClientFrame) => boolean) {
    this.write = write;
  }

  /** Resolves with the `ack`, rejects with a `ChatError`. Without a connection it waits for one. */
  start(frame: ActFrame, isOnline: boolean): Promise<AckFrame> {
    return new Promise((resolve, reject) => {
      const lost = new ChatError({
        code: "timeout",
        message: "The chat server did not answer in time.",
      });
      const deadline = setTimeout(() => this.fail(frame.cid, lost), DEADLINE_MS);
      this.waiting.set(frame.cid, { frame, deadline, resolve, reject });
      if (isOnline) this.write(frame);
    });
  }

  settle(answer: AckFrame | NackFrame | ErrorFrame): void {
    const action = this.waiting.get(answer.cid ?? "");
    if (!action) return;
    const { cid } = action.frame;
    if (answer.type === "ack") this.take(cid)?.resolve(answer);
    else if (answer.type === "nack" && !answer.final)
      // After a break in between it is sent twice, which changes nothing.
      setTimeout(
        () => this.waiting.has(cid) && this.write(action.frame),
        answer.retry_ms ?? RETRY_MS,
      );
    else {
      const { code, message, field } = answer;
      this.fail(cid, new ChatError({ code, message, field }));
    }
  }

  /** The room is in step again. */
  resend(room: string): void {
    for (const { frame } of this.waiting.values()) if (frame.room === room) this.write(frame);
  }

  stop(): void {
    const over = new ChatError({ code: "stopped", message: "The chat was closed." });
    for (const cid of [...this.waiting.keys()]) this.fail(cid, over);
  }

  private take(cid: string): Waiting | undefined {
    const action = this.waiting.get(cid);
    clearTimeout(action?.deadline);
    this.waiting.delete(cid);
    return action;
  }

  private fail(cid: string, error: ChatError): void {
    this.take(cid)?.reject(error);
  }
}
