/** A row of tabs that is longer than the screen begins where the open page's tab can be seen. */

export function showOpenTab(): void {
  for (const tab of document.querySelectorAll<HTMLElement>(".tabs [aria-current]")) {
    const row = tab.parentElement;
    if (row) row.scrollLeft += middleOf(tab) - middleOf(row);
  }
}

function middleOf(element: Element): number {
  const { left, width } = element.getBoundingClientRect();
  return left + width / 2;
}
