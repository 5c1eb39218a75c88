import type { Message } from "../rooms/reduce.ts";

/** The text where no run can be drawn: without the signs that make one bold, italic or code. */
export function plainText({ body, entities }: Pick<Message, "body" | "entities">): string {
  const marks = entities.flatMap(({ kind, at, len }) =>
    /^[bic]/.test(kind) ? [at, at + len - 1] : [],
  );
  return body.replace(/[*_`]/g, (sign, at: number) => (marks.includes(at) ? "" : sign));
}
