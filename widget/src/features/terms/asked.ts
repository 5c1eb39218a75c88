/**
 * What was agreed to and answered on this device. Consent and answers are the server's, too; a room
 * has no version of its rules, so a mark of their text stands for it.
 */

import type { PartProps } from "../../parts/props.ts";
import type { Prechat } from "../../protocol/look.ts";
import type { Store } from "../../storage.ts";

const CONSENT = "consent";
const ANSWERED = "answered";

export interface Terms {
  /** One rule each. */
  readonly rules: readonly string[];
  readonly consent: { readonly text: string; readonly version: string } | null;
}

/** What is still to be agreed to in this room; null for nothing. */
export function termsAsked({ ui, snapshot, room }: PartProps): Terms | null {
  const { store } = ui.session;
  const rules = rulesOf(room?.info?.rules);
  const consent = ui.data.consent === "ask" && snapshot.site?.consent;
  const isNewText = Boolean(consent && store.get(CONSENT) !== consent.version);
  const isNewRule = rules.length > 0 && store.get(keyOfRules(room?.room)) !== markOf(rules);
  if (!isNewText && !isNewRule) return null;
  return { rules: isNewRule ? rules : [], consent: (isNewText && consent) || null };
}

export function agree(store: Store, room: string | undefined, { rules, consent }: Terms): void {
  if (consent) store.set(CONSENT, consent.version);
  if (rules.length) store.set(keyOfRules(room), markOf(rules));
}

/** What the site asks of whoever begins a line to the team, where it was not answered yet. */
export function questionsAsked({ ui, snapshot, room }: PartProps): Prechat | null {
  const asked = snapshot.site?.prechat;
  const isLine = ui.room === "private" || room?.info?.kind === "private";
  if (!asked || !isLine) return null;
  const known = ui.session.store.get(ANSWERED)?.split(" ");
  return !known || requiredOf(asked).some((key) => !known.includes(key)) ? asked : null;
}

export function answered(store: Store, asked: Prechat): void {
  store.set(ANSWERED, ["-", ...keysOf(asked)].join(" "));
}

const keysOf = ({ name, email, fields }: Prechat): string[] => [
  ...(name === "off" ? [] : ["name:"]),
  ...(email === "off" ? [] : ["email:"]),
  ...fields.map(({ key }) => key),
];

const requiredOf = ({ name, email, fields }: Prechat): string[] =>
  keysOf({
    name: name === "required" ? name : "off",
    email: email === "required" ? email : "off",
    fields: fields.filter(({ required }) => required),
  });

const rulesOf = (text = ""): string[] =>
  text
    .split("\n")
    .map((line) => line.replace(/^\s*(\d+[.)]|[-*•])\s+/, "").trim())
    .filter(Boolean);

const keyOfRules = (room: string | undefined): string => `rules:${room}`;

/** Other rules have another mark, as good as always. */
function markOf(rules: readonly string[]): string {
  let mark = 0;
  for (const sign of rules.join("\n")) mark = (mark * 31 + (sign.codePointAt(0) ?? 0)) | 0;
  return mark.toString(36);
}
