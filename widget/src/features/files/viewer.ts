/**
 * Pictures of one message, large. It is a dialog of the browser's own: the page behind it is out of
 * reach, and it stays whatever happens to the message.
 */

import "../../parts/parts.ts";
import type { Ui } from "../../parts/ui.ts";
import type { Attachment } from "../../protocol/frames.ts";
import css from "./viewer.css";

const SVG = "http://www.w3.org/2000/svg";
const CLOSE = "M6 6l12 12M18 6L6 18";
const EARLIER = "M15 5l-7 7 7 7";
const LATER = "M9 5l7 7-7 7";

function iconButton(label: string, path: string, onPress: () => void): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.ariaLabel = button.title = label;
  const icon = document.createElementNS(SVG, "svg");
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.setAttribute("class", "icon");
  icon.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  icon.append(line);
  button.append(icon);
  button.addEventListener("click", onPress);
  return button;
}

/** `pictures` have addresses that need no token. The focus goes back to `opener`. */
export function showPictures(
  ui: Ui,
  pictures: readonly Attachment[],
  first: number,
  opener: HTMLElement,
): void {
  ui.addStyles(css);
  const { t, root } = ui;
  const around = opener.closest<HTMLElement>(".ing");
  const dialog = document.createElement("dialog");
  const stage = document.createElement("div");
  const picture = document.createElement("img");
  const words = document.createElement("p");
  let at = Math.max(0, first);
  dialog.className = "viewer";
  dialog.lang = around?.lang ?? "";
  dialog.dir = around?.dir ?? "";
  stage.className = "stage";
  stage.tabIndex = 0;
  picture.referrerPolicy = "no-referrer";
  words.dir = "auto";
  words.setAttribute("aria-live", "polite");

  const show = (next: number): void => {
    at = (next + pictures.length) % pictures.length;
    const { url, alt, name } = pictures[at] as Attachment;
    stage.classList.remove("large");
    picture.src = url;
    picture.alt = alt || name;
    const count = t("files.count", { n: at + 1, all: pictures.length });
    words.textContent = pictures.length > 1 ? `${count} · ${alt || name}` : alt || name;
    dialog.ariaLabel = t("files.view", { name: alt || name });
  };
  const close = iconButton(t("files.close"), CLOSE, () => dialog.close());
  const earlier = iconButton(t("files.earlier"), EARLIER, () => show(at - 1));
  const later = iconButton(t("files.later"), LATER, () => show(at + 1));
  earlier.classList.add("earlier");
  later.classList.add("later");
  earlier.hidden = later.hidden = pictures.length < 2;

  dialog.addEventListener("keydown", (event) => {
    // Escape is the dialog's own, and nobody else's behind it.
    event.stopPropagation();
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step || pictures.length < 2 || stage.classList.contains("large")) return;
    event.preventDefault();
    show(at + (dialog.dir === "rtl" ? -step : step));
  });
  // Beside the picture it closes; on it, it is shown as large as it is.
  dialog.addEventListener("click", ({ target }) => {
    if (target === stage || target === dialog) dialog.close();
    else if (target === picture) stage.classList.toggle("large");
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    // A message that has taken the place of the one that was sent draws its picture anew.
    if (opener.isConnected) opener.focus();
    else root.querySelector<HTMLElement>("textarea")?.focus();
  });

  stage.append(picture);
  dialog.append(close, stage, earlier, later, words);
  (around ?? root).append(dialog);
  show(at);
  dialog.showModal();
}
