/**
 * Sheets of a shadow root, shared by all instances; as `<style>` with the page's nonce where sheets
 * can't be made.
 */

const made = new Map<string, CSSStyleSheet>();

export function addStyles(root: ShadowRoot, nonce: string, css: string): void {
  try {
    const sheet = made.get(css) ?? new CSSStyleSheet();
    if (!made.has(css)) sheet.replaceSync(css);
    made.set(css, sheet);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  } catch {
    root.append(Object.assign(document.createElement("style"), { nonce, textContent: css }));
  }
}
