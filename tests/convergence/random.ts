/** A seeded source of chance, so that a failing run can be repeated by its number. */
export interface Chance {
  (): number;
  below(limit: number): number;
  one<T>(items: readonly T[]): T;
  happens(probability: number): boolean;
}

/** mulberry32: small, fast, and good enough to shuffle a schedule. */
export function chance(seed: number): Chance {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return Object.assign(next, {
    below: (limit: number) => Math.floor(next() * limit),
    one: <T>(items: readonly T[]) => items[Math.floor(next() * items.length)] as T,
    happens: (probability: number) => next() < probability,
  });
}
