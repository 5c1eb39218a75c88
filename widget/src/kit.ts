/**
 * What the second file, more.ts, shares with the first. The build makes it import these from the widget's own module, so that
 * nothing is shipped twice and no third request is needed.
 */

export { Component, createRef, Fragment, h } from "preact";
export { extras } from "./ui/extras.ts";
export { Icon } from "./ui/icons.tsx";
export { addStyles } from "./ui/styles.ts";
export { secondsUntil } from "./ui/ui.ts";
export { announce } from "./ui/view.tsx";
