/** Pictures in the width of a conversation, and links to whatever is none. */

import { Component } from "../../parts/parts.ts";
import type { FilesProps } from "../../parts/props.ts";
import type { Attachment } from "../../protocol/frames.ts";

export { default as styles } from "./files.css";

/** The longer side of a picture, in pixels of the page. */
const MOST = 280;
/** A link is good for ten minutes; a new one comes before that. */
const LINK_MS = 8 * 60_000;
const KB = 1024;

const withWidth = (url: string): string => `${url}${url.includes("?") ? "&" : "?"}width=960`;

const sizeOf = (bytes: number): string =>
  bytes < KB * KB ? `${Math.ceil(bytes / KB)} KB` : `${(bytes / KB / KB).toFixed(1)} MB`;

interface ViewState {
  /** Addresses that need no token, by id: of a private room. */
  readonly links: Readonly<Record<string, string>>;
}

export class View extends Component<FilesProps, ViewState> {
  override state: ViewState = { links: {} };
  #timer: ReturnType<typeof setTimeout> | undefined;

  override componentDidMount(): void {
    if (this.#isPrivate) void this.#ask();
  }

  override componentWillUnmount(): void {
    clearTimeout(this.#timer);
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
      try {
        const link = await ui.session.call("POST", `rooms/${slug}/attachments/${id}/link`);
        const { url } = link as { readonly url: string };
        this.setState(({ links }) => ({ links: { ...links, [id]: url } }));
      } catch {
        // Its name stays, without a link; the next try is in some minutes.
      }
    }
  }

  override render({ attachments }: FilesProps, { links }: ViewState) {
    const isPrivate = this.#isPrivate;
    return (
      <ul class="files">
        {attachments.map((file) => (
          <li key={file.id}>{this.#file(file, isPrivate ? links[file.id] : file.url)}</li>
        ))}
      </ul>
    );
  }

  #file({ name, alt, bytes, width = 0, height = 0 }: Attachment, url: string | undefined) {
    const words = alt || name;
    if (!url) return <span class="soft">{words}</span>;
    if (!width)
      return (
        <a href={url} target="_blank" rel="noopener noreferrer" download={name}>
          <span dir="auto">{name}</span> <span class="soft">{sizeOf(bytes)}</span>
        </a>
      );
    // Its place is kept while it loads, so that nothing jumps.
    const scale = Math.min(1, MOST / Math.max(width, height));
    return (
      <a href={url} target="_blank" rel="noopener noreferrer">
        <img
          src={withWidth(url)}
          alt={words}
          width={Math.round(width * scale)}
          height={Math.round(height * scale)}
          loading="lazy"
          referrerpolicy="no-referrer"
        />
      </a>
    );
  }
}
