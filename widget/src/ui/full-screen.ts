/**
 * A chat that fills the window, as on a phone: the page behind neither scrolls nor takes the focus,
 * and the panel ends where the keyboard begins. Everything that is changed on the page is put back
 * exactly.
 */

/** Gives the window to `panel`; the answer gives it back. */
export function takeScreen(panel: HTMLElement): () => void {
  const { documentElement: html, body } = document;
  const overflow = html.style.getPropertyValue("overflow");
  const priority = html.style.getPropertyPriority("overflow");
  const wasInert = body.inert;
  html.style.setProperty("overflow", "hidden", "important");
  // Not where the chat stands in a dialog of the page, which makes the rest inert itself.
  body.inert = wasInert || !body.contains((panel.getRootNode() as ShadowRoot).host ?? null);

  // iOS lays the page out as if there were no keyboard, and scrolls instead: only this knows what
  // is in sight.
  const viewport = window.visualViewport;
  const follow = () => {
    if (!viewport) return;
    panel.style.setProperty("--ing-height", `${viewport.height}px`);
    panel.style.setProperty("--ing-top", `${viewport.offsetTop}px`);
  };
  viewport?.addEventListener("resize", follow);
  viewport?.addEventListener("scroll", follow);
  follow();

  return () => {
    viewport?.removeEventListener("resize", follow);
    viewport?.removeEventListener("scroll", follow);
    panel.style.removeProperty("--ing-height");
    panel.style.removeProperty("--ing-top");
    html.style.setProperty("overflow", overflow, priority);
    body.inert = wasInert;
  };
}
