/** One file on its way, by a request that says how far it is. */

import type { Ask } from "../../session/types.ts";

/** Without a sign of life for so long it counts as lost. */
const STALLED_MS = 30_000;
/** After the last byte the server draws a picture anew, and others may be before it. */
const DRAWING_MS = 120_000;

interface Refusal {
  readonly error?: string;
}

const lost = { code: "network", message: "The chat server could not be reached." };

/** `progress` gets a share from 0 to 1. Rejects with a problem, as `session.call` passes it on. */
export const uploadBy =
  (signal: AbortSignal, progress: (share: number) => void): Ask =>
  (method, url, body, token) =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      let timer = setTimeout(() => request.abort(), STALLED_MS);
      const wait = (ms: number): void => {
        clearTimeout(timer);
        timer = setTimeout(() => request.abort(), ms);
      };
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", abort);
      };
      const abort = (): void => request.abort();
      signal.addEventListener("abort", abort);
      request.upload.onprogress = ({ loaded, total }) => {
        wait(STALLED_MS);
        progress(total ? loaded / total : 0);
      };
      request.upload.onload = () => wait(DRAWING_MS);
      request.onload = () => {
        end();
        if (request.status === 201 && request.response) resolve(request.response);
        else reject(problemOf(request));
      };
      request.onerror = request.onabort = () => {
        end();
        reject(lost);
      };
      request.open(method, url);
      request.responseType = "json";
      request.setRequestHeader("Accept", "application/json");
      request.setRequestHeader("Authorization", `Bearer ${token}`);
      request.send(body as FormData);
    });

/** A proxy in between may answer with a page of its own: then only the status speaks. */
function problemOf(request: XMLHttpRequest): object {
  const { status } = request;
  const answer = request.response as Refusal | null;
  const code =
    answer?.error ??
    (status === 413 ? "too_large" : status === 429 ? "rate" : ("unavailable" as const));
  return { message: `The chat server answered ${status}.`, ...answer, code };
}
