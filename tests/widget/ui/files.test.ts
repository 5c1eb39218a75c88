// @vitest-environment happy-dom
/** The files of a message in the chat: pictures, links, and those of a private room. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { filesView } from "../../../widget/src/features/files/files.ts";
import type { Attachment } from "../../../widget/src/protocol/frames.ts";
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

const PICTURE: Attachment = {
  id: "f_picture",
  name: "wall.webp",
  alt: "A red wall",
  media_type: "image/webp",
  bytes: 4000,
  width: 1400,
  height: 700,
  url: "https://chat.example/files/f_picture",
};
const PAPER: Attachment = {
  id: "f_paper",
  name: "paper.pdf",
  alt: "",
  media_type: "application/pdf",
  bytes: 1_600_000,
  url: "https://chat.example/files/f_paper",
};

const file = await filesView.fetch();
const opened: { end(): void }[] = [];
function open(attachments: Attachment[], over: Partial<ReturnType<typeof roomState>> = {}) {
  const groups = inGroup(said(1, "v_teal", undefined, { body: "", attachments }));
  const room = roomState({ groups, ...over });
  const call = async (_: string, path: string) => {
    expect(path).toBe(`rooms/${room.room}/attachments/${PICTURE.id}/link`);
    return { url: `${PICTURE.url}?until=1` };
  };
  const scene: Scene = { room, session: { ...fakeSession(), call, room: () => room } };
  const panel = openPanel(scene);
  opened.push(panel);
  return panel;
}
beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => {
  for (const panel of opened.splice(0)) panel.end();
  vi.restoreAllMocks();
});

test("a picture is shown in the width of a conversation, and says what it shows", async () => {
  const panel = open([PICTURE]);
  await drawn();
  const picture = panel.one(".files img") as HTMLImageElement;
  expect(picture.getAttribute("src")).toBe(`${PICTURE.url}?width=960`);
  expect([picture.alt, picture.width, picture.height]).toEqual(["A red wall", 216, 108]);
  const link = picture.closest("a");
  expect([link?.href, link?.target, link?.rel]).toEqual([
    PICTURE.url,
    "_blank",
    "noopener noreferrer",
  ]);
  expect(panel.root.querySelector(".bubble .text")).toBeNull();
});

test("any other file is a link with its name and size", async () => {
  const panel = open([PAPER]);
  await drawn();
  const link = panel.one(".files a") as HTMLAnchorElement;
  expect([link.href, link.download, link.textContent]).toEqual([
    PAPER.url,
    "paper.pdf",
    "paper.pdf 1.5 MB",
  ]);
});

test("a private room's file is shown by a link that was asked for", async () => {
  const panel = open([PICTURE], { info: roomInfo(0, { kind: "private" }) });
  await drawn();
  await drawn();
  const picture = panel.one(".files img") as HTMLImageElement;
  expect(picture.getAttribute("src")).toBe(`${PICTURE.url}?until=1&width=960`);
});

test("until the view is here, and where it cannot be had, its name stands there", async () => {
  vi.spyOn(filesView, "here", "get").mockReturnValue(null);
  vi.spyOn(filesView, "fetch").mockRejectedValue(new TypeError("Failed to fetch"));
  const panel = open([PICTURE]);
  await drawn();
  expect(panel.one(".bubble").textContent).toBe("wall.webp");
  expect(file.styles).toBeDefined();
});
