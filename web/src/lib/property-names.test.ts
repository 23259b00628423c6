import { describe, expect, it } from "vitest";
import { eventPropertyLabel, eventPropertyPath, keysOf, namesIn } from "./property-names";

describe("names of properties inside others", () => {
  it.each([
    ["Brand", ["Brand"]],
    ["Items['SKU']", ["Items", "SKU"]],
    [`Items["SKU"]['it's']`, ["Items", "SKU", "it's"]],
    ["Size [cm]", ["Size [cm]"]],
    ["['SKU']", ["['SKU']"]],
    ["Items['SKU'] of old", ["Items['SKU'] of old"]],
    ["", [""]],
  ])("%s is %j", (path, names) => {
    expect(namesIn(path)).toEqual(names);
  });

  it("is shown with an angle, and taken back", () => {
    expect(eventPropertyLabel("Items['Maker']['it's']")).toBe("Items › Maker › it's");
    expect(eventPropertyPath("Items › Maker › it's")).toBe("Items['Maker']['it's']");
    expect(eventPropertyPath("Brand")).toBe("Brand");
  });

  it("has no keys in what is written otherwise", () => {
    expect(keysOf("['a']b")).toEqual([]);
    expect(keysOf("")).toEqual([]);
  });
});
