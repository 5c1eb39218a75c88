/** The few HTTP calls of a conversation. */

/** After this a call counts as lost: a captive portal may hold it for minutes. */
const CALL_DEADLINE_MS = 15_000;

/** The server has answered, and not as wished; errors.ts puts it into words. */
export class Refused extends Error {
  readonly status: number;
  /** Seconds to wait, where it told; else 0 or not a number. */
  readonly wait: number;
  readonly answer: unknown;

  constructor({ status, headers }: Response, answer: unknown) {
    super();
    this.status = status;
    this.wait = Number(headers.get("Retry-After"));
    this.answer = answer;
  }
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
    const response = await fetch(url, {
      method,
      body: JSON.stringify(body),
      headers: {
        "Content-Type": "application/json",
        ...(token && { Authorization: `Bearer ${token}` }),
      },
      credentials: "omit",
      signal: abort.signal,
    });
    const answer: unknown = await response.json().catch(() => null);
    if (response.ok && answer) return answer;
    throw new Refused(response, answer);
  } finally {
    clearTimeout(deadline);
  }
}
