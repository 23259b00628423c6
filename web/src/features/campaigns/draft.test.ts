import { expect, it } from "vitest";
import { blocks, missing, starterHtml } from "./draft";

const whole = { included: ["l1"], excluded: [], content: { subject: "Hi", from_email: "a@x.test" }, html: starterHtml("https://shop.test/") };

it("lets a whole campaign through", () => {
  expect(missing(whole)).toEqual([]);
});

it("names each thing that is missing", () => {
  expect(missing({ included: [], excluded: [], content: { subject: " " }, html: "" })).toEqual(["audience", "subject", "sender", "html"]);
});

it("warns of a mail without an unsubscribe link but does not forbid it", () => {
  const lacks = missing({ ...whole, html: "<p>Hello</p>" });
  expect(lacks).toEqual(["unsubscribe"]);
  expect(blocks(lacks)).toBe(false);
  expect(blocks(["subject"])).toBe(true);
});
