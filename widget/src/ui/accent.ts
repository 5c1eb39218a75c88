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
