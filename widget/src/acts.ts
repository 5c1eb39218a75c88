/**
 * Edits, deletions, reactions, pins. They set a state, so the same act may be sent again after a
 * lost connection; the caller has a promise, and a deadline.
 */

import { ChatError } from "./errors.ts";
import type { AckFrame, ActFrame, ClientFrame, ErrorFrame, NackFrame } from "./protocol.ts";

const DEADLINE_MS = 30_000;
const RETRY_MS = 1_000;

interface Act {
  readonly frame: ActFrame;
  readonly deadline: ReturnType<typeof setTimeout>;
  readonly resolve: (ack: AckFrame) => void;
  readonly reject: (error: ChatError) => void;
}

export interface Acts {
  start(frame: ActFrame, online: boolean): Promise<AckFrame>;
  settle(answer: AckFrame | NackFrame | ErrorFrame): void;
  /** The room is in step again. */
  resend(room: string): void;
  stop(): void;
}

export function createActs(write: (frame: ClientFrame) => boolean): Acts {
  const waiting = new Map<string, Act>();

  function take(cid: string): Act | undefined {
    const act = waiting.get(cid);
    clearTimeout(act?.deadline);
    waiting.delete(cid);
    return act;
  }

  function fail(cid: string, error: ChatError): void {
    take(cid)?.reject(error);
  }

  return {
    start(frame, online) {
      return new Promise((resolve, reject) => {
        const lost = new ChatError({
          code: "timeout",
          message: "The chat server did not answer in time.",
        });
        const deadline = setTimeout(() => fail(frame.cid, lost), DEADLINE_MS);
        waiting.set(frame.cid, { frame, deadline, resolve, reject });
        if (online) write(frame);
      });
    },
    settle(answer) {
      const act = waiting.get(answer.cid ?? "");
      if (!act) return;
      const { cid } = act.frame;
      if (answer.type === "ack") take(cid)?.resolve(answer);
      else if (answer.type === "nack" && !answer.final)
        // After a break in between it is sent twice, which changes nothing.
        setTimeout(() => waiting.has(cid) && write(act.frame), answer.retry_ms ?? RETRY_MS);
      else {
        const { code, message, field } = answer;
        fail(cid, new ChatError({ code, message, field }));
      }
    },
    resend(room) {
      for (const { frame } of waiting.values()) if (frame.room === room) write(frame);
    },
    stop() {
      const over = new ChatError({ code: "stopped", message: "The chat was closed." });
      for (const cid of [...waiting.keys()]) fail(cid, over);
    },
  };
}
