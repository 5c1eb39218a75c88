/** The sheet of the panel, shared by all instances; as a `<style>` with the page's nonce where sheets can't be made. */

let shared: CSSStyleSheet | null = null;

export function addStyles(root: ShadowRoot, nonce: string): void {
  try {
    if (!shared) {
      shared = new CSSStyleSheet();
      shared.replaceSync(WIDGET_CSS);
    }
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, shared];
  } catch {
    const style = document.createElement("style");
    style.nonce = nonce;
    style.textContent = WIDGET_CSS;
    root.append(style);
  }
}
