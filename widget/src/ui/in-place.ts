/**
 * Translating browsers and extensions put text nodes of their own in the place of ours. What is
 * then written into ours is seen by nobody, and the old words stay. Elements they leave alone: so
 * each text has an element of its own, and another text is another element. Buttons and live
 * regions must stay the same; their text is in a `<span>` inside.
 */

import { options, type VNode } from "preact";

function keyByText(vnode: VNode): void {
  const { type, key, props } = vnode;
  const { children } = props as { readonly children?: unknown };
  if (typeof type === "string" && /string|number/.test(typeof children))
    vnode.key = `${key ?? ""} ${children}`;
}

options.vnode = keyByText;
