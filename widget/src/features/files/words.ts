/** How a file stands, and why one was not taken, in words. */

import { bringWords, problemText } from "../../parts/parts.ts";
import type { PartProps } from "../../parts/props.ts";
import type { Texts } from "../../parts/texts.ts";
import type { Problem } from "../../protocol/frames.ts";
import type { Item } from "./uploads.ts";

const MB = 1024 * 1024;

const onlyPictures = (taken: readonly string[]): boolean =>
  taken.every((type) => type.startsWith("image/"));

/** What is plain before anything is sent. What a file is, only the server can say. */
export function whyNot(file: File, most: number, taken: readonly string[]): Problem | null {
  const said = (code: Problem["code"]) => ({ code, message: "", field: "file" }) as Problem;
  if (!file.size) return said("empty");
  if (most && file.size > most) return said("too_large");
  const isOther = file.type !== "" && !file.type.startsWith("image/");
  return isOther && onlyPictures(taken) ? said("unsupported_media_type") : null;
}

export function reasonText({ ui, room, snapshot }: PartProps, problem: Problem): string {
  const { t } = ui;
  const { code, field } = problem;
  const taken = room?.may?.files ?? [];
  const mb = Math.floor((snapshot.limits.file_bytes ?? 0) / MB);
  if (code === "too_large") return t(mb ? "files.too_large" : "files.too_large.any", { mb });
  if (code === "unsupported_media_type")
    return t(onlyPictures(taken) ? "files.only_pictures" : "files.other_kind");
  if (code === "empty") return t("files.empty");
  if (code === "forbidden" && field === "file")
    return t(taken.length ? "files.full" : "files.none");
  if (code === "invalid") return t("files.broken");
  bringWords(ui);
  return problemText(ui, problem);
}

/** What a screen reader says of it. */
export function noteText(t: Texts, props: PartProps, { name, state, problem, cid }: Item): string {
  if (state === "failed" && problem) return `${name}: ${reasonText(props, problem)}`;
  return state === "stored" && !cid ? t("files.stored", { name }) : t("files.uploading", { name });
}
