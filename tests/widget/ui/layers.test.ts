import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

/** Views read the conversation through its session; how frames travel is none of their business. */
const FORBIDDEN = /from "(\.\.\/)+(transport|conversation|link|room|outbox|stored|tabs|api)\b/;

test("the UI never sees the transport", () => {
  const files = readdirSync("widget/src/ui").filter((name) => /\.tsx?$/.test(name));
  const bad = files.filter((name) => FORBIDDEN.test(readFileSync(`widget/src/ui/${name}`, "utf8")));
  expect(files.length).toBeGreaterThan(10);
  expect(bad).toEqual([]);
});

test("nothing in the widget writes markup", () => {
  const files = readdirSync("widget/src", { recursive: true, encoding: "utf8" }).filter((name) =>
    /\.tsx?$/.test(name),
  );
  const sinks =
    /innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|document\.write|\beval\(|new Function/;
  expect(files.filter((name) => sinks.test(readFileSync(`widget/src/${name}`, "utf8")))).toEqual(
    [],
  );
});
