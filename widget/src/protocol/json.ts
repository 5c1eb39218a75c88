/**
 * Some old libraries teach every array and string of a page to write itself as JSON in a way of its
 * own. Here none of them is asked: what is written is what is there.
 */
export const toJson = (value: unknown): string =>
  JSON.stringify(value, function (this: Record<string, unknown>, key) {
    return this[key];
  });
