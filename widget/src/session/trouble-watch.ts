/** Notices that something stands between this page and the server, and has it reported once. */

import type { TransportChoice } from "../connection/transport.ts";
import type { Events } from "./events.ts";
import type { TroubleKind } from "./trouble.ts";

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

/** Where the sockets of `https://chat.example/api/v1/pk_…` are. */
const socketsOf = (api: string) => api.replace(/^http/, "ws").replace(/\/api\/.*/, "/");

export function watchTrouble({ api, choice, events, about }: TroubleHost): void {
  const reported = new Set<TroubleKind>();
  let failing = 0;
  const report = (kind: TroubleKind) => {
    if (reported.has(kind)) return;
    reported.add(kind);
    void import("./trouble.ts").then((file) => file.report(api, kind)).catch(String);
  };
  let isForbidden = false;
  // Without a document there is no policy either.
  globalThis.document?.addEventListener("securitypolicyviolation", (violation) => {
    const { blockedURI, disposition } = violation;
    isForbidden ||= disposition === "enforce" && blockedURI.startsWith(socketsOf(api));
  });
  events.on("connection", ({ status, transport }) => {
    if (status === "online" && choice === "auto" && transport !== "ws")
      report(isForbidden ? "socket_policy" : "socket");
    if (status !== "reconnecting" || about.visitor || !navigator.onLine) return;
    failing += 1;
    if (failing >= CHANGES_BEFORE_REPORT) report("call");
  });
}
