/** Notices that something stands between this page and the server, and has it reported once. */

import type { TransportChoice } from "../connection/transport.ts";
import type { Events } from "./events.ts";

/** One failure passes by itself; each attempt changes the connection twice. */
const CHANGES_BEFORE_REPORT = 4;

export interface TroubleHost {
  /** `https://chat.example/api/v1/pk_…` */
  readonly api: string;
  readonly choice: TransportChoice;
  readonly events: Events;
  /** The visitor is known as soon as the server has answered. */
  readonly about: { readonly visitor: unknown };
}

/** Sockets that the policy of the page has forbidden. */
let forbidden: string[] | undefined;

/**
 * One listener for the page: one for each conversation would keep them all in memory, with their
 * views.
 */
function watchPolicy(): void {
  // Without a document there is no policy either.
  if (!forbidden)
    globalThis.document?.addEventListener(
      "securitypolicyviolation",
      ({ blockedURI, disposition }) => {
        if (disposition === "enforce" && blockedURI.startsWith("ws")) forbidden?.push(blockedURI);
      },
    );
  forbidden ??= [];
}

export function watchTrouble({ api, choice, events, about }: TroubleHost): void {
  let failing = 0;
  watchPolicy();
  events.on("connection", ({ status, transport }) => {
    const isWithoutSocket = status === "online" && choice === "auto" && transport !== "ws";
    if (status === "reconnecting" && !about.visitor && navigator.onLine) failing += 1;
    else if (!isWithoutSocket) return;
    if (isWithoutSocket || failing >= CHANGES_BEFORE_REPORT)
      import("./trouble.ts")
        .then((file) => file.reportOnce(api, isWithoutSocket ? "socket" : "call", forbidden ?? []))
        .catch(String);
  });
}
