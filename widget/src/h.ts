/** The build puts these before every file with tags in it. */
export { Fragment, h } from "preact";
