// @vitest-environment happy-dom
/** How a message looks: whose it is, what it answers, how mine stand, and one that is long. */

import { afterEach, describe, expect, test, vi } from "vitest";
import { drawer } from "../../../widget/src/features/drawer/drawer.ts";
import { initials, voiceOf } from "../../../widget/src/parts/faces.tsx";
import { drawn, inGroup, openPanel, roomState, type Scene, said } from "./support/drawn.tsx";

await drawer.file.fetch();
const opened: { end(): void }[] = [];
function open(scene: Scene = {}) {
  const panel = openPanel(scene);
  opened.push(panel);
  return panel;
}
afterEach(() => {
  for (const panel of opened.splice(0)) panel.end();
});
const olive = { id: "m_o", name: "Olive", role: "owner" as const, avatar: null };

describe("a face", () => {
  test.each([
    ["Amber Otter", "AO"],
    ["Mira", "M"],
    ["Anna-Lena von Berg", "AB"],
    ["طائر هادئ", "طه"],
    ["🦊 Fox", "F"],
    ["🦊", "·"],
  ])("of %s has the letters %s", (name, letters) => {
    expect(initials(name)).toBe(letters);
  });
  test("has one of eight voices, the same for the same person", () => {
    const voices = new Set(Array.from({ length: 64 }, (_, n) => voiceOf(`v_${n}x`)));
    expect(voices.size).toBe(8);
    expect(voiceOf("v_a")).toBe(voiceOf("v_a"));
    expect(voiceOf(null)).toBe("v0");
  });
  test("stands beside the head of others, never beside mine; readers get the name alone", () => {
    const groups = inGroup(said(1, "v_b"), said(2, "v_me"));
    const panel = open({ room: roomState({ groups }) });
    expect(panel.one('[data-seq="1"] .face').getAttribute("aria-hidden")).toBe("true");
    expect(panel.has('[data-seq="2"] .face')).toBe(false);
    expect(panel.text('[data-seq="2"] .hidden')).toBe("You");
  });
  test("of the team is an arch with one letter", () => {
    const groups = inGroup(said(1, "m_o", undefined, { author: olive }));
    const panel = open({ room: roomState({ groups }) });
    expect(panel.text(".message.team .face.arch")).toBe("O");
  });
});

describe("mine", () => {
  test("say that they are sent below the last of a run", () => {
    const groups = inGroup(said(1, "v_me"), said(2, "v_me"), said(3, "v_b"));
    const panel = open({ room: roomState({ groups }) });
    expect(panel.has('[data-seq="1"] .state')).toBe(false);
    expect(panel.text('[data-seq="2"] .state')).toContain("Sent");
    expect(panel.has('[data-seq="3"] .state')).toBe(false);
  });
  test("say that the team has read them, and those after its mark do not", () => {
    const later = "2026-11-21T10:30:00Z";
    const groups = inGroup(said(1, "v_me"), said(2, "v_b"), said(3, "v_me", later));
    const room = roomState({ groups, read: 2 });
    const panel = open({ room });
    expect(panel.text('[data-seq="1"] .state')).toContain("Seen");
    expect(panel.text('[data-seq="3"] .state')).toContain("Sent");
    panel.draw({ room: { ...room, read: 3 } });
    expect(panel.text('[data-seq="3"] .state')).toContain("Seen");
  });
  test("say that they were edited there, and a deleted one says nothing", () => {
    const edited_at = "2026-11-21T09:31:00Z";
    const groups = inGroup(
      said(1, "v_me", undefined, { edited_at }),
      said(2, "v_me", undefined, { deleted: "author", body: "" }),
    );
    const panel = open({ room: roomState({ groups }) });
    expect(panel.text('[data-seq="1"] .state')).toContain("edited");
    expect(panel.has('[data-seq="2"] .state')).toBe(false);
  });
});

describe("a quote", () => {
  const answer = said(5, "v_b", undefined, { reply_to: 1, body: "Yes" });
  test("names the author and the first line of what is answered", () => {
    const groups = inGroup(said(1, "m_o", undefined, { author: olive, body: "One\nTwo" }), answer);
    const panel = open({ room: roomState({ groups }) });
    expect(panel.texts('[data-seq="5"] .quote > *')).toEqual(["Olive", "One"]);
  });
  test("changes with what it quotes, in another group too", () => {
    const before = inGroup(said(1, "v_a"));
    const panel = open({ room: roomState({ groups: [...before, ...inGroup(answer)] }) });
    const gone = inGroup(said(1, "v_a", undefined, { deleted: "author", body: "" }));
    panel.draw({ room: roomState({ groups: [...gone, ...inGroup(answer)] }) });
    expect(panel.texts('[data-seq="5"] .quote > *')[1]).toBe("Message deleted");
  });
  test("of what is not loaded yet says so", () => {
    const panel = open({ room: roomState({ groups: inGroup(answer) }) });
    expect(panel.text(".quote")).toBe("An earlier message");
  });
});

test("the drawer names whom one ignores last, with the way back", async () => {
  const ignored = [{ id: "v_b", name: "Brave Wren" }];
  const panel = open({ room: roomState({ online: 2, people: ignored }), ignored });
  panel.click('header button[aria-expanded="false"]');
  await drawn();
  expect(panel.texts(".drawer li").at(-1)).toBe("Brave Wren, ignored by youShow");
  panel.click(".drawer .link");
  expect(panel.session.ignore).toHaveBeenCalledWith(ignored[0], false);
});

test("who is mentioned sees it at the edge of the message", () => {
  const mention = { kind: "mention" as const, at: 0, len: 3, id: "v_me" };
  const groups = inGroup(said(1, "v_b", undefined, { body: "@me hello", entities: [mention] }));
  expect(open({ room: roomState({ groups }) }).has(".bubble.to-me .me")).toBe(true);
});

describe("a long message", () => {
  const long = said(1, "v_b", undefined, { body: "A line\n".repeat(30) });
  function withHeights(scroll: number, client: number) {
    vi.spyOn(HTMLElement.prototype, "scrollHeight", "get").mockReturnValue(scroll);
    vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(client);
  }
  test("is folded, and shown whole at a press", async () => {
    withHeights(600, 260);
    const panel = open({ room: roomState({ groups: inGroup(long) }) });
    await drawn();
    expect(panel.has(".text.folded")).toBe(true);
    expect(panel.text(".bubble .link")).toBe("Show all of it");
    panel.click(".bubble .link");
    await drawn();
    expect(panel.has(".text.folded")).toBe(false);
    expect(panel.text(".bubble .link")).toBe("Show less");
    expect(panel.one(".bubble .link").getAttribute("aria-expanded")).toBe("true");
  });
  test("that fits after all has no button", async () => {
    withHeights(260, 260);
    const panel = open({ room: roomState({ groups: inGroup(long) }) });
    await drawn();
    expect(panel.has(".text.folded")).toBe(false);
    expect(panel.has(".bubble .link")).toBe(false);
  });
});
