/** The button that embed.js has drawn, once the chat is here: open or not, and how much is unread. */

import type { Texts } from "./texts.ts";

const MOST = 99;

type DrawLauncher = (t: Texts, isOpen: boolean, unread: number, label: string | undefined) => void;

export function createLauncher(button: HTMLButtonElement): DrawLauncher {
  const badge = document.createElement("span");
  badge.className = "ing unread";
  button.append(badge);
  return (t, isOpen, unread, label) => {
    const n = isOpen ? 0 : unread;
    const words = isOpen
      ? t("launcher.close")
      : n
        ? t("launcher.unread", { n })
        : label || t("launcher.open");
    button.setAttribute("aria-label", words);
    button.setAttribute("aria-expanded", `${isOpen}`);
    badge.hidden = !n;
    badge.textContent = n > MOST ? `${MOST}+` : `${n}`;
  };
}
