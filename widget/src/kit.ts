/**
 * What the later files (more.ts, public-api.ts, endure.ts) share with the first. The build makes them import it from the widget's own
 * module, so that nothing is shipped twice.
 */

export { Component, createRef, Fragment, h } from "preact";
export * from "./core.ts";
export { meaningOf, OPTIONS } from "./options.ts";
export { accentTokens } from "./ui/accent.ts";
export { extras } from "./ui/extras.ts";
export { Icon } from "./ui/icons.tsx";
export { addStyles } from "./ui/styles.ts";
export { secondsUntil } from "./ui/ui.ts";
export { announce } from "./ui/view.tsx";
