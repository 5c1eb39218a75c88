/**
 * Says where a passkey was not used. allauth's scripts do the rest, and tell of a refusal by an
 * event alone.
 */

export function startPasskeys(): void {
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    for (const notice of document.querySelectorAll<HTMLElement>("[data-passkey-refused]"))
      notice.hidden = false;
  });
}
