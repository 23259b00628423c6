import { expect, test } from "vitest";
import { readable, rightOn, withRight } from "./scopes";

test("writing includes reading", () => {
  const scopes = withRight(["tags:read"], "lists", "write");
  expect(scopes).toEqual(["lists:read", "lists:write", "tags:read"]);
  expect(rightOn("lists", scopes)).toBe("write");
});

test("taking a right away leaves the others", () => {
  expect(withRight(["lists:read", "lists:write", "tags:read"], "lists", "none")).toEqual(["tags:read"]);
  expect(withRight(["lists:read", "lists:write"], "lists", "read")).toEqual(["lists:read"]);
});

test("a name that begins like another is not the other", () => {
  expect(withRight(["coupon-codes:read", "coupons:read"], "coupons", "none")).toEqual(["coupon-codes:read"]);
});

test("scopes read as what may be seen and what may be changed", () => {
  expect(readable(["push-tokens:read", "lists:write", "lists:read", "events:write"])).toEqual({
    read: ["push tokens"],
    write: ["events", "lists"],
  });
});
