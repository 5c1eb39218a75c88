/** Menus close like menus: by Escape, by a press elsewhere, and when another opens. */

export function startMenus(): void {
  document.addEventListener("click", (event) => {
    for (const menu of open())
      if (event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
  });
  // The focus left it: what is open would lie over what is used now.
  document.addEventListener("focusin", (event) => {
    for (const menu of open())
      if (event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
  });
}

const open = () => document.querySelectorAll<HTMLDetailsElement>("details[data-menu][open]");
