/** What the browser keeps of emoji, where the site lets the chat keep anything. */

import type { Store } from "../../storage.ts";

const RECENT = "emoji";
const TONE = "emoji-tone";
const MOST = 28;
/** Until somebody has used more. */
const USUAL =
  "👍 🙏 😄 😍 🤔 😮 😢 🎉 🔥 ❤️ 👏 👋 🙌 💪 😂 😊 😉 😎 🤝 👀 ✅ ☕ 🌿 🌈 ⭐ 🚀 💡 🎂".split(" ");

export const TONES = ["", "🏻", "🏼", "🏽", "🏾", "🏿"] as const;

/** The newest first, then what many people use. */
export function recent(store: Store): string[] {
  const used = store.get(RECENT)?.split(" ").filter(Boolean) ?? [];
  return [...new Set([...used, ...USUAL])].slice(0, MOST);
}

export function use(store: Store, sign: string): void {
  const used = store.get(RECENT)?.split(" ").filter(Boolean) ?? [];
  const next = [sign, ...used.filter((one) => one !== sign)];
  store.set(RECENT, next.slice(0, MOST).join(" "));
}

export function toneIn(store: Store): string {
  const kept = store.get(TONE) ?? "";
  return TONES.find((tone) => tone === kept) ?? "";
}

export function keepTone(store: Store, tone: string): void {
  if (tone) store.set(TONE, tone);
  else store.remove(TONE);
}
