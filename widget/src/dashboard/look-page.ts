/** The page of the look: each change of the form is in the preview at once, before it is saved. */

import { contrastOn } from "../ui/accent.ts";

const LEAST_CSS = /^[^@<\\]*$/;

const form = document.querySelector<HTMLFormElement>("[data-look-form]");
const frame = document.querySelector<HTMLIFrameElement>("[data-look-preview]");
const sizes = document.querySelector<HTMLElement>("[data-preview-sizes]");

/** What the form says now; a colour that is half typed is none. */
function draft(fields: FormData): Record<string, unknown> {
  const text = (name: string) => String(fields.get(name) ?? "").trim();
  const number = (name: string) => (/^\d{1,4}$/.test(text(name)) ? Number(text(name)) : 20);
  const accent = text("accent");
  const css = text("css");
  const lines = text("starters")
    .split("\n")
    .map((line) => line.trim());
  return {
    accent: /^#[\da-f]{6}$/i.test(accent) ? accent : accent ? undefined : "#a8431f",
    side: text("side") || "right",
    ...{ offset_x: number("offset_x"), offset_y: number("offset_y") },
    ...{ label: text("label"), title: text("title"), welcome: text("welcome") },
    starters: lines.filter(Boolean).slice(0, 3),
    // The server judges it when it is saved. Here nothing is fetched either: the frame's policy.
    css: LEAST_CSS.test(css) ? css : "",
  };
}

function sayContrast(accent: unknown): void {
  const line = document.querySelector<HTMLElement>("[data-contrast]");
  if (!line || typeof accent !== "string") return;
  const [ink, ratio] = contrastOn(accent);
  line.textContent = (line.dataset[ink] ?? "").replace("{ratio}", ratio.toFixed(1));
}

function show(): void {
  if (!form || !frame) return;
  const theme = draft(new FormData(form));
  sayContrast(theme["accent"]);
  const dark = sizes?.querySelector<HTMLInputElement>("[name=dark]")?.checked ?? false;
  // A sandboxed frame has no origin that could be named; what it gets is no secret.
  frame.contentWindow?.postMessage({ theme, dark }, "*");
  const size = sizes?.querySelector<HTMLInputElement>("[name=size]:checked")?.value ?? "desk";
  frame.dataset["size"] = size;
}

if (form && frame && sizes) {
  sizes.hidden = false;
  form.addEventListener("input", show);
  sizes.addEventListener("change", show);
  frame.addEventListener("load", show);
}
