/**
 * Tells the owner which sources the page's Content-Security-Policy lacks, where it blocks the chat.
 */

import type { Entry } from "../entry.ts";
import { warn } from "./warn.ts";

export function watchPolicy(entries: () => readonly Entry[]): void {
  document.addEventListener("securitypolicyviolation", ({ blockedURI, effectiveDirective }) => {
    const origin = entries()
      .map(({ tag }) => new URL(tag.src).origin)
      .find((one) => blockedURI.startsWith(one) || blockedURI.startsWith(socketOf(one)));
    // The policy lets scripts of ours come: this is one.
    if (origin)
      void import("./policy-words.ts").then(({ policyWords }) =>
        warn(policyWords(origin, socketOf(origin), effectiveDirective)),
      );
  });
}

const socketOf = (origin: string): string => origin.replace("http", "ws");
