/**
 * Pictures in the width of a conversation, and links to whatever is none. A press shows a picture
 * large (viewer.ts). What this page sends itself is drawn from the device.
 */

import { Component, Icon } from "../../parts/parts.ts";
import type { FilesProps } from "../../parts/props.ts";
import type { Attachment } from "../../protocol/frames.ts";
import english from "../../strings/en-files.json";
import { localFile, onLocalFiles, sizeText } from "./local-files.ts";

export { default as styles } from "./files.css";

/** Of a picture, in pixels of the page. */
const MOST_WIDE = 216;
const MOST_HIGH = 288;
/** A link is good for ten minutes; a new one comes before that. */
const LINK_MS = 8 * 60_000;

const withWidth = (url: string): string => `${url}${url.includes("?") ? "&" : "?"}width=960`;

interface ViewState {
  /** Addresses that need no token, by id: of a private room. */
  readonly links: Readonly<Record<string, string>>;
}

export class View extends Component<FilesProps, ViewState> {
  override state: ViewState = { links: {} };
  #timer: ReturnType<typeof setTimeout> | undefined;
  #release = () => {};

  override componentDidMount(): void {
    if (this.#isPrivate) void this.#ask();
    if (this.props.attachments.some(({ id }) => localFile(id)))
      this.#release = onLocalFiles(() => this.setState({}));
  }

  override componentWillUnmount(): void {
    clearTimeout(this.#timer);
    this.#release();
  }

  get #isPrivate(): boolean {
    const { ui } = this.props;
    return ui.session.room(ui.room)?.info?.kind === "private";
  }

  async #ask(): Promise<void> {
    const { ui, attachments } = this.props;
    this.#timer = setTimeout(() => void this.#ask(), LINK_MS);
    const slug = ui.session.room(ui.room)?.room;
    for (const { id } of attachments) {
      if (localFile(id)?.key === id) continue;
      try {
        const link = await ui.session.call("POST", `rooms/${slug}/attachments/${id}/link`);
        const { url } = link as { readonly url: string };
        this.setState(({ links }) => ({ links: { ...links, [id]: url } }));
      } catch {
        // Its name stays, without a link; the next try is in some minutes.
      }
    }
  }

  /** Where it can be had; undefined until a link is there. */
  #urlOf({ id, url }: Attachment): string | undefined {
    return localFile(id)?.url || (this.#isPrivate ? this.state.links[id] : url);
  }

  readonly #open = async (event: MouseEvent, file: Attachment): Promise<void> => {
    // With a key held down it is a link like any other: to another tab, or onto the disk.
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const opener = event.currentTarget as HTMLAnchorElement;
    const { ui, attachments } = this.props;
    const pictures = attachments.flatMap((one) => {
      const url = this.#urlOf(one);
      return one.width && url ? [{ ...one, url }] : [];
    });
    const at = pictures.findIndex(({ id }) => id === file.id);
    try {
      const { showPictures } = await import("./viewer.ts");
      showPictures(ui, pictures, at, opener);
    } catch {
      // Without the viewer it opens as it is.
      open(opener.href, "_blank", "noopener");
    }
  };

  override render({ ui, attachments }: FilesProps) {
    ui.t.add(english.words);
    return (
      <ul class="files">
        {attachments.map((file) => (
          <li key={localFile(file.id)?.key ?? file.id}>
            {this.#file(file, this.#urlOf(file))}
            {this.#progress(file)}
          </li>
        ))}
      </ul>
    );
  }

  #file(file: Attachment, url: string | undefined) {
    const { name, alt, bytes, width = 0, height = 0 } = file;
    const words = alt || name;
    if (!url) return <span class="soft">{words}</span>;
    if (!width)
      return (
        <a href={url} target="_blank" rel="noopener noreferrer" download={name}>
          <span dir="auto">{name}</span> <span class="soft">{sizeText(bytes)}</span>
        </a>
      );
    // Its place is kept while it loads, so that nothing jumps.
    const scale = Math.min(1, MOST_WIDE / width, MOST_HIGH / height);
    const isHere = url.startsWith("blob:");
    return (
      <a
        href={url}
        target="_blank"
        rel="noopener noreferrer"
        aria-haspopup="dialog"
        onClick={(event) => void this.#open(event, file)}
      >
        <img
          src={isHere ? url : withWidth(url)}
          alt={words}
          width={Math.round(width * scale)}
          height={Math.round(height * scale)}
          loading={isHere ? "eager" : "lazy"}
          decoding={isHere ? "sync" : "auto"}
          referrerpolicy="no-referrer"
        />
      </a>
    );
  }

  /** While its message waits for it. */
  #progress({ id, name }: Attachment) {
    const { t } = this.props.ui;
    const { progress = null, cancel } = localFile(id) ?? {};
    return (
      progress !== null && (
        <div class="going">
          <progress max={1} value={progress} aria-label={t("files.uploading", { name })} />
          <button
            type="button"
            class="plain"
            aria-label={t("files.cancel")}
            title={t("files.cancel")}
            onClick={cancel}
          >
            <Icon name="close" />
          </button>
        </div>
      )
    );
  }
}
