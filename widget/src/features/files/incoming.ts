/** Files out of what was pasted or dropped. */

export const dragsFiles = ({ types }: DataTransfer): boolean => types.includes("Files");

/** Without folders, which no browser can send as a file. */
export function filesOf(transfer: DataTransfer | null): readonly File[] {
  const items = [...(transfer?.items ?? [])].filter(({ kind }) => kind === "file");
  const isFolder = (item: DataTransferItem): boolean =>
    item.webkitGetAsEntry?.()?.isDirectory === true;
  return items
    .filter((item) => !isFolder(item))
    .map((item) => item.getAsFile())
    .filter((file) => file !== null);
}
