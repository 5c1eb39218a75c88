/** Copy buttons: hidden until somebody can press them. */

const COPIED_MS = 2000;

export function showCopyButtons(within: ParentNode): void {
  for (const button of within.querySelectorAll<HTMLButtonElement>("button[data-copy]")) {
    const source = document.getElementById(button.dataset.copy ?? "");
    const label = button.querySelector("[data-copy-label]");
    if (source && label) connect(button, source, label);
  }
}

function connect(button: HTMLButtonElement, source: HTMLElement, label: Element): void {
  const before = label.textContent;
  const { copied = "", selected = "" } = button.dataset;
  let timer: ReturnType<typeof setTimeout> | undefined;
  button.hidden = false;
  button.addEventListener("click", async () => {
    let said = copied;
    try {
      await navigator.clipboard.writeText(source.textContent ?? "");
    } catch {
      // Without a secure context there is no clipboard: select the text, and say which keys do it.
      getSelection()?.selectAllChildren(source);
      said = selected;
    }
    label.textContent = said;
    clearTimeout(timer);
    timer = setTimeout(() => {
      label.textContent = before;
    }, COPIED_MS);
  });
}
