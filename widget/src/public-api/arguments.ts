/** Checks what the page hands in; the error names the argument. */

export function text(value: unknown, what: string): string {
  if (typeof value === "string") return value;
  throw new TypeError(`${what} must be text, not ${typeof value}.`);
}
