import { describe, expect, it } from "vitest";
import { changed, readValue, writeValue } from "./property-values";

describe("property values", () => {
  it.each<[string, unknown]>([
    ["12", 12],
    ["-1.5", -1.5],
    ["true", true],
    ['["a","b"]', ["a", "b"]],
    ["plain words", "plain words"],
    ["007", "007"],
    ["12345678901234567890", "12345678901234567890"],
    ['"12"', "12"],
    ["[broken", "[broken"],
  ])("reads %s", (typed, value) => {
    expect(readValue(typed)).toEqual(value);
  });

  it.each([[12], ["12"], ["007"], [true], ["true"], [["a", 1]], [{ a: 1 }], ["plain"], ["[x"]])("writes %j so that it reads back the same", (value) => {
    expect(readValue(writeValue(value))).toEqual(value);
  });

  it("sends only standard fields that changed, and null for emptied ones", () => {
    expect(changed({ email: "a@x.test", first_name: "Ann", external_id: "12" }, { email: "a@x.test", first_name: "", external_id: "12", title: "Dr" })).toEqual({
      first_name: null,
      title: "Dr",
    });
  });
});
