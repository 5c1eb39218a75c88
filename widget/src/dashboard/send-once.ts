/** A second press while the first is on its way does nothing. */

export function sendOnce(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.method !== "post" || event.defaultPrevented)
      return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    // Coming back by the browser's cache must find a form that works.
    addEventListener("pageshow", () => delete form.dataset.sent, { once: true });
  });
}
