import { afterEach, expect, test } from "vitest";
import { dayText, fullTimeText, timeText } from "../../../widget/src/parts/dates.ts";
import type { Texts } from "../../../widget/src/parts/texts.ts";

const Own = Intl.DateTimeFormat;
afterEach(() => {
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
