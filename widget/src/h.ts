/** The build puts this before every file with tags in it. */
export { h } from "preact";
