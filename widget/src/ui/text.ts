/**
 * From `body` and its entities to pieces that a view makes nodes of. Nothing here parses text and
 * nothing is ever HTML: the server has said where the runs are, and what does not fit is left as
 * plain text.
 */

import type { Entity } from "../protocol/frames.ts";

export type Piece =
  | string
  | {
      readonly kind: Entity["kind"];
      readonly pieces: readonly Piece[];
      readonly url: string | undefined;
      readonly id: string | undefined;
    };

/** The mark that is part of the run at both ends and is not shown. */
const MARKS: ReadonlyMap<string, string> = new Map([
  ["bold", "*"],
  ["italic", "_"],
  ["code", "`"],
]);
const SAFE_URL = /^(https?:\/\/|mailto:)/i;

/** A cut between the halves of one character would show two broken ones. */
function cutsCharacter(body: string, at: number): boolean {
  const unit = body.charCodeAt(at);
  const before = body.charCodeAt(at - 1);
  return unit >= 0xdc00 && unit <= 0xdfff && before >= 0xd800 && before <= 0xdbff;
}

function isUsable(body: string, { kind, at, len, url }: Entity): boolean {
  const end = at + len;
  if (!Number.isInteger(at) || !Number.isInteger(len) || at < 0 || len < 1 || end > body.length)
    return false;
  if (cutsCharacter(body, at) || cutsCharacter(body, end)) return false;
  const mark = MARKS.get(kind);
  if (mark) return len > 2 && body[at] === mark && body[end - 1] === mark;
  return kind === "mention" || (kind === "link" && SAFE_URL.test(url ?? ""));
}

/**
 * The pieces of a message, outer first. Entities that overlap, overrun or make no sense are
 * ignored.
 */
export function toPieces(body: string, entities: readonly Entity[]): readonly Piece[] {
  const usable = entities.filter((entity) => isUsable(body, entity));
  let next = 0;

  function between(start: number, end: number, plain: boolean): Piece[] {
    const pieces: Piece[] = [];
    let from = start;
    for (let entity = usable[next]; entity && entity.at < end; entity = usable[next]) {
      next += 1;
      const stop = entity.at + entity.len;
      if (plain || entity.at < from || stop > end) continue;
      if (entity.at > from) pieces.push(body.slice(from, entity.at));
      const { kind, url, id } = entity;
      const mark = MARKS.has(kind) ? 1 : 0;
      const inner = between(entity.at + mark, stop - mark, kind === "code" || !mark);
      pieces.push({ kind, pieces: inner, url, id });
      from = stop;
    }
    if (from < end) pieces.push(body.slice(from, end));
    return pieces;
  }

  return between(0, body.length, false);
}
