/**
 * Pages that ask for news by HTMX do so when "inglenook:look" comes over the body: every 15 seconds
 * where the page is seen, every two minutes where it is not, and at once when it is seen again.
 */

const SEEN_MS = 15_000;
const HIDDEN_MS = 120_000;
export const LOOK = "inglenook:look";

export function startLooking(): void {
  let timer: ReturnType<typeof setTimeout>;
  const look = () => {
    document.body.dispatchEvent(new CustomEvent(LOOK));
    wait();
  };
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(look, document.hidden ? HIDDEN_MS : SEEN_MS);
  };
  document.addEventListener("visibilitychange", () => (document.hidden ? wait() : look()));
  wait();
}
