/** What the browser itself can tell of a picture, and do to one. */

/** The server keeps no picture larger than that, whatever comes. */
const LONGER_SIDE = 2048;
const TYPE = "image/jpeg";
const QUALITY = 0.88;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Null where it is none that the browser can show. */
export async function measured(url: string): Promise<Size | null> {
  const picture = new Image();
  picture.src = url;
  try {
    await picture.decode();
    return { width: picture.naturalWidth, height: picture.naturalHeight };
  } catch {
    return null;
  }
}

/** Whether one that is too large to be sent can be made smaller before. */
export const canShrink = (file: File, taken: readonly string[]): boolean =>
  file.type.startsWith("image/") && taken.includes(TYPE);

/** As large as the server keeps it; rejects with a problem where that cannot be had. */
export async function shrunk(file: Blob, most: number): Promise<Blob> {
  const problem = { code: "too_large", message: "The picture is too large." };
  const bitmap = await createImageBitmap(file).catch(() => Promise.reject(problem));
  const scale = Math.min(1, LONGER_SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  const small = await new Promise<Blob | null>((done) => canvas.toBlob(done, TYPE, QUALITY));
  if (!small || small.size > most) throw problem;
  return small;
}
