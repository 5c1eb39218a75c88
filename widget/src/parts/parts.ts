/**
 * What the panel shares with the files that load later: the engine's, and the views of features.
 * They take code of the panel from here alone (types may come from anywhere below).
 *
 * esbuild makes one file of everything that the same set of later files shares. As all of them
 * import this module, there is one such file, which each chat fetches beside the panel. One that
 * imported a single part by itself would split it in two.
 */

export { Component, createRef, h, render } from "preact";
export { accentTokens } from "./accent.ts";
export { dayText, fullTimeText, timeText, untilText } from "./dates.ts";
export { Face, isTeam, voiceOf } from "./faces.tsx";
export { Icon } from "./icons.tsx";
export { LazyFile } from "./lazy-file.ts";
export { ownOption } from "./own-option.ts";
export { bringWords, problemText } from "./problems.ts";
export { isIgnored } from "./ui.ts";
