/**
 * A conversation as plain text: all of it from the server, page by page, without what those wrote
 * whom the visitor ignores.
 */

import { isIgnored, timeText } from "../../parts/parts.ts";
import type { Ui } from "../../parts/ui.ts";
import type { Message } from "../../rooms/reduce.ts";

const PAGE = 100;

interface Page {
  readonly messages: readonly Message[];
  readonly more: boolean;
}

/**
 * The oldest first. `progress` is given how many are here by now; it rejects with what went wrong.
 */
export async function wholeHistory(
  { session }: Pick<Ui, "session">,
  slug: string,
  progress: (count: number) => void,
  signal: AbortSignal,
): Promise<Message[]> {
  const pages: (readonly Message[])[] = [];
  let before = "";
  for (let count = 0; ; progress(count)) {
    const path = `rooms/${slug}/messages?limit=${PAGE}${before}`;
    const { messages, more } = (await session.call("GET", path)) as Page;
    pages.unshift(messages);
    count += messages.length;
    const oldest = messages[0];
    if (!more || !oldest || signal.aborted) return pages.flat();
    before = `&before=${oldest.seq}`;
  }
}

/** A line for each day, and for each message its time, who wrote it, and what. */
export function transcript(ui: Ui, title: string, messages: readonly Message[]): string {
  const { t } = ui;
  const days = new Intl.DateTimeFormat(t.lang, { dateStyle: "full" });
  const lines = [title];
  let day = "";
  for (const message of messages) {
    const { at, author, body, deleted, attachments } = message;
    if (isIgnored(ui, author.id)) continue;
    const date = new Date(at);
    const today = days.format(date);
    if (today !== day) lines.push("", today, "");
    day = today;
    const name = author.name || t("message.someone");
    const files = attachments.map(({ name: file, alt }) => `[${alt || file}]`);
    const said = deleted ? t("message.deleted") : [body, ...files].filter(Boolean).join("\n");
    lines.push(`${timeText(t, date)}  ${name}: ${said.replaceAll("\n", "\n    ")}`);
  }
  return `${lines.join("\n")}\n`;
}

/** Hands a text to the browser as a file. */
export function saveAs(name: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  link.download = name;
  link.click();
  // Some browsers read it after the click.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
