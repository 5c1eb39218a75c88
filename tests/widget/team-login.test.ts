// @vitest-environment happy-dom
/** The code in the fragment of the address, and what a tab keeps of a member of the team. */

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { teamStore } from "../../widget/src/team-login.ts";

const CODE = "Rvqv9UFUT07r2L1cIVWTYEsPG1n4mpq2";
let n = 0;
/** Stores are kept as long as the page: each test has a site of its own. */
let site = "";

beforeEach(() => {
  n += 1;
  site = `pk_${n}`;
  history.replaceState({ of: "the page" }, "", "/prices?year=1#");
});
afterEach(() => {
  localStorage.clear();
  sessionStorage.clear();
});

describe("with a code in the address", () => {
  test("the tab keeps it, and the address forgets it at once", () => {
    location.hash = `#ing-${CODE}`;
    history.replaceState({ of: "the page" }, "");
    const store = teamStore("local", site);
    expect(store?.get("code")).toBe(CODE);
    expect(location.href).toMatch(/\/prices\?year=1$/);
    expect(history.state).toEqual({ of: "the page" });
    expect(sessionStorage.length).toBe(1);
    expect(localStorage.length).toBe(0);
  });

  test("a second chat of the page finds it, too", () => {
    location.hash = `#ing-${CODE}`;
    expect(teamStore("local", site)).toBe(teamStore("local", site));
  });

  test("nothing is stored where the page forbids it, and the chat knows it all the same", () => {
    location.hash = `#ing-${CODE}`;
    expect(teamStore("none", site)?.get("code")).toBe(CODE);
    expect(sessionStorage.length).toBe(0);
  });
});

test.each([
  "",
  "#prices",
  "#ing-",
  "#ing-a b",
  "#/ing-route",
])("an address that ends with %j is left alone", (hash) => {
  location.hash = hash;
  const before = location.href;
  expect(teamStore("local", site)).toBeNull();
  expect(location.href).toBe(before);
  expect(sessionStorage.length).toBe(0);
});

test("on the next page of the tab the member's token is enough", () => {
  sessionStorage.setItem(`inglenook:${site}:team:token`, "m1_token");
  expect(teamStore("local", site)?.get("token")).toBe("m1_token");
});

test("a visitor's token makes no member", () => {
  localStorage.setItem(`inglenook:${site}:token`, "t1.token");
  sessionStorage.setItem(`inglenook:${site}:token`, "t1.token");
  expect(teamStore("local", site)).toBeNull();
});
