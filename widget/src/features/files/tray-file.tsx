/** One file in the tray: what it is, how far it is, and what it shows in words. */

import { Icon } from "../../parts/parts.ts";
import type { PartProps } from "../../parts/props.ts";
import { sizeText } from "./local-files.ts";
import { type Item, isPicture } from "./uploads.ts";
import { reasonText } from "./words.ts";

const FILE = "M6 3h8l4 4v14H6zM14 3v4h4";
/** As the server keeps them. */
const ALT_CHARS = 500;

interface Props {
  readonly from: PartProps;
  readonly item: Item;
  describe(alt: string): void;
  retry(): void;
  remove(row: HTMLElement): void;
}

/** One that the server refused for what it is stays refused. */
const canRetry = ({ file, stored, problem }: Item): boolean =>
  (file !== null || stored !== null) &&
  !/^(too_large|unsupported_media_type|empty|invalid)$/.test(problem?.code ?? "");

function stateText({ ui: { t }, snapshot }: PartProps, { state, progress }: Item): string {
  if (state === "stored") return "";
  if (snapshot.connection.status !== "online") return t("files.offline");
  return state === "uploading"
    ? progress < 1
      ? t("files.share", { n: Math.floor(progress * 100) })
      : t("files.nearly")
    : t("files.waits");
}

/** A picture of this device, or of a room that everybody may read; else what stands for a file. */
function thumb({ room }: PartProps, { url, stored, type }: Item) {
  const isOpen = room?.info?.kind !== "private" && stored && isPicture({ type });
  const source = url || (isOpen ? `${stored.url}?width=320` : "");
  return source ? (
    <img class="thumb" src={source} alt="" />
  ) : (
    <span class="thumb">
      <Icon name={FILE} />
    </span>
  );
}

export function TrayFile({ from, item, describe, retry, remove }: Props) {
  const { t } = from.ui;
  const { name, bytes, state, progress, problem, alt } = item;
  const isFailed = state === "failed";
  const stands = isFailed ? "" : stateText(from, item);
  return (
    <li class={isFailed ? "failed" : state}>
      {thumb(from, item)}
      <div class="about">
        <b translate={false}>
          <bdi>{name}</bdi>
        </b>
        <span>
          <bdi>{sizeText(bytes)}</bdi>
          {stands && " · "}
          <bdi>{stands}</bdi>
        </span>
        {isFailed && problem && (
          <span class="why" role="alert">
            <Icon name="warn" />
            <span>{reasonText(from, problem)}</span>
          </span>
        )}
        {state === "uploading" && (
          <progress max={1} value={progress} aria-label={t("files.uploading", { name })} />
        )}
      </div>
      {isFailed && canRetry(item) && (
        <button type="button" class="link" onClick={retry}>
          <span>{t("message.retry")}</span>
        </button>
      )}
      <button
        type="button"
        class="plain remove"
        aria-label={t("files.remove", { name })}
        title={t("files.remove", { name })}
        onClick={({ currentTarget }) => remove(currentTarget.closest("li") as HTMLElement)}
      >
        <Icon name="close" />
      </button>
      {isPicture(item) && (!isFailed || canRetry(item)) && (
        <input
          type="text"
          dir="auto"
          class="alt"
          aria-label={t("files.alt", { name })}
          placeholder={t("files.alt.hint")}
          maxLength={ALT_CHARS}
          value={alt}
          onInput={({ currentTarget }) => describe(currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.isComposing) return;
            // The message is not sent from here, but from its field.
            event.preventDefault();
            event.currentTarget.form?.querySelector("textarea")?.focus();
          }}
        />
      )}
    </li>
  );
}
