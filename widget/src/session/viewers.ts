/**
 * Who draws what is known here: called after a change, once for several frames that came together.
 */
export interface Viewers {
  subscribe(listener: () => void): () => void;
  changed(): void;
  /** Viewers are called once, after all changes inside. */
  together(action: () => void): void;
  clear(): void;
}

/** `settle` runs before the listeners, and may change more. */
export function createViewers(settle: () => void): Viewers {
  const listeners = new Set<() => void>();
  let depth = 0;
  let dirty = false;

  function together(action: () => void): void {
    depth += 1;
    try {
      action();
      if (depth === 1 && dirty) settle();
    } finally {
      depth -= 1;
    }
    if (depth > 0 || !dirty) return;
    dirty = false;
    for (const listener of [...listeners]) listener();
  }

  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    changed: () => together(() => (dirty = true)),
    together,
    clear: () => listeners.clear(),
  };
}
