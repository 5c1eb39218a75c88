/**
 * What opens over the chat and is in nobody's way: a click elsewhere, a word typed, or Escape
 * closes it, and it alone.
 */

import type { ComponentChildren } from "preact";
import { Component, createRef } from "../../parts/parts.ts";

interface ShellProps {
  readonly children: ComponentChildren;
  onClose(): void;
}

/** The button that opens and closes it does so by itself. */
const isOpener = (node: EventTarget) =>
  node instanceof Element && node.hasAttribute("aria-expanded");

export class Shell extends Component<ShellProps> {
  readonly #box = createRef<HTMLDivElement>();
  readonly #over = new AbortController();

  override componentDidMount(): void {
    const box = this.#box.current as HTMLDivElement;
    const root = box.getRootNode();
    // On the way down: what is clicked may stop the event, and Escape means more to the panel.
    const listen = (target: Node, kind: string, isEnd: (event: Event) => boolean) =>
      target.addEventListener(
        kind,
        (event) => {
          if (!isEnd(event)) return;
          if (kind === "keydown") event.stopPropagation();
          this.props.onClose();
        },
        { capture: true, signal: this.#over.signal },
      );
    listen(document, "click", (event) =>
      event.composedPath().every((node) => node !== box && !isOpener(node)),
    );
    listen(root, "input", () => true);
    listen(root, "keydown", (event) => {
      const { key, isComposing } = event as KeyboardEvent;
      return key === "Escape" && !isComposing;
    });
  }

  override componentWillUnmount(): void {
    this.#over.abort();
  }

  override render({ children }: ShellProps) {
    return (
      <div class="drawer" ref={this.#box}>
        {children}
      </div>
    );
  }
}
