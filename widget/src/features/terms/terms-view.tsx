/**
 * Draws nothing until somebody presses the box, types, brings a file, or takes one of the first
 * questions. Then it asks what is still to be asked, and what they wanted to do happens afterwards.
 */

import { Component } from "../../parts/parts.ts";
import english from "../../strings/en-terms.json";
import type { ViewProps } from "../feature.ts";
import { Agreement } from "./agreement.tsx";
import { questionsAsked, termsAsked } from "./asked.ts";
import { Questions } from "./questions.tsx";

export { default as styles } from "./terms.css";

interface BeforeState {
  readonly isOpen: boolean;
}

/** What means to write; a press on a first question sends it. */
const WANTS: readonly (readonly [kind: string, where: string])[] = [
  // Behind the own face, which comes first, nothing is written.
  ["click", ".field > :not(:first-child),.starter"],
  ["beforeinput", ".composer textarea"],
  ["keydown", ".composer textarea"],
  ["submit", ".composer"],
  ["paste", ".panel"],
  ["drop", ".panel"],
];

/** Files, which leave at once. Where a text is pasted with them it is meant, by a `beforeinput`. */
function filesOf(event: Event): readonly File[] {
  const { clipboardData, dataTransfer } = event as Partial<ClipboardEvent & DragEvent>;
  return clipboardData?.types.includes("text/plain")
    ? []
    : [...((clipboardData ?? dataTransfer)?.files ?? [])];
}

/** Of the keys only the one that sends; another one moves the caret, or brings a `beforeinput`. */
function means(event: Event): boolean {
  if (/paste|drop/.test(event.type)) return filesOf(event).length > 0;
  return event.type !== "keydown" || (event as KeyboardEvent).key === "Enter";
}

export class View extends Component<ViewProps<"unasked">, BeforeState> {
  override state: BeforeState = { isOpen: false };
  readonly #over = new AbortController();
  /** What they wanted to do. */
  #wanted: (() => void) | null = null;

  override componentDidMount(): void {
    const { root, t } = this.props.ui;
    t.add(english.words);
    // On the way down: the composer must not hear of it.
    for (const [kind, where] of WANTS)
      root.addEventListener(
        kind,
        (event) => {
          const found = (event.target as Element).closest<HTMLElement>(where);
          if (!found || !means(event) || !this.#asks()) return;
          event.preventDefault();
          event.stopImmediatePropagation();
          this.#wanted = this.#wantedBy(event, found);
          this.setState({ isOpen: true });
        },
        { capture: true, signal: this.#over.signal },
      );
  }

  override componentWillUnmount(): void {
    this.#over.abort();
  }

  #wantedBy(event: Event, found: HTMLElement): (() => void) | null {
    const files = filesOf(event);
    if (files.length) return () => this.props.composer.current?.show({ pressed: files });
    const isSent = /submit|keydown/.test(event.type);
    const button = isSent ? this.props.ui.root.querySelector<HTMLElement>(".send") : found;
    return isSent || found.matches(".starter") ? () => button?.isConnected && button.click() : null;
  }

  #asks(): boolean {
    return Boolean(termsAsked(this.props) ?? questionsAsked(this.props));
  }

  /** What was agreed to is kept by now; the next thing is asked, or one writes. */
  readonly #next = (): void => {
    if (this.#asks()) return this.forceUpdate();
    this.setState({ isOpen: false });
    const field = this.props.ui.root.querySelector<HTMLElement>(".composer textarea");
    this.#wanted?.();
    field?.focus();
  };

  readonly #refuse = (): void => {
    this.setState({ isOpen: false });
    this.props.ui.root.querySelector<HTMLElement>(".scroller")?.focus();
  };

  readonly #onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || event.isComposing) return;
    // What is topmost is closed, and it alone.
    event.stopPropagation();
    this.#refuse();
  };

  override render(props: ViewProps<"unasked">, { isOpen }: BeforeState) {
    const { t } = props.ui;
    t.add(english.words);
    const terms = isOpen ? termsAsked(props) : null;
    const asked = isOpen ? questionsAsked(props) : null;
    if (!terms && !asked) return null;
    return (
      <div
        class="before-place"
        role="dialog"
        aria-labelledby="before-title"
        aria-describedby={terms ? "before-text" : undefined}
        tabIndex={-1}
        onKeyDown={this.#onKeyDown}
      >
        {terms ? (
          <Agreement from={props} terms={terms} onAgreed={this.#next} onRefused={this.#refuse} />
        ) : (
          asked && (
            <Questions
              from={props}
              asked={asked}
              onAnswered={this.#next}
              onRefused={this.#refuse}
            />
          )
        )}
      </div>
    );
  }
}
