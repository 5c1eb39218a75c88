/**
 * What the panel shares with the files that load later: the engine's, and the views of features.
 * They take code of the panel from here alone (types may come from anywhere below).
 * So this list says what the panel must keep for them.
 */

export { Component, createRef, h, render } from "preact";
export { accentTokens } from "./accent.ts";
export { dayText, fullTimeText, timeText } from "./dates.ts";
export { Face, isTeam, voiceOf } from "./faces.tsx";
export { Icon } from "./icons.tsx";
export { LazyFile } from "./lazy-file.ts";
export { ownOption } from "./own-option.ts";
export { plainText } from "./plain-text.ts";
export { bringWords, problemText } from "./problems.ts";
export { isIgnored } from "./ui.ts";
