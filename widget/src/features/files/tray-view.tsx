/**
 * What goes with the next message, above the field: by the button, by pasting, or dropped on the
 * panel. What becomes of them is in uploads.ts.
 */

import { Component, createRef, Icon } from "../../parts/parts.ts";
import english from "../../strings/en-files.json";
import type { ViewProps } from "../feature.ts";
import { dragsFiles, filesOf } from "./incoming.ts";
import { canShrink } from "./pictures.ts";
import { TrayFile } from "./tray-file.tsx";
import { endUploads, type Item, uploadsIn } from "./uploads.ts";
import { noteText, whyNot } from "./words.ts";

export { default as styles } from "./tray.css";

type Props = ViewProps<"composer">;

interface State {
  readonly isOver: boolean;
  /** The browser wants another press before it shows the files of the device. */
  readonly asks: boolean;
  /** For screen readers, and about what could not be taken. */
  readonly said: string;
  readonly refused: string;
}

/** Leaving one element for another inside comes before the next `dragover`. */
const LEFT_MS = 250;

export class View extends Component<Props, State> {
  override state: State = { isOver: false, asks: false, said: "", refused: "" };
  readonly #uploads = uploadsIn(this.props.ui.session, this.props.ui.room);
  readonly #tray = createRef<HTMLDivElement>();
  readonly #input = createRef<HTMLInputElement>();
  readonly #over = new AbortController();
  #composer = this.props.composer.current;
  #before: readonly Item[] = [];
  #left: ReturnType<typeof setTimeout> | undefined;
  #release = () => {};

  override componentDidMount(): void {
    const panel = this.#tray.current?.closest<HTMLElement>(".panel");
    const { signal } = this.#over;
    panel?.addEventListener("paste", this.#onPaste, { signal, capture: true });
    panel?.addEventListener("dragover", this.#onDrag, { signal });
    panel?.addEventListener("drop", this.#onDrop, { signal });
    panel?.addEventListener("dragleave", () => this.#leaveSoon(), { signal });
    this.#release = this.#uploads.subscribe(this.#changed);
    // The composer puts itself there after its parts.
    setTimeout(() => {
      if (signal.aborted) return;
      this.#composer = this.props.composer.current;
      this.#uploads.takesBack = (text) => this.#composer?.write(text);
      this.#uploads.restore();
      this.#changed();
    });
    this.#pressed();
  }

  override componentDidUpdate({ pressed }: Props): void {
    if (pressed !== this.props.pressed) this.#pressed();
  }

  override componentWillUnmount(): void {
    const { session, root } = this.props.ui;
    this.#over.abort();
    this.#release();
    clearTimeout(this.#left);
    this.#uploads.takesBack = null;
    this.#composer?.show({ more: null });
    setTimeout(() => root.host.isConnected || endUploads(session));
  }

  readonly #changed = (): void => {
    const { t } = this.props.ui;
    const { items, next } = this.#uploads;
    const before = this.#before;
    this.#before = items;
    for (const item of items) {
      const known = before.find(({ key }) => key === item.key);
      if (known?.state !== item.state && !/waits|failed/.test(item.state))
        this.setState({ said: noteText(t, this.props, item) });
    }
    this.setState({});
    this.#composer?.show({ more: next });
  };

  /** The button, or files that came before this was here. */
  #pressed(): void {
    const { pressed } = this.props;
    if (Array.isArray(pressed)) this.#add(pressed as File[]);
    else if (pressed) this.#choose();
  }

  /** The files of the device. A press that is too long ago does not count for the browser. */
  readonly #choose = (): void => {
    const { userActivation } = navigator as { readonly userActivation?: { isActive: boolean } };
    const asks = userActivation?.isActive === false;
    this.setState({ asks });
    if (!asks) this.#input.current?.click();
  };

  #add(files: readonly File[]): void {
    const { ui, snapshot, room } = this.props;
    const { file_bytes: bytes = 0, files_per_message: most = 1 } = snapshot.limits;
    const kinds = room?.may?.files ?? [];
    const taken = files.slice(0, Math.max(0, most - this.#uploads.tray.length));
    const refused = taken.length < files.length ? ui.t("files.most", { n: most }) : "";
    this.setState({ asks: false, refused });
    for (const file of taken) {
      const problem = whyNot(file, bytes, kinds);
      if (problem?.code === "too_large" && canShrink(file, kinds))
        this.#uploads.add(file, null, bytes);
      else this.#uploads.add(file, problem);
    }
  }

  readonly #onPaste = (event: ClipboardEvent): void => {
    const files = filesOf(event.clipboardData);
    if (!files.length) return;
    event.stopPropagation();
    // What was copied in an office program is a text and a picture of it: the text is meant.
    if (event.clipboardData?.types.includes("text/plain")) return;
    event.preventDefault();
    this.#add(files);
  };

  readonly #onDrag = (event: DragEvent): void => {
    const { dataTransfer } = event;
    if (!dataTransfer || !dragsFiles(dataTransfer)) return;
    event.preventDefault();
    dataTransfer.dropEffect = "copy";
    clearTimeout(this.#left);
    if (!this.state.isOver) this.setState({ isOver: true });
  };

  #leaveSoon(): void {
    clearTimeout(this.#left);
    this.#left = setTimeout(() => this.setState({ isOver: false }), LEFT_MS);
  }

  readonly #onDrop = (event: DragEvent): void => {
    clearTimeout(this.#left);
    this.setState({ isOver: false });
    const files = filesOf(event.dataTransfer);
    if (!files.length) return;
    event.preventDefault();
    this.#add(files);
  };

  readonly #remove = (item: Item, row: HTMLElement): void => {
    const { ui } = this.props;
    const next = (row.nextElementSibling ?? row.previousElementSibling) as HTMLElement | null;
    this.#uploads.remove(item.key);
    this.setState({ said: ui.t("files.removed", { name: item.name }), refused: "" });
    const field = row.closest("form")?.querySelector("textarea");
    (next?.querySelector<HTMLElement>(".remove") ?? field)?.focus();
  };

  override render(props: Props, { isOver, asks, said, refused }: State) {
    const { ui, room } = props;
    const { t } = ui;
    t.add(english.words);
    const { tray } = this.#uploads;
    return (
      <div class="tray" ref={this.#tray}>
        {tray.length > 0 && (
          <ul aria-label={t("files.label")}>
            {tray.map((item) => (
              <TrayFile
                key={item.key}
                from={props}
                item={item}
                describe={(alt) => this.#uploads.describe(item.key, alt)}
                retry={() => this.#uploads.retry(item.key)}
                remove={(row) => this.#remove(item, row)}
              />
            ))}
          </ul>
        )}
        {refused && (
          <p class="refused" role="alert">
            <Icon name="warn" />
            <span>{refused}</span>
          </p>
        )}
        {asks && (
          <button type="button" class="choose" onClick={() => this.#input.current?.click()}>
            <span>{t("files.choose")}</span>
          </button>
        )}
        <input
          ref={this.#input}
          type="file"
          hidden
          multiple
          accept={room?.may?.files?.join()}
          onChange={({ currentTarget }) => {
            this.#add([...(currentTarget.files ?? [])]);
            // The same file may be taken again.
            currentTarget.value = "";
          }}
        />
        <div class="hidden" role="status">
          <span>{said}</span>
        </div>
        {isOver && (
          <div class="dropzone">
            <span>{t("files.drop")}</span>
          </div>
        )}
      </div>
    );
  }
}
