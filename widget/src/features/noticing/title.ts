/**
 * The count before the title of the page: "(2) Wick & Ember". The page's own words come back
 * exactly as they were. A page that changes its title meanwhile has the last word.
 */

const MOST = 99;
/** A title that changes more often than this within a minute is a play of the page's. */
const MOST_CHANGES = 3;
const MINUTE_MS = 60_000;
/** The page counts itself. */
const COUNTED = /^\s*[([]\d/;

const elementOf = (): HTMLTitleElement | null => document.head?.querySelector("title") ?? null;

export class Title {
  /** The page's own text, with its blanks; null while ours is not shown. */
  #own: string | null = null;
  #prefix = "";
  /** What the title was set to. */
  #shown = "";
  #changes: number[] = [];
  #hasGivenUp = false;
  readonly #watch = new MutationObserver(() => this.#onChange());

  show(count: number): void {
    const prefix = count ? `(${count > MOST ? `${MOST}+` : count}) ` : "";
    if (prefix === this.#prefix) return;
    this.#prefix = prefix;
    if (!prefix) return this.#restore();
    if (this.#hasGivenUp) return;
    const element = elementOf();
    this.#own ??= element?.textContent ?? null;
    // Without a title the browser shows the address, which is no less.
    if (this.#own === null || COUNTED.test(this.#own)) {
      this.#own = null;
      return;
    }
    this.#write();
    this.#watch.observe(document.head, { childList: true, subtree: true, characterData: true });
  }

  #write(): void {
    const element = elementOf();
    if (!element) return;
    this.#shown = this.#prefix + (this.#own ?? "").trim();
    setText(element, this.#shown);
    // Ours is no change of the page's.
    this.#watch.takeRecords();
  }

  #onChange(): void {
    const text = elementOf()?.textContent ?? "";
    if (this.#own === null || text === this.#shown) return;
    const now = Date.now();
    this.#changes = [...this.#changes.filter((at) => now - at < MINUTE_MS), now];
    // Some pages make their next title of the last one.
    this.#own = text.replace(this.#prefix, "");
    if (this.#changes.length > MOST_CHANGES || COUNTED.test(this.#own)) {
      this.#hasGivenUp = true;
      this.#restore(text);
    } else this.#write();
  }

  /** `shown` is what stands there. */
  #restore(shown = this.#shown): void {
    this.#watch.disconnect();
    const element = elementOf();
    if (element && this.#own !== null && element.textContent === shown) setText(element, this.#own);
    this.#own = null;
  }
}

/** The page's own node stays, because a framework may hold it. */
function setText(element: HTMLElement, text: string): void {
  const [node, more] = element.childNodes;
  if (node instanceof Text && !more) node.data = text;
  else element.textContent = text;
}
