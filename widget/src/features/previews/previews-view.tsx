/** A card for each link whose page said something: where it leads, title, a sentence, a picture. */

import { Component } from "../../parts/parts.ts";
import type { PreviewsProps } from "../../parts/props.ts";
import type { Preview } from "../../protocol/frames.ts";

export { default as styles } from "./previews.css";

/** A link is good for ten minutes; a new one comes before that. */
const LINK_MS = 8 * 60_000;

const hostOf = (url: string): string => {
  try {
    return new URL(url).hostname.replace(/^www\./, "");
  } catch {
    return "";
  }
};

interface ViewState {
  /** Addresses that need no token, by picture: of a private room. */
  readonly links: Readonly<Record<string, string>>;
}

export class View extends Component<PreviewsProps, ViewState> {
  override state: ViewState = { links: {} };
  #timer: ReturnType<typeof setTimeout> | undefined;

  override componentDidMount(): void {
    if (this.#isPrivate) void this.#ask();
  }

  override componentDidUpdate({ previews }: PreviewsProps): void {
    if (this.#isPrivate && previews !== this.props.previews) void this.#ask();
  }

  override componentWillUnmount(): void {
    clearTimeout(this.#timer);
  }

  get #isPrivate(): boolean {
    const { ui } = this.props;
    return ui.session.room(ui.room)?.info?.kind === "private";
  }

  async #ask(): Promise<void> {
    const { ui, previews } = this.props;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), LINK_MS);
    const slug = ui.session.room(ui.room)?.room;
    for (const { image } of previews) {
      if (!image) continue;
      const id = image.slice(image.lastIndexOf("/") + 1);
      try {
        const link = await ui.session.call("POST", `rooms/${slug}/attachments/${id}/link`);
        const { url } = link as { readonly url: string };
        this.setState(({ links }) => ({ links: { ...links, [image]: url } }));
      } catch {
        // A card without a picture; the next try is in some minutes.
      }
    }
  }

  override render({ previews }: PreviewsProps, { links }: ViewState) {
    const isPrivate = this.#isPrivate;
    return previews.map((preview) =>
      this.#card(preview, preview.image && (isPrivate ? links[preview.image] : preview.image)),
    );
  }

  #card({ url, title, text, image }: Preview, shown: string | null | undefined) {
    return (
      <a
        class="preview"
        href={url}
        target="_blank"
        rel="noopener noreferrer nofollow ugc"
        key={url}
      >
        <span class="preview-words">
          <span class="preview-host" dir="ltr" translate={false}>
            {hostOf(url)}
          </span>
          <b dir="auto">{title}</b>
          {text && (
            <span class="preview-text" dir="auto">
              {text}
            </span>
          )}
        </span>
        {/* The place of a picture is kept while it comes, so that no word moves. */}
        {image && (
          <span class="preview-picture">
            {shown && (
              <img
                src={shown}
                alt=""
                width={64}
                height={64}
                loading="lazy"
                referrerpolicy="no-referrer"
              />
            )}
          </span>
        )}
      </a>
    );
  }
}
