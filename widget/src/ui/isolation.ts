/**
 * What happens inside the chat ends at its root: a page that scrolls by itself, has shortcuts,
 * takes what is pasted or dropped, or keeps the focus in a dialog of its own must not do so with
 * what is meant for the chat. Presses (`click`, `mousedown`, `pointerdown` and the like) go on to
 * the page: by them it closes what was open elsewhere.
 */

const KINDS =
  "keydown keypress keyup wheel touchstart touchmove touchend touchcancel gesturestart gesturechange gestureend " +
  "beforeinput input compositionstart compositionupdate compositionend copy cut paste focusin focusout " +
  "selectstart contextmenu dragstart drag dragenter dragover dragleave drop dragend";

export function isolate(root: ShadowRoot): void {
  for (const kind of KINDS.split(" "))
    root.addEventListener(
      kind,
      (event) => event.stopPropagation(),
      // One that could forbid scrolling would make the browser wait for it at every turn of the
      // wheel.
      { passive: true },
    );
  // A page that keeps files from replacing it does not hear of these any more.
  for (const kind of ["dragover", "drop"])
    root.addEventListener(kind, (event) => {
      if ((event as DragEvent).dataTransfer?.types.includes("Files")) event.preventDefault();
    });
}
