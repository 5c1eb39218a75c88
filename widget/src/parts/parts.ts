/**
 * What the panel shares with the features that load later: the only file of the widget that their
 * views take code from (types may come from anywhere below).
 *
 * esbuild makes one file of everything that the same set of later files shares. As every view
 * imports this module, there is one such file, which each chat fetches beside the panel. A view
 * that imported one part by itself would split it in two.
 */

export { Component, createRef } from "preact";
export { Icon } from "./icons.tsx";
export { problemText } from "./problems.ts";
