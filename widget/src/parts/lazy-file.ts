/**
 * A file that is fetched when it is first needed: once, and again after a failure. A browser of
 * before the middle of 2026 remembers a failure until the page loads again
 * (https://github.com/whatwg/html/issues/6768), so another try fails there, too.
 */

export class LazyFile<T> {
  readonly #load: () => Promise<T>;
  #here: T | null = null;
  #coming: Promise<T> | null = null;

  /** `load` is an `import()`, which the build makes a file of. */
  constructor(load: () => Promise<T>) {
    this.#load = load;
  }

  /** What the file exports, once it is here. */
  get here(): T | null {
    return this.#here;
  }

  /** Rejects where the file cannot be had. The next call asks anew. */
  fetch(): Promise<T> {
    this.#coming ??= this.#load().then(
      (file) => {
        this.#here = file;
        return file;
      },
      (cause) => {
        this.#coming = null;
        throw cause;
      },
    );
    return this.#coming;
  }
}
