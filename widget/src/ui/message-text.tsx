/** The text of a message as nodes, and one that is long, folded. */

import type { ComponentChildren } from "preact";
import { Component, createRef, h } from "../parts/parts.ts";
import type { Texts } from "../parts/texts.ts";
import type { Entity } from "../protocol/frames.ts";
import { type Piece, toPieces } from "./text.ts";

/** Fewer signs fit into twelve lines of the narrowest panel. */
const SHORT_CHARS = 300;
const SHORT_LINES = 12;

/** Each run of text has an element of its own: see in-place.ts. */
function node(piece: Piece, me: string | undefined): ComponentChildren {
  if (typeof piece === "string") return <span>{piece}</span>;
  const { kind, url, id, pieces } = piece;
  const inner = pieces.map((part) => node(part, me));
  if (kind === "link")
    return (
      <a href={url} target="_blank" rel="noopener noreferrer nofollow ugc">
        {inner}
      </a>
    );
  if (kind === "mention")
    return <span class={id && id === me ? "mention me" : "mention"}>{inner}</span>;
  return h({ bold: "strong", italic: "em", code: "code" }[kind], null, inner);
}

interface LongProps {
  readonly t: Texts;
  readonly children: ComponentChildren;
}

interface LongState {
  readonly isWhole: boolean;
  /** It needs no more lines than are shown. */
  readonly fits: boolean;
}

class LongText extends Component<LongProps, LongState> {
  override state: LongState = { isWhole: false, fits: false };
  readonly #text = createRef<HTMLDivElement>();

  override componentDidMount(): void {
    const { scrollHeight, clientHeight } = this.#text.current as HTMLElement;
    this.setState({ fits: scrollHeight <= clientHeight });
  }

  override render({ t, children }: LongProps, { isWhole, fits }: LongState) {
    return (
      <>
        <div class={isWhole || fits ? "text" : "text folded"} dir="auto" ref={this.#text}>
          {children}
        </div>
        {!fits && (
          <button
            type="button"
            class="link"
            aria-expanded={isWhole}
            onClick={() => this.setState({ isWhole: !isWhole })}
          >
            <span>{t(isWhole ? "message.less" : "message.whole")}</span>
          </button>
        )}
      </>
    );
  }
}

export function messageText(
  t: Texts,
  body: string,
  entities: readonly Entity[],
  me: string | undefined,
) {
  const nodes = toPieces(body, entities).map((piece) => node(piece, me));
  if (body.length > SHORT_CHARS || body.split("\n").length > SHORT_LINES)
    return <LongText t={t}>{nodes}</LongText>;
  return (
    <div class="text" dir="auto">
      {nodes}
    </div>
  );
}
