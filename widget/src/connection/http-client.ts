/** The few HTTP calls of a conversation. */

import { toJson } from "../protocol/json.ts";

/** After this a call counts as lost: a captive portal may hold it for minutes. */
const CALL_DEADLINE_MS = 15_000;

/** The server has answered, and not as wished; errors.ts puts it into words. */
export class Refused extends Error {
  readonly status: number;
  /** Seconds to wait, where the answer says so; else 0 or not a number. */
  readonly wait: number;
  readonly answer: unknown;

  constructor({ status, headers }: Response, answer: unknown) {
    super();
    this.status = status;
    this.wait = Number(headers.get("Retry-After"));
    this.answer = answer;
  }
}

export interface Asking {
  readonly method: string;
  readonly body?: unknown;
  readonly token?: string | null;
  readonly accept?: string;
  readonly signal: AbortSignal;
}

/** One call, by CORS and without cookies. Rejects with Refused where the server says no. */
export async function request(
  url: string,
  { method, body, token, accept = "application/json", signal }: Asking,
): Promise<Response> {
  const response = await fetch(url, {
    method,
    body: toJson(body),
    headers: {
      Accept: accept,
      ...(body !== undefined && { "Content-Type": "application/json" }),
      ...(token && { Authorization: `Bearer ${token}` }),
    },
    credentials: "omit",
    signal,
  });
  if (response.ok) return response;
  throw new Refused(response, await response.json().catch(() => null));
}

export async function call(
  method: string,
  url: string,
  body: unknown,
  token?: string | null,
): Promise<unknown> {
  const abort = new AbortController();
  const deadline = setTimeout(() => abort.abort(), CALL_DEADLINE_MS);
  try {
    const response = await request(url, { method, body, token, signal: abort.signal });
    const answer: unknown = await response.json().catch(() => null);
    // 204 has nothing to say.
    if (answer || response.status === 204) return answer;
    throw new Refused(response, answer);
  } finally {
    clearTimeout(deadline);
  }
}
