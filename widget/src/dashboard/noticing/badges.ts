/** The badges of the rail, and of the bar of phones, follow what waits while a page stays open. */

import { type Badges, counted } from "./news.ts";

/** Answers whether a badge was another. `waiting` is the word that readers hear behind it. */
export function drawBadges(badges: Badges, waiting: string): boolean {
  const drawn = Object.entries(badges).flatMap(([section, number]) =>
    [...document.querySelectorAll(`[data-section="${section}"]`)].map((link) =>
      draw(link, number, waiting),
    ),
  );
  return drawn.includes(true);
}

function draw(link: Element, number: number, waiting: string): boolean {
  const text = number ? `${counted(number)} ${waiting}` : "";
  const before = link.querySelector(".badge");
  if (text === (before?.textContent ?? "")) return false;
  before?.remove();
  if (!text) return true;
  const badge = document.createElement("span");
  const word = document.createElement("span");
  badge.className = "badge";
  word.className = "visually-hidden";
  word.textContent = ` ${waiting}`;
  badge.append(counted(number), word);
  link.append(badge);
  return true;
}
