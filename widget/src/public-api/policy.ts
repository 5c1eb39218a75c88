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
    if (origin)
      warn(
        `The page's Content-Security-Policy blocks the chat (${effectiveDirective}). ` +
          `It needs: script-src ${origin}; connect-src ${origin} ${socketOf(origin)}`,
      );
  });
}

const socketOf = (origin: string): string => origin.replace("http", "ws");
