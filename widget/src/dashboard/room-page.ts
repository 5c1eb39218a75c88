/**
 * What a room's page on the dashboard does by script: it is live, keeps its place, sends by a key.
 */

import { LiveRoom } from "./live-room.ts";
import { startRoomTools } from "./room-tools.ts";

const NEAR_END_PX = 80;

const section = document.querySelector<HTMLElement>("[data-room][data-socket]");
const log = document.getElementById("log");
if (section && log) {
  goLive(section, log);
  keepPlace(log);
  startRoomTools(log);
  sendByKey();
}

function goLive({ dataset }: HTMLElement, log: HTMLElement): void {
  const state = document.getElementById("live-state");
  const polling = state?.textContent ?? "";
  const live = new LiveRoom({
    room: dataset.room ?? "",
    url: `${location.origin.replace(/^http/, "ws")}${dataset.socket}`,
    cursor() {
      const { epoch = "", since = "0" } = document.getElementById("cursor")?.dataset ?? {};
      return { epoch, since: Number(since) };
    },
    show(isLive) {
      if (!state) return;
      const words = isLive ? (state.dataset.live ?? "") : polling;
      // Set anew it would be read aloud anew.
      if (state.textContent !== words) state.textContent = words;
      state.classList.toggle("live-on", isLive);
    },
    isRead: () => !document.hidden && isNearEnd(log),
  });
  log.addEventListener("scroll", () => live.read(), { passive: true });
  document.addEventListener("visibilitychange", () => live.read());
  document.body.addEventListener("htmx:afterSettle", () => live.drawn());
  live.start();
}

const isNearEnd = (log: HTMLElement) =>
  log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END_PX;

/** Whoever reads further up is left there; whoever is at the end stays at the end. */
function keepPlace(log: HTMLElement): void {
  let isAtEnd = true;
  const toEnd = () => {
    log.scrollTop = log.scrollHeight;
  };
  log.addEventListener("scroll", () => {
    isAtEnd = isNearEnd(log);
  });
  new MutationObserver(() => {
    if (isAtEnd) toEnd();
  }).observe(log, { childList: true, subtree: true });
  // Older messages are put in above: what was in view stays in view.
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if ((event as CustomEvent<{ target?: Element }>).detail.target?.id !== "messages") return;
    isAtEnd = false;
    const below = log.scrollHeight - log.scrollTop;
    requestAnimationFrame(() => {
      log.scrollTop = log.scrollHeight - below;
    });
  });
  toEnd();
}

/** Ctrl or ⌘ with Enter sends, wherever the form was swapped. */
function sendByKey(): void {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    if (event.target instanceof HTMLTextAreaElement) event.target.form?.requestSubmit();
  });
}
