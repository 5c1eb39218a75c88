/** A file for the visitor's own device, made in the page. */

/** `content` becomes readable JSON. */
export function saveFile(name: string, content: unknown): void {
  const text = JSON.stringify(content, null, 1);
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser has it once the click is over; Safari reads it a moment later.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
