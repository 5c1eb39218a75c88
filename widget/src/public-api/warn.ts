/** Words for the owner, who pasted the tag: the console has each sentence once. */

const warned = new Set<string>();

export function warn(sentence: string): void {
  if (!warned.has(sentence)) console.warn(`[inglenook] ${sentence}`);
  warned.add(sentence);
}
