/**
 * The owner's colour, made readable: black or white on it, and a soft shade for one's own messages.
 */

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Black and white stand out equally well (4.58:1) from a colour of luminance 0.179. */
export function onAccent(hex: string): "#000000" | "#ffffff" {
  return luminance(hex) > 0.179 ? "#000000" : "#ffffff";
}

/** What is written on it, and how many times brighter one is than the other. */
export function contrastOn(hex: string): readonly ["black" | "white", number] {
  const found = luminance(hex);
  const isBright = onAccent(hex) === "#000000";
  return isBright ? ["black", (found + 0.05) / 0.05] : ["white", 1.05 / (found + 0.05)];
}

export function accentTokens(hex: string | undefined): readonly (readonly [string, string])[] {
  if (!hex) return [];
  return [
    ["--ing-accent", hex],
    ["--ing-on-accent", onAccent(hex)],
    ["--ing-accent-hover", `color-mix(in srgb, ${hex} 88%, ${onAccent(hex)})`],
    ["--ing-accent-soft", `color-mix(in srgb, ${hex} 16%, var(--ing-surface))`],
    ["--ing-on-accent-soft", "var(--ing-ink)"],
  ];
}
