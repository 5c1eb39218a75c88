/**
 * Sheets of a shadow root, shared by all instances; as `<style>` with the page's nonce where sheets
 * can't be made.
 */

const made = new Map<string, CSSStyleSheet>();

const addedTo = new WeakMap<ShadowRoot, Set<string>>();

/** A sheet that the root has already is not added again. */
export function addStyles(root: ShadowRoot, nonce: string, css: string): void {
  const added = addedTo.get(root) ?? new Set();
  if (added.has(css)) return;
  addedTo.set(root, added.add(css));
  try {
    const sheet = made.get(css) ?? new CSSStyleSheet();
    if (!made.has(css)) sheet.replaceSync(css);
    made.set(css, sheet);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  } catch {
    root.append(Object.assign(document.createElement("style"), { nonce, textContent: css }));
  }
}
