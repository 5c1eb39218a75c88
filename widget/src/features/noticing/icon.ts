/**
 * A dot on the icon of the page. What is drawn is a `data:` address, which a strict policy of the
 * page reports: it is drawn where the tag asks for it, or where the page has such a picture itself.
 */

const SIZE = 64;
const DOT = 18;
const RING = 6;

/** Whether the page itself shows a picture of a `data:` address. */
const showsData = (): boolean =>
  [...document.querySelectorAll<HTMLImageElement>('img[src^="data:"]')].some(
    ({ naturalWidth }) => naturalWidth > 0,
  ) || linksOf().some(({ href }) => href.startsWith("data:"));

const linksOf = (): HTMLLinkElement[] => [
  ...document.querySelectorAll<HTMLLinkElement>('link[rel~="icon" i]'),
];

export class Icon {
  /** The page's links, each with the address that it had. */
  #own: readonly (readonly [HTMLLinkElement, string | null])[] = [];
  /** Where the page has no link: browsers then ask for /favicon.ico. */
  #added: HTMLLinkElement | null = null;
  #isOn = false;
  #drawn = "";

  /** `color` is the accent. */
  show(isOn: boolean, isNamed: boolean, color: string): void {
    if (isOn === this.#isOn || (isOn && !isNamed && !showsData())) return;
    this.#isOn = isOn;
    if (isOn) void this.#draw(color);
    else this.#restore();
  }

  async #draw(color: string): Promise<void> {
    const links = linksOf();
    const picture = await load(links.at(-1)?.href || new URL("/favicon.ico", location.href).href);
    const address = drawn(picture, color);
    if (!this.#isOn || !address) return;
    this.#drawn = address;
    this.#own = links.map((link) => [link, link.getAttribute("href")]);
    if (!links.length) {
      this.#added = Object.assign(document.createElement("link"), { rel: "icon" });
      document.head.append(this.#added);
    }
    for (const link of this.#added ? [this.#added] : links) link.href = address;
  }

  #restore(): void {
    for (const [link, href] of this.#own) {
      // What the page has changed meanwhile is its own.
      if (link.href !== this.#drawn) continue;
      if (href === null) link.removeAttribute("href");
      else link.setAttribute("href", href);
    }
    this.#added?.remove();
    this.#added = null;
    this.#own = [];
  }
}

/** Null where it cannot be had, or not be drawn from. */
async function load(address: string): Promise<HTMLImageElement | null> {
  const image = new Image(SIZE, SIZE);
  if (new URL(address).origin !== location.origin) image.crossOrigin = "anonymous";
  image.src = address;
  return image.decode().then(
    () => image,
    () => null,
  );
}

/** The picture with a dot at its corner, or the dot alone. */
function drawn(picture: HTMLImageElement | null, color: string): string | null {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIZE;
  const context = canvas.getContext("2d");
  if (!context) return null;
  try {
    if (picture) context.drawImage(picture, 0, 0, SIZE, SIZE);
    const at = SIZE - DOT;
    // A ring without colour keeps the dot apart from a picture of the same one.
    context.globalCompositeOperation = "destination-out";
    disc(context, at, DOT + RING);
    context.globalCompositeOperation = "source-over";
    context.fillStyle = color;
    disc(context, at, DOT);
    return canvas.toDataURL("image/png");
  } catch {
    return null;
  }
}

function disc(context: CanvasRenderingContext2D, at: number, radius: number): void {
  context.beginPath();
  context.arc(at, at, radius, 0, 2 * Math.PI);
  context.fill();
}
