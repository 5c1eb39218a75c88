/** The few HTTP calls of the open path; every refusal becomes a `ChatError` with the server's words. */

import type { Code, Problem, Refusal, SessionAnswer, Visitor } from "./protocol.ts";

/** After this a call counts as lost: a captive portal may hold it for minutes. */
const CALL_DEADLINE_MS = 15_000;

export class ChatError extends Error implements Problem {
  readonly code: Problem["code"];
  readonly hint?: string;
  readonly field?: string;
  readonly retryMs?: number;
  readonly until?: string | null;

  constructor(code: Problem["code"], message: string, details: Partial<Refusal> = {}) {
    super(message);
    this.name = "ChatError";
    this.code = code;
    this.hint = details.hint;
    this.field = details.field;
    this.retryMs = details.retry_ms;
    this.until = details.until;
  }
}

export interface Api {
  /** Who I am here; a token that expired is renewed, a broken one becomes a new visitor. */
  session(token: string | null, room: string | null): Promise<SessionAnswer>;
  rename(token: string, name: string): Promise<Visitor>;
}

export function createApi(base: string, site: string): Api {
  async function call<T>(
    method: string,
    path: string,
    body: unknown,
    headers: Record<string, string> = {},
  ): Promise<T> {
    const abort = new AbortController();
    const deadline = setTimeout(() => abort.abort(), CALL_DEADLINE_MS);
    try {
      const response = await fetch(`${base}/api/v1/${site}/${path}`, {
        method,
        body: JSON.stringify(body),
        headers: { "Content-Type": "application/json", ...headers },
        credentials: "omit",
        signal: abort.signal,
      });
      const answer: unknown = await response.json().catch(() => null);
      if (response.ok && answer) return answer as T;
      throw refusal(response, answer as Partial<Refusal> | null);
    } catch (error) {
      if (error instanceof ChatError) throw error;
      throw new ChatError("network", "The chat server could not be reached.");
    } finally {
      clearTimeout(deadline);
    }
  }

  return {
    session: (token, room) => call("POST", "session", { token, room }),
    rename: (token, name) =>
      call("PATCH", "me", { name }, { Authorization: `Bearer ${token}` }).then(
        (answer) => (answer as { visitor?: Visitor }).visitor ?? (answer as Visitor),
      ),
  };
}

/** A proxy in between may answer with a page of its own: then only the status speaks. */
function refusal(response: Response, answer: Partial<Refusal> | null): ChatError {
  const code: Code = answer?.error ?? (response.status === 429 ? "rate" : "unavailable");
  const seconds = Number(response.headers.get("Retry-After"));
  const message = answer?.message ?? `The chat server answered ${response.status}.`;
  return new ChatError(code, message, {
    ...answer,
    retry_ms: answer?.retry_ms ?? (seconds > 0 ? seconds * 1000 : undefined),
  });
}
