// @vitest-environment happy-dom
/** The cards below a message with links, in a room of all and in a private one. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { previewsView } from "../../../widget/src/features/previews/previews.ts";
import type { Preview } from "../../../widget/src/protocol/frames.ts";
import { roomInfo } from "../support/frames.ts";
import {
  drawn,
  fakeSession,
  inGroup,
  openPanel,
  roomState,
  type Scene,
  said,
} from "./support/drawn.tsx";

const WOOD: Preview = {
  url: "https://www.shop.example/wood?kind=oak",
  title: "Oak & <b>ash</b>",
  text: "What burns well",
  image: "https://chat.example/files/f_wood",
};
const PLAIN: Preview = { url: "http://plain.example/", title: "Plain", text: "", image: null };

await previewsView.fetch();
const opened: { end(): void }[] = [];
function open(
  previews: Preview[] | undefined,
  over: Partial<ReturnType<typeof roomState>> = {},
  deleted: "author" | null = null,
) {
  const body = deleted ? "" : "Look";
  const groups = inGroup(
    said(1, "v_teal", undefined, { body, deleted, ...(previews && { previews }) }),
  );
  const room = roomState({ groups, ...over });
  const asked: string[] = [];
  const call = async (_: string, path: string) => {
    asked.push(path);
    return { url: `${WOOD.image}?until=1` };
  };
  const scene: Scene = { room, session: { ...fakeSession(), call, room: () => room } };
  const panel = openPanel(scene);
  opened.push(panel);
  return { ...panel, root: panel.root, asked };
}
beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => {
  for (const panel of opened.splice(0)) panel.end();
  vi.restoreAllMocks();
});

test("a card leads where the link leads, and says where that is", async () => {
  const panel = open([WOOD]);
  await drawn();
  const card = panel.one(".bubble .preview") as HTMLAnchorElement;
  expect([card.href, card.target, card.rel]).toEqual([
    WOOD.url,
    "_blank",
    "noopener noreferrer nofollow ugc",
  ]);
  expect([...card.querySelectorAll(".preview-words > *")].map((it) => it.textContent)).toEqual([
    "shop.example",
    "Oak & <b>ash</b>",
    "What burns well",
  ]);
  const picture = card.querySelector("img");
  expect([picture?.getAttribute("src"), picture?.alt]).toEqual([WOOD.image, ""]);
});

test("a page without a sentence and a picture has neither", async () => {
  const panel = open([WOOD, PLAIN]);
  await drawn();
  const [, plain] = panel.root.querySelectorAll(".preview");
  expect(plain?.textContent).toBe("plain.examplePlain");
  expect(plain?.querySelector(".preview-picture, .preview-text")).toBeNull();
});

test.each([[undefined], [[]]])("a message without previews loads nothing (%j)", async (none) => {
  const fetched = vi.spyOn(previewsView, "fetch");
  const panel = open(none);
  await drawn();
  expect(panel.one(".bubble").textContent).toBe("Look");
  expect(panel.root.querySelector(".preview")).toBeNull();
  expect(fetched).not.toHaveBeenCalled();
});

test("a private room's picture is shown by a link that was asked for", async () => {
  const panel = open([PLAIN, WOOD], { info: roomInfo(0, { kind: "private" }) });
  await drawn();
  await drawn();
  expect(panel.asked).toEqual([expect.stringMatching(/^rooms\/[^/]+\/attachments\/f_wood\/link$/)]);
  expect(panel.one(".preview img").getAttribute("src")).toBe(`${WOOD.image}?until=1`);
});

test("until the view is here, and where it cannot be had, the message is as it was", async () => {
  vi.spyOn(previewsView, "here", "get").mockReturnValue(null);
  const failed = vi.spyOn(previewsView, "fetch").mockRejectedValue(new TypeError("away"));
  const panel = open([WOOD]);
  await drawn();
  expect(panel.one(".bubble").textContent).toBe("Look");
  expect(failed).toHaveBeenCalled();
});

test("an address that no browser reads has no host", async () => {
  const panel = open([{ ...PLAIN, url: "http://[" }]);
  await drawn();
  expect(panel.one(".preview-host").textContent).toBe("");
});
