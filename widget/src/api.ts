/** The few HTTP calls of the open path; every refusal becomes a `ChatError` with the server's words. */

import type { Code, Problem, Refusal, SessionAnswer, Visitor } from "./protocol.ts";

/** After this a call counts as lost: a captive portal may hold it for minutes. */
const CALL_DEADLINE_MS = 15_000;

export class ChatError extends Error implements Problem {
  declare readonly code: Problem["code"];
  declare readonly hint?: string;
  declare readonly field?: string;
  declare readonly until?: string | null;
  declare readonly retry_ms?: number;

  constructor(problem: Problem & { readonly retry_ms?: number }) {
    super(problem.message);
    Object.assign(this, problem);
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
      throw unreachable();
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

export function unreachable(): ChatError {
  return new ChatError({ code: "network", message: "The chat server could not be reached." });
}

/** A proxy in between may answer with a page of its own: then only the status speaks. */
function refusal({ status, headers }: Response, answer: Partial<Refusal> | null): ChatError {
  const code: Code = answer?.error ?? (status === 429 ? "rate" : "unavailable");
  const wait = Number(headers.get("Retry-After")) * 1000 || undefined;
  const message = `The chat server answered ${status}.`;
  return new ChatError({ message, retry_ms: wait, ...answer, code });
}
