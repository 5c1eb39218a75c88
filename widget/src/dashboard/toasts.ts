/** A toast goes after ten seconds. It stays as long as the pointer or the focus is on it. */

const SHOWN_MS = 10_000;

export function startToasts(): void {
  const box = document.getElementById("toasts");
  if (!box) return;
  for (const toast of box.querySelectorAll<HTMLElement>("[data-toast]")) count(toast);
  // What HTMX adds later.
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes)
      for (const node of addedNodes)
        if (node instanceof HTMLElement && "toast" in node.dataset) count(node);
  }).observe(box, { childList: true });
}

function count(toast: HTMLElement): void {
  let timer: ReturnType<typeof setTimeout>;
  const start = () => {
    timer = setTimeout(() => toast.remove(), SHOWN_MS);
  };
  const pause = () => clearTimeout(timer);
  const goOn = () => {
    pause();
    if (!toast.matches(":hover, :focus-within")) start();
  };
  toast.addEventListener("pointerenter", pause);
  toast.addEventListener("pointerleave", goOn);
  toast.addEventListener("focusin", pause);
  // While it moves, the focus is nowhere.
  toast.addEventListener("focusout", () => setTimeout(goOn));
  start();
}
