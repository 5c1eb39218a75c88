import { afterEach, expect, test, vi } from "vitest";
import { dayText, fullTimeText, timeText } from "../../../widget/src/parts/dates.ts";
import type { Texts } from "../../../widget/src/parts/texts.ts";
import { untilText } from "../../../widget/src/parts/until.ts";

const Own = Intl.DateTimeFormat;
afterEach(() => {
  vi.useRealTimers();
  Intl.DateTimeFormat = Own;
});

test("a formatter is made once a language and form, not once a message", () => {
  let made = 0;
  Intl.DateTimeFormat = class extends Own {
    constructor(...all: ConstructorParameters<typeof Own>) {
      super(...all);
      made += 1;
    }
  } as typeof Own;
  const t = Object.assign((key: string) => key, { lang: "de" }) as Texts;
  const day = new Date(2024, 1, 29, 17, 5);
  for (let n = 0; n < 50; n++) {
    expect(timeText(t, day)).toBe("17:05");
    expect(fullTimeText(t, day)).toMatch(/Donnerstag.*29.*2024.*17:05/);
    expect(dayText(t, day)).toBe("Donnerstag, 29. Februar 2024");
  }
  expect(made).toBe(3);
});

test.each([
  ["en-GB", "2026-11-29T23:59", "today, 23:59"],
  ["en-GB", "2026-11-30T09:00", "tomorrow, 09:00"],
  ["en-GB", "2026-12-01T09:00", "1 December, 09:00"],
  ["de", "2026-11-30T09:00", "morgen, 09:00"],
  ["fr", "2026-11-30T09:00", "demain, 09:00"],
] as const)("an end is told as one says it: %s, %s", (lang, at, words) => {
  vi.useFakeTimers({ now: new Date(2026, 10, 29, 13, 30) });
  const t = Object.assign((key: string) => key, { lang }) as Texts;
  expect(untilText(t, new Date(at))).toBe(words);
});
