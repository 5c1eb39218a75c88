/** The page of the look: each change of the form is in the preview at once, before it is saved. */

import { contrastOn } from "../parts/accent.ts";

const LEAST_CSS = /^[^@<\\]*$/;
const ACCENT = "#a8431f";

const form = document.querySelector<HTMLFormElement>("[data-look-form]");
const frame = document.querySelector<HTMLIFrameElement>("[data-look-preview]");
const sizes = document.querySelector<HTMLElement>("[data-preview-sizes]");
const swatches = document.querySelector<HTMLElement>("[data-swatches]");
const changes = document.querySelector<HTMLElement>("[data-changes]");
const undo = document.querySelector<HTMLButtonElement>("[data-undo]");

/** What the form says now; a colour that is half typed is none. */
function draft(fields: FormData): Record<string, unknown> {
  const text = (name: string) => String(fields.get(name) ?? "").trim();
  const number = (name: string) => (/^\d{1,4}$/.test(text(name)) ? Number(text(name)) : 20);
  const accent = text("accent");
  const css = text("css");
  const lines = text("starters")
    .split("\n")
    .map((line) => line.trim());
  // The card of the pictures is drawn anew when one was taken.
  const { logo = "", icon = "" } = document.getElementById("pictures")?.dataset ?? {};
  return {
    accent: /^#[\da-f]{6}$/i.test(accent) ? accent : accent ? undefined : ACCENT,
    side: text("side") || "right",
    ...{ offset_x: number("offset_x"), offset_y: number("offset_y"), logo, icon },
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
  for (const swatch of swatches?.querySelectorAll<HTMLElement>("[data-swatch]") ?? [])
    swatch.ariaPressed = `${swatch.dataset["swatch"] === accent.toLowerCase()}`;
}

/** As the page came, which is what is stored. */
function isChanged(field: Element): boolean {
  if (field instanceof HTMLSelectElement) {
    const options = [...field.options];
    const stored = options.find(({ defaultSelected }) => defaultSelected) ?? options[0];
    return field.value !== stored?.value;
  }
  if (field instanceof HTMLTextAreaElement) return field.value !== field.defaultValue;
  return field instanceof HTMLInputElement && field.type === "checkbox"
    ? field.checked !== field.defaultChecked
    : field instanceof HTMLInputElement && field.value !== field.defaultValue;
}

function countChanges(fields: HTMLFormElement): void {
  if (!changes || !undo) return;
  const n = [...fields.elements].filter(isChanged).length;
  const words = changes.dataset[n === 1 ? "one" : "many"] ?? "";
  changes.textContent = n ? words.replace("{number}", `${n}`) : "";
  undo.hidden = n === 0;
}

function show(): void {
  if (!form || !frame) return;
  const theme = draft(new FormData(form));
  sayContrast(theme["accent"]);
  countChanges(form);
  const dark = sizes?.querySelector<HTMLInputElement>("[name=dark]")?.checked ?? false;
  // A sandboxed frame has no origin that could be named; what it gets is no secret.
  frame.contentWindow?.postMessage({ theme, dark }, "*");
  const size = sizes?.querySelector<HTMLInputElement>("[name=size]:checked")?.value ?? "desk";
  frame.dataset["size"] = size;
}

function chooseColour({ target }: Event): void {
  const field = form?.querySelector<HTMLInputElement>("[name=accent]");
  const swatch = (target as Element).closest<HTMLElement>("[data-swatch]");
  if (!field || !swatch) return;
  field.value = swatch.dataset["swatch"] ?? "";
  show();
}

if (form && frame && sizes && swatches) {
  sizes.hidden = swatches.hidden = false;
  form.addEventListener("input", show);
  // The fields have their values back after the event.
  form.addEventListener("reset", () => setTimeout(show));
  swatches.addEventListener("click", chooseColour);
  sizes.addEventListener("change", show);
  frame.addEventListener("load", show);
  document.body.addEventListener("htmx:afterSwap", show);
}
