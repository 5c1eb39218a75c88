/** An id of my own for a message or an act: UUIDv4, also where `randomUUID` is missing. */
export function newCid(): string {
  // Only secure contexts have it, and a page on plain http in a test network is none.
  if (crypto.randomUUID) return crypto.randomUUID();
  return "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx".replace(/x/g, () =>
    ((crypto.getRandomValues(new Uint8Array(1))[0] ?? 0) & 15).toString(16),
  );
}
